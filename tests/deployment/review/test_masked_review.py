"""No value of a NoEcho parameter is shown, in any form, wherever it stood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.parameters.declarations import MASK
from deployment.report.delivery import in_form
from deployment.report.facts import Failure
from deployment.review.masked_review import masked_review, without_secrets
from deployment.review.review import Kind, LayerReview, PropertyChange, Review
from deployment.review.secret_texts import secret_texts
from deployment.template.environments import read_environment
from deployment.template.resource_path import ResourcePath
from deployment.template.template import read_template
from tests.deployment.project import ENVIRONMENT, ROOT, write_project
from tests.deployment.report.examples import CAUSE, EXAMPLES, REVIEWED, change, report, resource

_NO_ECHO = "Parameters:\n  Password:\n    Type: String\n    NoEcho: true\n"


@pytest.mark.parametrize(
    ("default", "setting", "texts"),
    [("", "  Password: pass\n", {"pass"}), ("    Default: word\n", "", {"word"}), ("", "", {""})],
)
def test_the_secret_texts_are_what_the_file_or_the_default_says(
    tmp_path: Path, default: str, setting: str, texts: set[str]
) -> None:
    root = ROOT.replace("Parameters:\n", _NO_ECHO + default, 1)
    assert _secret_texts(tmp_path, root, setting) == texts


def test_of_a_secret_list_each_member_is_a_secret_too(tmp_path: Path) -> None:
    root = ROOT.replace("Parameters:\n", _NO_ECHO.replace("String", "CommaDelimitedList"), 1)
    assert _secret_texts(tmp_path, root, "  Password: one, two\n") == {"one, two", "one", "two"}


def _secret_texts(folder: Path, root: str, setting: str) -> frozenset[str]:
    project = write_project(folder, root=root, environment=ENVIRONMENT + setting)
    return secret_texts(read_template(project / "rendered/root.yaml"), read_environment(project / "params", "dev"))


def _properties(expression: Any, *changes: PropertyChange) -> list[tuple[str | None, str | None]]:
    """Both sides of each property of App/R after masking; the layer has a NoEcho parameter and another one."""
    document = {
        "Parameters": {"Password": {"Type": "String", "NoEcho": "True"}, "Open": {"Type": "String"}},
        "Resources": {"R": {"Type": "AWS::X", "Properties": expression}},
    }
    layer = LayerReview(ResourcePath(("App",)), None, (resource("App/R", Kind.CHANGED, *changes),), (), ())
    review = Review(LayerReview(ResourcePath(), None, (), (), (layer,)), ())
    masked = masked_review(review, {ResourcePath(): {}, ResourcePath(("App",)): document})
    return [(each.before, each.after) for found in masked.resources for each in found.properties]


@pytest.mark.parametrize(
    "expression",
    [{"Ref": "Password"}, {"Fn::Sub": "x-${Password}"}, [{"Key": {"Fn::Join": ["", ["a", {"Ref": "Password"}]]}}]],
)
def test_both_sides_of_a_property_that_reads_one_are_masked(expression: Any) -> None:
    assert _properties({"Text": expression}, change("Text/0/Value", "old", "new")) == [(MASK, MASK)]
    assert _properties({"Text": expression}, change("Properties", "{}", None)) == [(MASK, None)]


def test_a_property_that_changes_because_of_one_is_masked() -> None:
    assert _properties({}, change("Text", None, "new", cause="Password")) == [(None, MASK)]


def test_a_secret_that_a_parent_passes_on_is_masked_below() -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Text": {"Ref": "Password"}}}}
    documents: dict[ResourcePath, Any] = {
        ResourcePath(): {"Parameters": {"Password": {"NoEcho": True}}, "Resources": {"App": nested}},
        ResourcePath(("App",)): {
            "Parameters": {"Text": {}},
            "Resources": {"R": {"Properties": {"A": {"Ref": "Text"}, "B": "b"}}},
        },
    }
    layer = LayerReview(
        ResourcePath(("App",)), None, (resource("App/R", Kind.CHANGED, change("A"), change("B")),), (), ()
    )
    masked = masked_review(Review(LayerReview(ResourcePath(), None, (), (), (layer,)), ()), documents)
    assert [each.after for each in masked.resources[0].properties] == [MASK, "3"]


def test_what_reads_another_parameter_is_shown() -> None:
    open_one = {"Text": {"Ref": "Open"}, "Other": {"Ref": "Password"}}
    assert _properties(open_one, change("Text", "old", "new", cause="Open")) == [("old", "new")]


def test_a_resource_that_the_templates_do_not_have_is_left_as_it_is() -> None:
    review = Review(LayerReview(ResourcePath(), None, (resource("Gone", Kind.REMOVED, change("A")),), (), ()), ())
    document = {"Parameters": {"Password": {"NoEcho": True}, "Odd": None}, "Resources": {}}
    assert masked_review(review, {ResourcePath(): document}) == review


@pytest.mark.parametrize("name", EXAMPLES)
def test_without_a_secret_nothing_is_masked(name: str) -> None:
    assert without_secrets(EXAMPLES[name], frozenset({""})) == EXAMPLES[name]


@pytest.mark.parametrize("form", ["json", "markdown", "html"])
@pytest.mark.parametrize("secret", ["hunter2!", 'quo"ted', "<angle>"])
def test_a_secret_is_in_no_form_wherever_it_stood(form: str, secret: str) -> None:
    leaky = json.dumps({"Password": secret})
    told = json.loads(json.dumps(leaky))
    facts = report(
        Failure("X", f"no {secret}", (f"{secret} again",), f"say {secret}", None, nothing_sent=False),
        reviewed=type(REVIEWED)("shop-dev", False, REVIEWED.review, (("Password", secret), ("Body", told))),
        cause=type(CAUSE)(ResourcePath(("App",)), "AWS::X", "CREATE_FAILED", f"bad {leaky}"),
    )
    shown = in_form(without_secrets(facts, frozenset({secret})), form)
    assert MASK in shown or "&#42;" in shown
    for written in (secret, json.dumps(secret)[1:-1]):
        assert written not in shown


def test_a_short_secret_is_masked_where_it_stands_alone() -> None:
    assert without_secrets(("a", "ab", {"x": "a"}, 1, None), frozenset({"a"})) == (MASK, "ab", {"x": MASK}, 1, None)


@given(st.text(min_size=4), st.text(), st.text())
def test_a_longer_one_is_masked_inside_of_other_text(secret: str, before: str, after: str) -> None:
    masked = without_secrets(Failure("X", before + secret + after, (), None, None, True), frozenset({secret}))
    assert secret not in masked.happened or secret in MASK * 9
