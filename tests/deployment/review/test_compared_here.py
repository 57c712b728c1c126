"""Nested stacks of which CloudFormation reports nothing: what their templates and parameters say, on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deployment.review.review import Kind, LayerReview
from tests.deployment.review.judged import a_set, comparison, lines, sides
from tests.deployment.shapes import STACK_TYPE, detail, row, stack_arn

_ROOT = """
Parameters: {Stage: {Type: String}}
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Tags: [{Key: a, Value: b}], Parameters: {Stage: !Ref Stage}}
  Reader: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt App.Outputs.Id, TopicName: !Ref Stage}}
  Behind: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Reader, TopicName: !GetAtt Reader.Size}}
"""
_NETWORK = "Resources: {Vpc: {Type: AWS::EC2::VPC}}\nOutputs: {Id: {Value: !GetAtt Vpc.Size}}"
_APP = """
Parameters: {Stage: {Type: String}, Other: {Type: String, Default: x}}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Other}}
  Table: {Type: AWS::DynamoDB::Table, Condition: Prod}
  Deep: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deep}}
  Extra: {Type: AWS::CloudFormation::Stack, Condition: Prod, Properties: {TemplateURL: deep}}
Outputs: {Id: {Value: !GetAtt Topic.Size}}
"""
_DEEP = "Resources: {Queue: {Type: AWS::SQS::Queue}}"
_TREE = {"": _ROOT, "Network": _NETWORK, "App": _APP, "App/Deep": _DEEP, "App/Extra": _DEEP}
_LISTED = (row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("App")),)
_BOTH_BELOW = ("Deep", "Extra")


def _without(name: str, text: str = _APP) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(f"  {name}:"))


def _compared(
    after: Mapping[str, str | None] | None = None,
    before: Mapping[str, str | None] | None = None,
    stages: tuple[str, str] = ("dev", "dev"),
    rows: tuple[dict[str, Any], ...] = _LISTED,
    existing: tuple[str, ...] = _BOTH_BELOW,
    create: bool = False,
    tags: Mapping[str, tuple[str | None, str | None]] | None = None,
) -> tuple[LayerReview, list[str]]:
    """A review without nested change sets; `existing` are the nested stacks that the app has."""
    texts = {at: text for at, text in {**_TREE, **(after or {})}.items() if text is not None}
    both = sides(texts, before, ({"Stage": stages[0]}, {"Stage": stages[1]}), tags=tags or {})
    compared = comparison(a_set(*rows, nested=False), both, {"App": existing}, create=create)
    return compared.tree(), [str(at) for at in compared.untold]


def _seen(*given: Any, **more: Any) -> list[str]:
    return lines(_compared(*given, **more)[0])


_READ = ["Behind may be replaced: TopicName?", "Reader changed in place: DisplayName?"]
_READ_OTHERWISE = [_READ[0], "Reader changed in place: DisplayName"]
_COMES = ["App/Table added", "App/Extra is new", "App/Extra/Queue added"]


@pytest.mark.parametrize(
    ("stages", "existing", "seen"),
    [
        (("dev", "dev"), _BOTH_BELOW, []),
        (("dev", "dev"), ("Deep",), []),
        (("dev", "prod"), _BOTH_BELOW, _COMES),
        (("dev", "prod"), ("Deep",), _COMES),
        (("prod", "dev"), _BOTH_BELOW, ["App/Extra removed", "App/Table removed"]),
        (("prod", "dev"), ("Deep",), ["App/Table removed"]),
        (("prod", "prod"), _BOTH_BELOW, []),
        (("prod", "prod"), ("Deep",), []),
    ],
)
def test_what_is_under_a_condition_comes_and_goes_with_it_as_far_as_it_exists(
    stages: tuple[str, str], existing: tuple[str, ...], seen: list[str]
) -> None:
    review, untold = _compared(stages=stages, existing=existing)
    assert lines(review) == seen
    assert untold == ["Network", "App", "App/Deep", *(["App/Extra"] if stages != ("dev", "dev") else [])]
    changes = [change for layer in review.walk() for change in layer.resources]
    assert all(change.local for change in changes)
    assert all((change.policy is None) is (change.kind is Kind.ADDED) for change in changes)


def _topics(name: str) -> str:
    """The app with a condition over the topics that are notified, which only the execution knows."""
    return _APP.replace("[!Ref Stage, prod]", f"[!Ref 'AWS::NotificationARNs', {name}]")


_MAY_COME = ["App/Extra is new", "App/Extra/Queue added?"]


@pytest.mark.parametrize(
    ("before", "after", "existing", "seen"),
    [
        (_topics("x"), _topics("x"), ("Deep",), ["App/Table removed?: Condition?", *_MAY_COME]),
        (_topics("y"), _topics("x"), ("Deep",), ["App/Table removed?: Condition?", *_MAY_COME]),
        (_topics("y"), _topics("x"), _BOTH_BELOW, ["App/Table removed?: Condition?"]),
        (_APP, _topics("x"), ("Deep",), ["App/Table added?", *_MAY_COME]),
        (_topics("x"), _APP, ("Deep",), ["App/Table removed?"]),
        (_topics("x"), _APP, _BOTH_BELOW, ["App/Extra removed?", "App/Table removed?"]),
    ],
)
def test_a_nested_stack_that_was_looked_up_is_new_where_its_condition_may_hold(
    before: str, after: str, existing: tuple[str, ...], seen: list[str]
) -> None:
    assert _seen({"App": after}, {"App": before}, existing=existing) == seen


_SAM = "Transform: AWS::Serverless-2016-10-31\n"
_MOVING = _APP.replace("Outputs: {", "Outputs: {More: {Value: '{{resolve:ssm:/x}}'}, ")
_TAGS = {"team": ("a", "b")}


@pytest.mark.parametrize(
    ("after", "before", "more", "seen"),
    [
        pytest.param({"App": _SAM + _APP}, {}, {}, [], id="the same"),
        pytest.param({"App": _SAM + _APP}, {}, {"stages": ("dev", "prod")}, _READ, id="another parameter"),
        pytest.param(
            {"App": _SAM + _APP},
            {},
            {"tags": _TAGS},
            [*_READ, "Network/Vpc changed in place: Tags/team?"],
            id="other tags of the stack",
        ),
        pytest.param(
            {"App": _SAM + _APP}, {"": _ROOT.replace("Value: b", "Value: c")}, {}, _READ, id="other tags of its own"
        ),
        pytest.param({"App": _SAM + _MOVING}, {}, {}, _READ, id="a value that is read elsewhere"),
        pytest.param({"App": f"Transform: Own\n{_APP}"}, {}, {}, _READ, id="a macro that may make anything"),
        pytest.param({}, {"App": _SAM + _APP}, {}, _READ_OTHERWISE, id="a macro before"),
        pytest.param({"App": _SAM + _APP}, {"App": _APP}, {}, _READ_OTHERWISE, id="a macro now"),
        pytest.param({}, {"App": None}, {}, _READ_OTHERWISE, id="not read before"),
        pytest.param({"App": None}, {"App": _APP}, {}, _READ_OTHERWISE, id="not read now"),
    ],
)
def test_a_nested_stack_that_cannot_be_read_stays_where_all_that_it_is_made_of_does(
    after: Mapping[str, str | None], before: Mapping[str, str | None], more: dict[str, Any], seen: list[str]
) -> None:
    review, _ = _compared(after, before, **more)
    assert lines(review) == (["App may be replaced", *seen] if seen else [])
    assert [change.physical_id for change in review.resources if change.path == ("App",)] == (
        [stack_arn("App")] if seen else []
    )


def test_what_a_macro_of_the_root_makes_of_its_nested_stacks_is_not_known() -> None:
    for app in (_APP, _SAM + _APP):
        seen = _seen({"": f"Transform: Own\n{_ROOT}", "App": app})
        assert seen == ["Network may be replaced", "App may be replaced"]


@pytest.mark.parametrize(
    ("after", "before", "more", "seen"),
    [
        pytest.param({}, {}, {}, [], id="nothing"),
        pytest.param(
            {"App": _APP.replace("Default: x", "Default: y")},
            {"App": _APP},
            {},
            [*_READ, "App/Topic changed in place: DisplayName"],
            id="another value",
        ),
        pytest.param(
            {"App": _APP.replace("Topic: {Type", "Topic: {DeletionPolicy: Retain, Type")},
            {"App": _APP},
            {},
            [*_READ, "App/Topic changed in place: DeletionPolicy"],
            id="another policy",
        ),
        pytest.param(
            {},
            {},
            {"tags": _TAGS},
            [*_READ, *(f"{at} changed in place: Tags/team?" for at in ("Network/Vpc", "App/Topic", "App/Deep/Queue"))],
            id="tags of the stack",
        ),
        pytest.param(
            {},
            {"": _ROOT.replace("Value: b", "Value: c")},
            {},
            [*_READ, *(f"{at} changed in place: Tags/0/Value?" for at in ("App/Topic", "App/Deep/Queue"))],
            id="tags of its own",
        ),
        pytest.param(
            {"App": _without("Deep"), "App/Deep": None},
            {"App": _APP, "App/Deep": _DEEP},
            {},
            ["App/Deep removed"],
            id="a nested stack goes",
        ),
        pytest.param(
            {"App": _without("Extra"), "App/Extra": None},
            {"App": _APP, "App/Extra": _DEEP},
            {},
            [],
            id="one that its condition kept out",
        ),
        pytest.param(
            {},
            {"App": _without("Deep"), "App/Deep": None},
            {"existing": ("Other",)},
            ["App/Deep is new", "App/Deep/Queue added"],
            id="a nested stack comes",
        ),
        pytest.param({}, {}, {"rows": (row("Loop", kind=STACK_TYPE),)}, ["Loop may be replaced"], id="only listed"),
        pytest.param(
            {"": _without("Network", _ROOT)},
            {"": _ROOT},
            {"rows": ()},
            ["Network removed?"],
            id="not listed as removed",
        ),
        pytest.param({"": _without("Behind", _ROOT)}, {"": _ROOT}, {"rows": ()}, [], id="a resource is not listed"),
        pytest.param(
            {"App": _APP.replace("Default: x", "Default: y")},
            {"App": _APP},
            {"rows": (*_LISTED, row("Reader", detail("TopicName", before="a", after="b")))},
            [
                "Reader changed in place: TopicName, DisplayName?",
                "Behind may be replaced: TopicName?",
                "App/Topic changed in place: DisplayName",
            ],
            id="a row of the root",
        ),
        pytest.param(
            {},
            {},
            {"create": True, "rows": tuple(row(name, kind=STACK_TYPE, action="Add") for name in ("App", "Network"))},
            [
                *("Network is new", "Network/Vpc added", "App is new", "App/Topic added"),
                *("App/Deep is new", "App/Deep/Queue added"),
            ],
            id="a new stack",
        ),
    ],
)
def test_what_both_sides_say_is_compared_and_what_reads_it_is_followed(
    after: Mapping[str, str | None], before: Mapping[str, str | None], more: dict[str, Any], seen: list[str]
) -> None:
    review, _ = _compared(after, before, **more)
    assert lines(review) == seen
    assert all(change.local for layer in review.walk() for change in layer.resources if layer.path)


def test_what_leads_back_to_itself_adds_nothing() -> None:
    """CloudFormation refuses such a template; it is no reason to compare without end, or to show what stays."""
    ring = "  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt B.Size}}\n"
    ring += "  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt A.Size}}\n"
    app = _APP.replace("Outputs:", f"{ring}Outputs:")
    assert _seen({"App": app}) == []


def test_all_below_a_nested_stack_comes_in_the_order_of_its_template_and_resources_by_name() -> None:
    names = ["Zeta", "Alpha", "Mid", "Beta"]
    more = "".join(f"  {name}: {{Type: AWS::SNS::Topic}}\n" for name in names)
    seen = _seen({"App": _APP.replace("Outputs:", f"{more}Outputs:")}, {"App": _APP})
    assert seen == [f"App/{name} added" for name in sorted(names)]
