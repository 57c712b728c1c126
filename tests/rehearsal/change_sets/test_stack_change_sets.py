"""The change sets that one stack has."""

from __future__ import annotations

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets.stack_change_sets import (
    MAXIMUM_CHANGE_SETS,
    fail,
    find_change_set,
    new_change_set,
    refuse_too_many,
)
from rehearsal.state.stacks import ChangeSet, Stack, Target
from rehearsal.state.world import World
from tests.rehearsal.play import REGION, Play


def stack() -> tuple[World, Stack]:
    return Play().cloud.world, Stack("arn", "demo", REGION, 0.0, "CREATE_COMPLETE")


def made(world: World, found: Stack, name: str) -> ChangeSet:
    return new_change_set(world, found, name, "UPDATE", Target(""))


def test_the_newest_of_a_name_is_meant() -> None:
    world, found = stack()
    sets = [made(world, found, name) for name in ("one", "two", "one")]
    assert find_change_set(found, "one") is sets[2]
    assert find_change_set(found, "two") is sets[1]
    assert find_change_set(found, "three") is None


def test_one_that_has_failed_says_why_and_cannot_be_executed() -> None:
    change_set = made(*stack(), "one")
    fail(change_set, "because")
    assert (change_set.status, change_set.execution, change_set.reason) == ("FAILED", "UNAVAILABLE", "because")


def test_a_stack_has_no_more_than_a_thousand() -> None:
    world, found = stack()
    for number in range(MAXIMUM_CHANGE_SETS - 1):
        made(world, found, f"set{number}")
    refuse_too_many(found)
    made(world, found, "last")
    with pytest.raises(CloudFormationError, match="ChangeSet limit exceeded for stack arn"):
        refuse_too_many(found)
