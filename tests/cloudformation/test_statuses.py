"""Our enums are botocore's: an upgrade that brings a new value is noticed here."""

from enum import Enum

import pytest

from cloudformation.statuses import (
    ChangeAction,
    ChangeSetStatus,
    ExecutionStatus,
    Replacement,
    RequiresRecreation,
    ResourceStatus,
    StackStatus,
    open_member,
    read,
)
from tests.deployment.fake_client import service_model


@pytest.mark.parametrize(
    ("ours", "shape"),
    [
        (StackStatus, "StackStatus"),
        (ChangeSetStatus, "ChangeSetStatus"),
        (ExecutionStatus, "ExecutionStatus"),
        (ChangeAction, "ChangeAction"),
        (Replacement, "Replacement"),
        (RequiresRecreation, "RequiresRecreation"),
        (ResourceStatus, "ResourceStatus"),
    ],
)
def test_an_enum_has_exactly_the_values_of_the_service_model(ours: type[Enum], shape: str) -> None:
    assert {each.value for each in ours} == set(service_model("cloudformation").shape_for(shape).enum)


def test_every_status_is_settled_or_in_progress_and_only_completed_ones_are_updatable() -> None:
    assert {each for each in StackStatus if each.updatable} == {
        StackStatus.CREATE_COMPLETE,
        StackStatus.UPDATE_COMPLETE,
        StackStatus.UPDATE_ROLLBACK_COMPLETE,
        StackStatus.IMPORT_COMPLETE,
        StackStatus.IMPORT_ROLLBACK_COMPLETE,
    }
    assert StackStatus.REVIEW_IN_PROGRESS.settled
    assert StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS.in_progress
    assert all(each.settled for each in StackStatus if each.succeeded)


def test_a_status_that_is_new_is_known_by_its_end_alone() -> None:
    new = open_member(StackStatus, "PAUSE_IN_PROGRESS")
    assert (new.known, new.in_progress, new.settled, new.succeeded, new.updatable) == (False, True, False, False, False)
    assert open_member(StackStatus, "PAUSE_IN_PROGRESS") is new
    assert not open_member(StackStatus, "PAUSE_COMPLETE").known
    assert open_member(StackStatus, "CREATE_COMPLETE") is StackStatus.CREATE_COMPLETE
    assert all(status.known for status in StackStatus)


def test_what_an_answer_leaves_out_is_the_most_cautious_member() -> None:
    for text, member in (("Never", RequiresRecreation.NEVER), ("New", RequiresRecreation.ALWAYS)):
        assert read(text, RequiresRecreation.ALWAYS) is member
    assert read(None, RequiresRecreation.ALWAYS) is RequiresRecreation.ALWAYS
