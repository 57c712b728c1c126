"""The value of a parameter, as a Ref sees it and as DescribeStacks shows it."""

from __future__ import annotations

from rehearsal.state.parameter_value import ParameterValue


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
