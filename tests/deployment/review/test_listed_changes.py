"""The rows of one change set: how its several details of one property become one."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from cloudformation.statuses import ChangeSetStatus, ExecutionStatus, RequiresRecreation
from deployment.change_set.change_set import ChangeSet, change_from
from deployment.review.listed_changes import Listed, listed
from deployment.review.phantoms import Phantoms
from deployment.review.review import Folded, Kind, PropertyChange, ResourceChange
from deployment.review.sides import Sides
from deployment.template.resource_path import ROOT
from deployment.template.values import Values
from tests.deployment.shapes import STACK_TYPE, START, detail, placeholder, row


def _listed(listed_row: dict[str, Any], **more: Any) -> Listed:
    """What a change set says of the root that lists one row."""
    tree = ChangeSet(
        arn="arn",
        stack_arn="arn",
        status=ChangeSetStatus.CREATE_COMPLETE,
        execution=ExecutionStatus.AVAILABLE,
        reason=None,
        parameters=more.pop("parameters", {}),
        created=START,
        changes=(change_from(listed_row),),
        children={},
    )
    document = {
        "Parameters": {"Name": {"Type": "String"}},
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": {"Ref": "Given"}, "DisplayName": {"Ref": "Name"}},
            },
            "Unmade": {"Type": "AWS::SNS::Topic", "Condition": "Never"},
        },
    }
    values = Values({ROOT: document}, {"Name": "b"}, {})
    sides = Sides(values, values, **more)
    return listed(Phantoms(tree, sides), sides, tree, ROOT)


def _property(*details: dict[str, Any]) -> PropertyChange:
    """The one property of the one row that a change set with these details lists."""
    (change,) = _listed(row("Topic", *details, Replacement="True")).resources
    (property_change,) = change.properties
    return property_change


@pytest.mark.parametrize("order", list(permutations(("Never", "Conditionally", "Always"), 2)))
def test_of_several_details_of_one_property_the_strictest_recreation_counts(order: tuple[str, str]) -> None:
    """A parameter's change comes as two details: by the parameter, and as the evaluation of the property."""
    strictness = ["Never", "Conditionally", "Always"]
    strictest = RequiresRecreation(max(order, key=strictness.index))
    caused, direct = order
    shown = _property(
        detail("TopicName", source="ParameterReference", cause="Name", before="a", after="b", recreation=caused),
        detail("TopicName", dynamic=True, before="a", after="b", recreation=direct),
    )
    assert (shown.name, shown.recreation, shown.cause) == ("TopicName", strictest, "Name")


def test_what_has_neither_value_is_not_known_and_what_only_had_one_before_goes() -> None:
    unsaid = _property(detail("TopicName"))
    assert (unsaid.before, unsaid.after, unsaid.known) == (None, None, False)
    gone = _property(detail("TopicName", before="a"))
    assert (gone.before, gone.after, gone.known) == ("a", None, True)


def test_a_property_that_awaits_a_value_shows_what_stands_and_is_not_known() -> None:
    fed = _property(detail("TopicName", before="a", after="{{changeSet:KNOWN_AFTER_APPLY}}"))
    assert (fed.before, fed.after, fed.known) == ("a", None, False)


def test_a_value_is_stated_where_it_is_known_with_what_causes_it_and_whether_it_is_certain() -> None:
    name: dict[str, Any] = {"before": "a", "after": "b"}
    assert _property(detail("TopicName", source="ParameterReference", cause="Name", recreation="Always", **name)) == (
        PropertyChange("TopicName", "a", "b", True, True, RequiresRecreation.ALWAYS, "Name")
    )
    assert _property(detail("Tags/0/Value", **name)).name == "Tags/0/Value"
    assert _property(detail(None)).name == "Properties"
    assert _property(detail("TopicName")).certain is False
    fed = row("Topic", detail("TopicName", cause="Name", before="a", after="b"))
    [change] = _listed(fed, parameters={"Name": placeholder("Network", "Name")}).resources
    assert [shown.cause for shown in change.properties] == ["Network.Name"]


_NESTED = {"kind": STACK_TYPE, "PhysicalResourceId": "stack-1"}
_OWN = detail("NotificationARNs", before="a", after="b")


@pytest.mark.parametrize(
    ("listed_row", "kind"),
    [
        (row("App", **_NESTED), None),
        (row("App", detail(None), detail("Parameters"), detail("Tags"), detail("TemplateURL"), **_NESTED), None),
        (row("App", _OWN, **_NESTED), Kind.CHANGED),
        (row("App", Replacement="True", **_NESTED), Kind.REPLACED),
        (row("App", Replacement="Conditional", **_NESTED), Kind.MAY_BE_REPLACED),
        (row("App", action="Add", **_NESTED), None),
        (row("App", _OWN, action="Add", **_NESTED), None),
        (row("App", _OWN, action="Add", Replacement="True", **_NESTED), None),
        (row("App", action="Remove", **_NESTED), Kind.REMOVED),
        (row("App", action="Import", **_NESTED), Kind.IMPORTED),
        (row("App", action="Dynamic", **_NESTED), Kind.MAY_BE_REPLACED),
        (row("Topic", action="Add"), Kind.ADDED),
        (row("Topic", action="Remove"), Kind.REMOVED),
        (row("Topic", action="Import"), Kind.IMPORTED),
        (row("Topic", action="Dynamic"), Kind.MAY_BE_REPLACED),
        (row("Topic", action="SyncWithActual"), Kind.CHANGED),
        (row("Topic", _OWN), Kind.CHANGED),
        (row("Topic", Replacement="True"), Kind.REPLACED),
    ],
)
def test_a_row_becomes_a_change_unless_the_nested_stack_itself_says_it_better(
    listed_row: dict[str, Any], kind: Kind | None
) -> None:
    assert [change.kind for change in _listed(listed_row).resources] == ([kind] if kind else [])


def test_of_a_nested_stack_only_what_its_own_change_set_does_not_say_is_a_property_of_the_row() -> None:
    for action in ("Modify", "Import"):
        [change] = _listed(row("App", _OWN, detail("Parameters"), detail(None), action=action, **_NESTED)).resources
        assert [shown.name for shown in change.properties] == ["NotificationARNs"]
    [gone] = _listed(row("App", _OWN, detail("Parameters"), action="Remove", **_NESTED)).resources
    assert {shown.name for shown in gone.properties} == {"NotificationARNs", "Parameters"}


def test_what_a_row_says_of_its_resource_is_shown_and_what_is_only_removed_by_a_condition_is_doubted() -> None:
    removed = row("Topic", action="Remove", PhysicalResourceId="topic-1", PolicyAction="Retain")
    assert _listed(removed).resources == (
        ResourceChange(ROOT / "Topic", "AWS::SNS::Topic", Kind.REMOVED, "topic-1", "Retain", (), certain=True),
    )
    assert _listed(row("Unmade", action="Add")).resources == ()


def test_what_stays_is_folded_with_what_it_waits_for_by_the_outputs_that_feed_it() -> None:
    parameters = {"Name": placeholder("Network", "Name"), "Size": placeholder("Network", "Size")}
    waits: dict[str, Any] = {"dynamic": True, "before": "a", "after": "{{changeSet:KNOWN_AFTER_APPLY}}"}

    def waiting(*causes: str | None, fed: bool) -> Folded:
        details = (detail("DisplayName", cause=cause, **waits) for cause in causes)
        [folded] = _listed(row("Topic", *details), parameters=parameters if fed else {}).folded
        return folded

    assert waiting("Name", fed=True) == Folded(ROOT / "Topic", "AWS::SNS::Topic", ("Network.Name",))
    assert waiting("Size", "Name", "Group.Arn", None, fed=True).waits_for == ("Network.Name", "Network.Size")
    assert waiting("Size", "Group.Arn", None, fed=False).waits_for == ("Group.Arn", "Size")
    assert waiting(None, fed=True).waits_for == ()


def test_tags_of_the_stack_are_listed_by_name_where_the_tags_of_a_resource_change() -> None:
    tags = {"team": ("a", "b"), "cost": (None, "c")}
    listed_row = row("Topic", detail(None, attribute="Tags"), detail("TopicName", before="a", after="b"))
    [change] = _listed(listed_row, tags=tags).resources
    never = RequiresRecreation.NEVER
    assert change.properties == (
        PropertyChange("TopicName", "a", "b", True, True, never, None),
        PropertyChange("Tags/cost", None, "c", True, True, never, None),
        PropertyChange("Tags/team", "a", "b", True, True, never, None),
    )
    [plain] = _listed(listed_row).resources
    assert [(shown.name, shown.certain) for shown in plain.properties] == [("TopicName", True), ("Tags", False)]
