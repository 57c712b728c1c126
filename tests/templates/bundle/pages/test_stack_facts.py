"""What the runbook names of a stack: real names where they are known, variables where CloudFormation makes them."""

from __future__ import annotations

from templates.bundle.pages.stack_facts import LOG_GROUP, SERVICE, path_of, shown_name, variable
from tests.own_system import PROD
from tests.templates.bundle.pages.stacks import platform, service


def test_a_resource_is_reached_by_its_path_and_has_a_variable_and_the_start_of_its_name() -> None:
    facts = platform()
    group = next(one for one in facts.of(LOG_GROUP) if path_of(one) == "Ecs/LogGroup")
    assert variable(group) == "$ECS_LOG_GROUP"
    assert shown_name(facts, group) == f"{PROD.stack}-Ecs-…-LogGroup-…"


def test_the_cluster_has_its_own_name_and_a_service_runs_in_the_platform_s() -> None:
    assert platform().cluster == platform().one.values["AppName"]
    assert platform(ClusterName="mine").cluster == "mine"
    assert service().cluster == platform().cluster


def test_commands_name_stack_service_and_region() -> None:
    assert platform().program("plan") == "bin/deploy.sh plan --env prod"
    assert service().program("plan", "--yes") == "bin/deploy.sh plan --env prod --service api --yes"
    asked = service().of_stack("describe-stacks")
    assert asked == f"aws cloudformation describe-stacks --stack-name {PROD.stack}-api --region {PROD.region}"


def test_what_the_values_switch_off_is_not_named() -> None:
    assert [path_of(one) for one in platform(ExistingCertificateArn="arn:aws:acm:x").named()] == [
        path_of(one) for one in platform().named() if path_of(one) != "Cert/Certificate"
    ]
    assert [path_of(one) for one in service().of(SERVICE)] == ["Service"]
