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
