"""The state's own words: what exists, what is busy, what is gone, what a parameter's value shows."""

from __future__ import annotations

import pytest

from rehearsal.state.stacks import Operation, ParameterValue, Stack, StackResource, Target


def stack(status: str) -> Stack:
    return Stack(id="arn", name="demo", region="eu-west-1", created=1.0, status=status)


@pytest.mark.parametrize(
    ("physical_id", "status", "exists"),
    [
        ("", "CREATE_IN_PROGRESS", False),
        ("", "CREATE_FAILED", False),
        ("id", "CREATE_COMPLETE", True),
        ("id", "CREATE_FAILED", True),
        ("id", "DELETE_FAILED", True),
        ("id", "DELETE_COMPLETE", False),
        ("id", "DELETE_SKIPPED", False),
    ],
)
def test_a_resource_exists_from_its_physical_id_to_its_deletion(physical_id: str, status: str, exists: bool) -> None:
    assert StackResource("A", "AWS::SNS::Topic", physical_id, status=status).exists is exists


def test_a_stack_is_busy_while_an_operation_is_under_way() -> None:
    found = stack("CREATE_COMPLETE")
    assert not found.busy
    found.operation = Operation("id", "UPDATE", "forward", Target(""))
    assert found.busy


def test_only_a_deleted_stack_is_gone() -> None:
    assert stack("DELETE_COMPLETE").gone
    assert not stack("DELETE_FAILED").gone


def test_a_ref_sees_what_systems_manager_gave_or_else_the_text_itself() -> None:
    assert ParameterValue("Image", "/app/image", "nginx:1").effective == "nginx:1"
    assert ParameterValue("Image", "/app/image", "").effective == ""
    assert ParameterValue("Image", "nginx:1").effective == "nginx:1"


def test_a_description_names_a_resolved_value_only_where_there_is_one() -> None:
    assert ParameterValue("Port", "80").described() == {"ParameterKey": "Port", "ParameterValue": "80"}
    described = ParameterValue("Image", "/app/image", "nginx:1").described()
    assert described == {"ParameterKey": "Image", "ParameterValue": "/app/image", "ResolvedValue": "nginx:1"}


def test_no_echo_masks_the_name_and_what_is_behind_it() -> None:
    described = ParameterValue("Secret", "/app/secret", "hunter2", no_echo=True).described()
    assert described == {"ParameterKey": "Secret", "ParameterValue": "****", "ResolvedValue": "****"}
