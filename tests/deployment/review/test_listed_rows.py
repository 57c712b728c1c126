"""Rows of one change set: what waits, what is left out, the tags of the stack."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import await_change_set
from deployment.review.listed_changes import Listed, listed, tag_changes
from deployment.review.phantoms import Phantoms
from deployment.review.review import Kind, PropertyChange
from deployment.review.sides import Sides
from deployment.template.resource_path import ROOT
from deployment.template.template import parse_document
from deployment.template.values import Values
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.review.judged import a_set
from tests.deployment.shapes import STACK_TYPE, change_set, detail, placeholder, row, set_arn

_WAITING = Waiting(FakeTime().clock, POLLING)


def _property(*details: dict[str, Any]) -> PropertyChange:
    """The one property of the one row that a change set with these details lists."""
    client = FakeClient(
        "cloudformation", describe_change_set=lambda **_: change_set("root", row("Topic", *details, Replacement="True"))
    )
    tree = await_change_set(client, set_arn("root"), _WAITING)
    document = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    values = Values({ROOT: document}, {"Name": "b"}, {})
    sides = Sides(values, values, moved=frozenset({"Name"}))
    (change,) = listed(Phantoms(tree, sides), sides, tree, ROOT).resources
    (property_change,) = change.properties
    return property_change


_ROOT = parse_document(
    f"""
Resources:
  App: {{Type: '{STACK_TYPE}', Properties: {{TemplateURL: app, Parameters: {{Fed: !GetAtt Net.Outputs.Id}}}}}}
  Net: {{Type: '{STACK_TYPE}', Properties: {{TemplateURL: net}}}}
  Topic: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !GetAtt App.Outputs.Id}}}}
"""
)
_CHILD = parse_document(
    "Parameters: {Fed: {Type: String}}\n"
    "Resources: {T: {Type: AWS::SNS::Topic, Properties: {A: x}}}\n"
    "Outputs: {Id: {Value: fixed}, Arn: {Value: fixed}}"
)


def _listed(*rows: dict[str, Any], **more: Any) -> Listed:
    """What the rows of a root come to, whose nested stacks are `App` and `Net`."""
    tree = a_set(*rows)
    values = Values({ROOT: _ROOT, ROOT / "App": _CHILD, ROOT / "Net": _CHILD}, {}, {})
    both = Sides(values, values, **more)
    return listed(Phantoms(tree, both), both, tree, ROOT)


_TIMEOUT, _URL = detail("TimeoutInMinutes", before="1", after="2"), detail("TemplateURL", before="a", after="b")
_GIVEN = [_URL, detail("Parameters", before="a", after="b"), detail("Tags", before="a", after="b")]


@pytest.mark.parametrize(
    ("action", "details", "replacement", "kind"),
    [
        ("Modify", [], "False", None),
        ("Modify", _GIVEN, "False", None),
        ("Modify", [*_GIVEN, _TIMEOUT], "False", Kind.CHANGED),
        ("Modify", _GIVEN, "True", Kind.REPLACED),
        ("Modify", _GIVEN, "Conditional", Kind.MAY_BE_REPLACED),
        ("Add", [], None, None),
        ("Add", [_TIMEOUT], None, None),
        ("Add", [], "True", None),
        ("Remove", [], None, Kind.REMOVED),
        ("Import", [_URL], None, Kind.IMPORTED),
        ("Dynamic", [_URL], None, Kind.MAY_BE_REPLACED),
        ("SyncWithActual", [_URL], None, Kind.CHANGED),
    ],
)
def test_the_row_of_a_nested_stack_says_what_its_own_change_set_does_not(
    action: str, details: list[dict[str, Any]], replacement: str | None, kind: Kind | None
) -> None:
    said = _listed(row("App", *details, kind=STACK_TYPE, action=action, Replacement=replacement))
    assert [change.kind for change in said.resources] == ([] if kind is None else [kind])
    assert said.folded == ()
    if kind is not None:
        shown = {told.name for change in said.resources for told in change.properties}
        assert shown == ({"TimeoutInMinutes"} if _TIMEOUT in details else set())


def test_a_row_that_changes_nothing_is_collapsed_with_what_it_awaits() -> None:
    awaits = detail("DisplayName", source="ResourceAttribute", cause="App.Outputs.Id", before="a", after="a")
    said = _listed(row("Topic", awaits), row("Other", action="Add"))
    assert [(phantom.path, phantom.type, phantom.waits_for) for phantom in said.folded] == [
        (ROOT / "Topic", "AWS::SNS::Topic", ("App.Outputs.Id",))
    ]
    assert [(change.path, change.kind, change.certain) for change in said.resources] == [
        (ROOT / "Other", Kind.ADDED, True)
    ]


def test_what_a_phantom_awaits_is_another_nested_stack_before_what_it_names_itself() -> None:
    document = parse_document(
        "Parameters: {B: {Type: String}, A: {Type: String}}\n"
        "Resources: {T: {Type: AWS::SNS::Topic, Properties: {X: !Ref A}}, S: {Type: AWS::SNS::Topic}}"
    )
    values = Values({ROOT: _ROOT, ROOT / "App": document, ROOT / "Net": _CHILD}, {}, {})
    waits = [
        detail("X", source="ParameterReference", cause=cause, before="a", after="a") for cause in ("B", "A", "S", "Own")
    ]
    rows = [
        row("T", *waits),
        row("S", detail("X", cause="S", before="a", after="a"), detail("Y", before="a", after="a")),
    ]
    app = a_set(*rows, parameters={"B": placeholder("Net", "Id"), "A": placeholder("Net", "Arn"), "Own": "x"})
    tree = a_set(below={"App": app})
    sides = Sides(values, values)
    said = listed(Phantoms(tree, sides), sides, app, ROOT / "App")
    assert [phantom.waits_for for phantom in said.folded] == [("Net.Arn", "Net.Id"), ("S",)]


def test_the_tags_of_the_stack_are_shown_by_name_with_both_values() -> None:
    tags = {"b": ("1", "2"), "a": (None, "3"), "c": ("4", None)}
    [change] = _listed(row("Topic", detail(None, attribute="Tags")), tags=tags).resources
    never = RequiresRecreation.NEVER
    assert change.properties == tuple(
        PropertyChange(f"Tags/{name}", *tags[name], True, True, never, None) for name in sorted(tags)
    )
    assert not any(
        told.certain for told in tag_changes(Sides(Values({}, {}, {}), Values({}, {}, {}), tags=tags), certain=False)
    )


def test_a_row_names_its_properties_and_the_whole_of_them_where_it_names_none() -> None:
    [change] = _listed(
        row("Topic", detail(None), detail("A/B", before="a", after="b"), PolicyAction="ReplaceAndRetain"),
        tags={"team": ("a", "b")},
    ).resources
    assert [told.name for told in change.properties] == ["Properties", "A/B"]
    assert (change.physical_id, change.policy, change.certain) == ("topic-1", "ReplaceAndRetain", True)
