"""The rows of one change set: how its several details of one property become one."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import await_change_set
from deployment.review.listed_changes import listed
from deployment.review.phantoms import Phantoms
from deployment.review.review import PropertyChange
from deployment.review.sides import Sides
from deployment.template.resource_path import ROOT
from deployment.template.values import Values
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.shapes import change_set, detail, row, set_arn

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
