"""A job's schedule starts this revision of this task in this cluster, with its two roles, and nothing else."""

from __future__ import annotations

from typing import Any

from templates.service.declaration import job
from templates.service.stack import template

CONTENT: dict[str, Any] = template("clean", job("Cleans.")).to_dict()
RESOURCES = CONTENT["Resources"]


def statements() -> dict[str, dict[str, Any]]:
    [policy] = RESOURCES["SchedulerRole"]["Properties"]["Policies"]
    return {str(one["Action"][0]): one for one in policy["PolicyDocument"]["Statement"]}


def test_without_a_schedule_there_is_nothing_that_starts_it() -> None:
    assert {name for name, body in RESOURCES.items() if body.get("Condition") == "ScheduleGiven"} == {
        "Schedule",
        "SchedulerRole",
    }
    assert CONTENT["Parameters"]["ScheduleExpression"]["Default"] == ""


def test_the_schedule_runs_the_task_where_services_run() -> None:
    target = RESOURCES["Schedule"]["Properties"]["Target"]
    network = target["EcsParameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert target["EcsParameters"]["TaskDefinitionArn"] == {"Ref": "TaskDefinition"}
    assert network["AssignPublicIp"] == {"Fn::If": ["PrivateTasks", "DISABLED", "ENABLED"]}
    assert network["Subnets"]["Fn::Split"][1]["Fn::If"][0] == "PrivateTasks"


def test_its_role_may_start_this_task_and_pass_its_roles_alone() -> None:
    found = statements()
    assert found.keys() == {"ecs:RunTask", "iam:PassRole", "ecs:TagResource"}
    assert found["ecs:RunTask"]["Resource"] == [{"Ref": "TaskDefinition"}]
    assert "ecs:cluster" in found["ecs:RunTask"]["Condition"]["StringEquals"]
    assert found["iam:PassRole"]["Resource"][0] == {"Fn::GetAtt": ["TaskRole", "Arn"]}
    assert found["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_its_role_is_taken_for_this_account_alone() -> None:
    [trust] = RESOURCES["SchedulerRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
