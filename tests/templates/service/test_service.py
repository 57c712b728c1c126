"""The service builder: one code for the platform's own service and for a service stack of its own."""

from typing import Any

from troposphere import ImportValue, Parameter, Ref, Sub

from templates.parts.document import document
from templates.parts.parameters import app_name, kms_key_arn, permissions_boundary_arn
from templates.service import service
from templates.service.platform import Platform
from tests.templates.resolved import document as rendered

PLATFORM_NAME = Parameter("PlatformStackName", Type="String", Description="Name of the platform's root stack.")


def imported(name: str) -> ImportValue:
    return ImportValue(Sub(f"${{PlatformStackName}}-{name}"))


def stack_of_its_own(*prefixes: str) -> dict[str, Any]:
    """Give the template of services that stand on a platform by its exports."""
    platform = Platform(
        vpc_id=imported("VpcId"),
        subnets=imported("PublicSubnetIds"),
        security_group=imported("AppSecurityGroupId"),
        https_listener=imported("HttpsListenerArn"),
        alb_full_name=imported("AlbFullName"),
        cluster=imported("ClusterName"),
        execution_role=imported("ExecutionRoleArn"),
    )
    parts = [service.service(platform, prefix=prefix) for prefix in prefixes]
    template = document(
        "A service.",
        parameters=[PLATFORM_NAME, app_name, kms_key_arn, permissions_boundary_arn, *service.PARAMETERS],
        conditions=service.conditions(),
        resources=[resource for part in parts for resource in part.resources],
        outputs=[output for part in parts for output in part.outputs],
    )
    parsed: dict[str, Any] = template.to_dict()
    return parsed


def test_a_stack_of_its_own_has_the_resources_that_the_ecs_layer_has() -> None:
    own, layer = stack_of_its_own("")["Resources"], rendered("ecs")["Resources"]
    assert {name: entry["Type"] for name, entry in own.items()} == {
        name: entry["Type"]
        for name, entry in layer.items()
        if name not in ("Cluster", "ClusterCapacityProviders", "ExecutionRole")
    }
    assert own["TaskRole"] == layer["TaskRole"]
    assert own["LogGroup"] == layer["LogGroup"]


def test_a_stack_of_its_own_stands_on_what_the_platform_exports() -> None:
    resources = stack_of_its_own("")["Resources"]
    imported_cluster = {"Fn::ImportValue": {"Fn::Sub": "${PlatformStackName}-ClusterName"}}
    assert resources["Service"]["Properties"]["Cluster"] == imported_cluster
    assert resources["Service"]["DependsOn"] == ["ListenerRule"]
    exported = set(rendered("root")["Outputs"])
    for name in (
        "VpcId",
        "PublicSubnetIds",
        "AppSecurityGroupId",
        "HttpsListenerArn",
        "ClusterName",
        "ExecutionRoleArn",
    ):
        assert name in exported


def test_a_prefix_keeps_several_services_of_one_template_apart() -> None:
    template = stack_of_its_own("Front", "Back")
    assert len(template["Resources"]) == 24
    assert template["Resources"]["BackService"]["Properties"]["TaskDefinition"] == Ref("BackTaskDefinition").to_dict()
    assert "FrontServiceName" in template["Outputs"]


def test_the_container_that_is_balanced_is_the_one_that_is_defined() -> None:
    resources = stack_of_its_own("")["Resources"]
    balanced = resources["Service"]["Properties"]["LoadBalancers"][0]["ContainerName"]
    defined = resources["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Name"]
    assert balanced == defined == {"Ref": "ContainerName"}


def test_the_target_group_s_port_is_not_the_container_s() -> None:
    target_group = stack_of_its_own("")["Resources"]["TargetGroup"]["Properties"]
    assert target_group["Port"] == 80


def test_no_resource_is_named_so_that_each_can_be_replaced() -> None:
    resources = stack_of_its_own("")["Resources"].values()
    assert not [
        entry for entry in resources if {"Name", "ServiceName", "LogGroupName", "RoleName"} & set(entry["Properties"])
    ]
