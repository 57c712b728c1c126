"""The controls of Amazon ECS: what breaks each, and that alone."""

from typing import Any

import pytest

from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    add,
    difference,
    drop,
    environment,
    put,
    states,
    system,
)

LINUX = put("ecs", "TaskDefinition", "RuntimePlatform", value={"OperatingSystemFamily": "LINUX"})
WINDOWS = put("ecs", "TaskDefinition", "RuntimePlatform", value={"OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE"})


def container(*path: str, value: Any) -> Change:
    return put("ecs", "TaskDefinition", "ContainerDefinitions", 0, *path, value=value)


def secret(name: Any) -> Change:
    return container("Environment", value=[{"Name": "MODE", "Value": "a"}, {"Name": name, "Value": "b"}])


def address(value: Any) -> Change:
    return put("ecs", "Service", "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp", value=value)


def insights(value: Any) -> Change:
    return put("ecs", "Cluster", "ClusterSettings", value=[{"Name": "containerInsights", "Value": value}])


def volume(**settings: Any) -> Change:
    return put(
        "ecs", "TaskDefinition", "Volumes", value=[{"Name": "a"}, {"Name": "b", "EFSVolumeConfiguration": settings}]
    )


BREAKS = {
    "ECS.2": address("ENABLED"),
    "ECS.3": put("ecs", "TaskDefinition", "PidMode", value="host"),
    "ECS.4": container("Privileged", value=True),
    "ECS.5": container("ReadonlyRootFilesystem", value=False),
    "ECS.8": secret("AWS_SECRET_ACCESS_KEY"),
    "ECS.9": container("LogConfiguration", value={"Options": {}}),
    "ECS.10": put("ecs", "Service", "PlatformVersion", value="1.3.0"),
    "ECS.12": insights("disabled"),
    "ECS.17": put("ecs", "TaskDefinition", "NetworkMode", value="host"),
    "ECS.18": volume(FilesystemId="fs-1"),
}
LEFT_OPEN = {
    "ECS.2": address(NOT_KNOWN_BEFORE),
    "ECS.3": put("ecs", "TaskDefinition", "PidMode", value=NOT_KNOWN_BEFORE),
    "ECS.4": container("Privileged", value=NOT_KNOWN_BEFORE),
    "ECS.5": container("ReadonlyRootFilesystem", value=NOT_KNOWN_BEFORE),
    "ECS.8": secret(NOT_KNOWN_BEFORE),
    "ECS.9": container("LogConfiguration", value=NOT_KNOWN_BEFORE),
    "ECS.10": put("ecs", "Service", "PlatformVersion", value=NOT_KNOWN_BEFORE),
    "ECS.12": insights(NOT_KNOWN_BEFORE),
    "ECS.17": put("ecs", "TaskDefinition", "NetworkMode", value=NOT_KNOWN_BEFORE),
    "ECS.18": put("ecs", "TaskDefinition", "Volumes", value=NOT_KNOWN_BEFORE),
}


@pytest.mark.parametrize("control", BREAKS)
def test_one_property_makes_one_control_fail(control: str) -> None:
    assert difference(BREAKS[control]) == {control: ("passes", "fails")}


@pytest.mark.parametrize("control", LEFT_OPEN)
def test_what_is_not_known_does_not_pass(control: str) -> None:
    assert difference(LEFT_OPEN[control]) == {control: ("passes", "not known")}


def test_a_service_that_says_nothing_of_addresses_is_not_claimed_to_have_none() -> None:
    silent = drop("ecs", "Service", "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp")
    assert difference(silent) == {"ECS.2": ("passes", "not known")}


@pytest.mark.parametrize("user", ["root", "0", "0:0", "ROOT:root", "", 0])
def test_root_by_any_name_fails(user: Any) -> None:
    assert difference(container("User", value=user)) == {"ECS.20": ("passes", "fails")} | (
        {"ECS.21": ("passes", "fails")} if user == "" else {}
    )


def test_without_a_user_a_task_that_names_no_system_fails_as_linux_and_as_windows() -> None:
    nobody = drop("ecs", "TaskDefinition", "RuntimePlatform")
    states_then = states(system(environment(ContainerUser=""), nobody))
    assert (states_then["ECS.20"], states_then["ECS.21"]) == ("fails", "fails")


def test_a_task_is_judged_by_the_system_that_it_names() -> None:
    linux, windows = (states(system(environment(ContainerUser=""), family)) for family in (LINUX, WINDOWS))
    assert (linux["ECS.20"], linux["ECS.21"]) == ("fails", "passes")
    assert (windows["ECS.20"], windows["ECS.21"]) == ("passes", "fails")
    arm = states(system(environment(ContainerUser="", CpuArchitecture="ARM64")))
    assert (arm["ECS.20"], arm["ECS.21"]) == ("fails", "passes")


def test_an_administrator_of_windows_fails() -> None:
    admin = container("User", value="ContainerAdministrator")
    assert difference(WINDOWS, admin) == {"ECS.21": ("passes", "fails")}


def test_whether_enhanced_insights_are_taken_for_enabled_is_not_claimed() -> None:
    assert difference(insights("enhanced")) == {"ECS.12": ("passes", "not known")}


def test_a_volume_that_is_encrypted_in_transit_passes() -> None:
    assert difference(volume(TransitEncryption="ENABLED")) == {}
    assert difference(volume(TransitEncryption=NOT_KNOWN_BEFORE)) == {"ECS.18": ("passes", "not known")}
    perhaps = put("ecs", "TaskDefinition", "Volumes", value=[{"Name": "a", "EFSVolumeConfiguration": NOT_KNOWN_BEFORE}])
    assert difference(perhaps) == {"ECS.18": ("passes", "not known")}


@pytest.mark.parametrize(
    ("control", "type_name"), [("ECS.16", "AWS::ECS::TaskSet"), ("ECS.19", "AWS::ECS::CapacityProvider")]
)
def test_a_resource_that_nobody_judges_does_not_pass(control: str, type_name: str) -> None:
    assert difference(add("ecs", "Another", type_name)) == {control: ("nothing there", "not known")}


@pytest.mark.parametrize("user", ["00", " root", "0:101", "Root"])
def test_root_may_be_written_in_many_ways(user: str) -> None:
    found = difference(put("ecs", "TaskDefinition", "ContainerDefinitions", 0, "User", value=user))
    assert found["ECS.20"] == ("passes", "fails")
