"""A service as a stack of its own: each kind has what it needs, uses what it declares, and says how it is attached."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from awacs import sqs
from troposphere import Parameter

from cloudformation.environment.services.attached import attachment
from cloudformation.references import condition_names, references
from cloudformation.template.tree import PlainTree
from templates.layers.root import EXPORTS
from templates.parts.parameters import switch
from templates.parts.policies import allow
from templates.service.declaration import Declared, Sidecar, job, web, worker
from templates.service.secrets import from_parameter_store, from_secrets_manager
from templates.service.stack import DeclarationError, template

FULL: dict[str, Any] = {
    "environment": {"LOG_LEVEL": "info", "DEBUG": switch("Debug", "Whether it says more.", "false")},
    "secrets": {"PASSWORD": from_secrets_manager("shop/db", key="password")},
    "permissions": [allow(sqs.SendMessage, on=["arn:aws:sqs:eu-west-1:111122223333:shop"])],
    "sidecars": [Sidecar("proxy", "public.ecr.aws/shop/proxy:1", port=9000, before_main=True)],
    "command": ["serve", "--all"],
}
KINDS = {"web": web, "worker": worker, "job": job}
DECLARED = [kind("A", **parts) for kind in KINDS.values() for parts in ({}, FULL, {"database": True})]


def rendered(declared: Declared, name: str = "api") -> dict[str, Any]:
    content: dict[str, Any] = template(name, declared).to_dict()
    return content


def containers(content: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = content["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"]
    return found


@pytest.mark.parametrize("declared", DECLARED, ids=lambda one: f"{one.kind.value} {len(one.environment)}")
def test_all_that_is_declared_is_used_and_all_that_is_used_is_declared(declared: Declared) -> None:
    content = rendered(declared)
    parts = [content["Resources"], content["Outputs"], content.get("Conditions", {})]
    used = {reference.name for reference in references(parts)} - content["Resources"].keys()
    assert {name for name in used if not name.startswith("AWS::")} == content["Parameters"].keys()
    under = {body["Condition"] for body in content["Resources"].values() if "Condition" in body}
    assert under | {*condition_names(parts)} == content["Conditions"].keys()
    asked = {reference.name for reference in references(content.get("Rules", {}))}
    assert asked <= content["Parameters"].keys()


@pytest.mark.parametrize("declared", DECLARED, ids=lambda one: f"{one.kind.value} {len(one.environment)}")
def test_it_stands_on_exports_of_root_alone(declared: Declared) -> None:
    def imports(value: Any) -> list[str]:
        if isinstance(value, dict):
            found = [value["Fn::ImportValue"]["Fn::Sub"]] if "Fn::ImportValue" in value else []
            return found + [name for item in value.values() for name in imports(item)]
        return [name for item in value for name in imports(item)] if isinstance(value, list) else []

    names = {name.removeprefix("${PlatformStackName}-") for name in imports(rendered(declared))}
    assert names
    assert names <= EXPORTS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_how_it_is_attached(kind: str) -> None:
    content = rendered(KINDS[kind]("A", before="migrate"))
    stated = attachment(PlainTree(content))
    assert (stated.kind.value, stated.platform, stated.before) == (kind, "PlatformStackName", "migrate")
    assert set(stated.inherits) <= content["Parameters"].keys()
    assert {"AppName", "TaskSubnetTier", "PermissionsBoundaryArn"} <= set(stated.inherits)


def test_a_web_service_is_what_the_ecs_layer_has_beside_its_cluster() -> None:
    types = {name: body["Type"] for name, body in rendered(web("A"))["Resources"].items()}
    assert {"Service", "TargetGroup", "ListenerRule", "ScalableTarget", "RequestPolicy", "Target5xxAlarm"} <= set(types)


def test_a_worker_has_nothing_of_requests() -> None:
    content = rendered(worker("A"))
    service = content["Resources"]["Service"]["Properties"]
    assert not {"LoadBalancers", "HealthCheckGracePeriodSeconds"} & service.keys()
    assert "Alarms" not in service["DeploymentConfiguration"]
    assert "PortMappings" not in containers(content)[0]
    assert not any("ElasticLoadBalancing" in body["Type"] for body in content["Resources"].values())
    assert not [name for name in content["Parameters"] if name.startswith(("Listener", "HealthCheck", "Requests"))]


def test_a_job_is_kept_running_by_nothing() -> None:
    content = rendered(job("A"))
    types = {body["Type"] for body in content["Resources"].values()}
    assert "AWS::ECS::Service" not in types
    assert {"AWS::Scheduler::Schedule", "AWS::ECS::TaskDefinition"} <= types
    actions = [
        action
        for body in content["Resources"]["TaskRole"]["Properties"]["Policies"]
        for statement in body["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    ]
    assert not any("ssmmessages" in str(action) for action in actions)


def test_a_container_has_what_is_declared() -> None:
    content = rendered(web("A", **FULL))
    main, proxy = containers(content)
    assert main["Environment"] == [{"Name": "LOG_LEVEL", "Value": "info"}, {"Name": "DEBUG", "Value": {"Ref": "Debug"}}]
    assert main["Command"] == ["serve", "--all"]
    assert main["DependsOn"] == [{"ContainerName": "proxy", "Condition": "START"}]
    assert [secret["Name"] for secret in main["Secrets"]] == ["PASSWORD"]
    assert (proxy["Name"], proxy["PortMappings"][0]["ContainerPort"]) == ("proxy", 9000)
    assert content["Parameters"]["Debug"]["Default"] == "false"


def test_only_a_service_with_secrets_has_an_execution_role_of_its_own() -> None:
    plain, secret = rendered(web("A")), rendered(web("A", **FULL))
    assert "ExecutionRole" not in plain["Resources"]
    assert plain["Resources"]["TaskDefinition"]["Properties"]["ExecutionRoleArn"] == {
        "Fn::ImportValue": {"Fn::Sub": "${PlatformStackName}-ExecutionRoleArn"}
    }
    assert secret["Resources"]["TaskDefinition"]["Properties"]["ExecutionRoleArn"] == {
        "Fn::GetAtt": ["ExecutionRole", "Arn"]
    }


def test_what_no_default_is_right_for_must_be_given() -> None:
    for declared, needed in (
        (web("A"), ["PlatformStackName", "ContainerImage", "ListenerRulePriority"]),
        (worker("A"), ["PlatformStackName", "ContainerImage"]),
        (job("A", defaults={"ContainerImage": "x:1"}), ["PlatformStackName"]),
    ):
        parameters = rendered(declared)["Parameters"]
        assert [name for name, body in parameters.items() if "Default" not in body] == needed


def test_every_parameter_is_in_one_group_of_the_form() -> None:
    for declared in DECLARED:
        content = rendered(declared)
        groups = content["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        grouped = [name for group in groups for name in group["Parameters"]]
        assert sorted(grouped) == sorted(content["Parameters"])


def test_a_description_names_what_a_change_replaces_in_this_template() -> None:
    for declared in DECLARED:
        content = rendered(declared)
        for name, body in content["Parameters"].items():
            _, said, names = body["Description"].rpartition(" Changing it replaces ")
            if said:
                assert set(names.rstrip(".").split(", ")) <= content["Resources"].keys(), name


def test_a_default_is_that_of_the_declaration() -> None:
    parameters = rendered(web("A", defaults={"ContainerPort": 8080, "ServiceName": "front"}))["Parameters"]
    assert (parameters["ContainerPort"]["Default"], parameters["ServiceName"]["Default"]) == (8080, "front")
    assert parameters["ContainerName"]["Default"] == "api"


def test_a_declaration_that_names_what_is_not_there_is_refused() -> None:
    with pytest.raises(
        DeclarationError, match="defaults has ListenerRulePriority, which is not a parameter of a worker"
    ):
        template("mail", worker("A", defaults={"ListenerRulePriority": 1}))
    with pytest.raises(DeclarationError, match="parameter TaskCpu is reserved"):
        template("mail", worker("A", environment={"X": Parameter("TaskCpu", Type="String")}))


def test_a_secret_may_be_a_parameter() -> None:
    arn = Parameter("TokenArn", Type="String")
    content = rendered(worker("A", secrets={"TOKEN": from_parameter_store(arn)}))
    assert containers(content)[0]["Secrets"] == [{"Name": "TOKEN", "ValueFrom": {"Ref": "TokenArn"}}]
    assert "Default" not in content["Parameters"]["TokenArn"]


@pytest.mark.parametrize("kind", KINDS.values())
def test_one_line_hands_the_database_to_a_service(kind: Any) -> None:
    declared = kind("A", database=True)
    content = rendered(declared)
    [container] = containers(content)
    assert [row["Name"] for row in container["Environment"]] == ["PGHOST", "PGPORT", "PGDATABASE", "PGSSLMODE"]
    assert [row["Name"] for row in container["Secrets"]] == ["PGUSER", "PGPASSWORD"]
    imported = re.findall(r"PlatformStackName}-(Database\w+)", json.dumps(content))
    assert set(imported) == {"DatabaseHost", "DatabasePort", "DatabaseName", "DatabaseSecretArn"}
    assert set(imported) <= EXPORTS.keys()
    assert "DatabaseKmsKeyArn" in content["Metadata"]["Deployment"]["Service"]["Inherits"]


def test_what_a_module_says_itself_counts_before_what_the_database_says() -> None:
    password = from_parameter_store("/shop/password")
    declared = web(
        "A", database=True, environment={"PGSSLMODE": "verify-full", "PGUSER": "api"}, secrets={"PGPASSWORD": password}
    )
    [container] = containers(rendered(declared))
    variables = {row["Name"]: row["Value"] for row in container["Environment"]}
    assert (variables["PGSSLMODE"], variables["PGUSER"]) == ("verify-full", "api")
    [secret] = container["Secrets"]
    assert secret["Name"] == "PGPASSWORD"
    assert "parameter/shop/password" in json.dumps(secret)
    assert "DatabaseKmsKeyArn" not in rendered(declared)["Parameters"]


def test_without_the_line_nothing_of_a_database_is_in_a_service() -> None:
    assert "Database" not in json.dumps(rendered(web("A", **FULL)))
