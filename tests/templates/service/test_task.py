"""The task: its log group, its role, its container."""

from typing import Any

from templates.service.task import log_group, task_definition, task_role

LOGS = log_group("Web")
ROLE = task_role("Web", LOGS)


def definition() -> dict[str, Any]:
    parsed: dict[str, Any] = task_definition("Web", LOGS, ROLE, "arn:execution").to_dict()["Properties"]
    return parsed


def test_the_container_logs_to_the_task_s_own_group() -> None:
    configuration = definition()["ContainerDefinitions"][0]["LogConfiguration"]
    assert configuration["LogDriver"] == "awslogs"
    assert configuration["Options"]["awslogs-group"] == {"Ref": "WebLogGroup"}


def test_ecs_starts_the_task_with_one_role_and_the_container_has_another() -> None:
    assert definition()["ExecutionRoleArn"] == "arn:execution"
    assert definition()["TaskRoleArn"] == {"Fn::GetAtt": ["WebTaskRole", "Arn"]}


def test_the_shell_s_channels_go_with_the_switch() -> None:
    logs, shell = ROLE.to_dict()["Properties"]["Policies"]
    assert logs["PolicyName"] == "allow_logs"
    assert shell["Fn::If"][0] == "ExecuteCommandOn"
    assert shell["Fn::If"][2] == {"Ref": "AWS::NoValue"}


def test_logs_outlive_the_stack_but_not_a_create_that_failed() -> None:
    group = LOGS.to_dict()
    assert (group["DeletionPolicy"], group["UpdateReplacePolicy"]) == ("Delete", "Retain")
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
