"""What stacks make in the services, next to what calls make there: who owns what, and what outlives whom."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.neighbours.moto_server import MotoServer
from rehearsal.neighbours.stack_resources import StackResources, Step, services_with
from rehearsal.state.services import Contents, Made
from tests.rehearsal.neighbours.account import ACCOUNT, REGION, forget
from tests.rehearsal.neighbours.made.conftest import Account, account, opened
from tests.rehearsal.samples import topic, value

__all__ = ["account"]
PROJECT = Path(__file__).parents[3]


def log_group(name: str, **members: Any) -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}, **members}


def names(account: Account) -> list[str]:
    return [group["logGroupName"] for group in account.service("logs").describe_log_groups()["logGroups"]]


def made(name: str, days: int = 1) -> Made:
    return Made("AWS::Logs::LogGroup", REGION, name, {"RetentionInDays": days})


def test_the_steps_from_what_is_there_to_what_the_stacks_have_are_the_fewest() -> None:
    resources = StackResources(MotoServer(ACCOUNT), ACCOUNT)
    first = list(resources.steps("logs", Contents(1, (made("a"), made("b"), made("c")))))
    assert [(step.action, step.made.physical_id) for step in first] == [("make", "a"), ("make", "b"), ("make", "c")]
    for step in first:
        resources.take(step)
    assert list(resources.steps("logs", Contents(1, ()))) == []
    then = list(resources.steps("logs", Contents(2, (made("a"), made("b", 7)), (made("c"),))))
    assert [(step.action, step.made.physical_id) for step in then] == [("release", "c"), ("change", "b")]
    assert resources.known("logs") == [made(name).key for name in "abc"]
    assert resources.known("s3") == []
    forget()


def test_what_was_left_behind_before_anybody_asked_is_there_once_and_nobodys() -> None:
    resources = StackResources(MotoServer(ACCOUNT), ACCOUNT)
    steps = list(resources.steps("logs", Contents(1, (), (made("a"),))))
    assert [step.action for step in steps] == ["make", "release"]
    for step in steps:
        resources.take(step)
    assert not resources.holds("AWS::Logs::LogGroup", REGION, "a")
    assert list(resources.steps("logs", Contents(2, (), (made("a"),)))) == []
    forget()


def test_a_bucket_is_held_in_every_region_and_a_log_group_in_its_own() -> None:
    resources = StackResources(MotoServer(ACCOUNT), ACCOUNT)
    resources.take(Step("make", made("a")))
    resources.take(Step("make", Made("AWS::S3::Bucket", REGION, "a")))
    assert resources.holds("AWS::S3::Bucket", "eu-west-1", "a")
    assert not resources.holds("AWS::Logs::LogGroup", "eu-west-1", "a")
    forget()


def test_topics_need_the_queues_that_subscribe_to_them() -> None:
    assert services_with("sns") == ("sns", "sqs")
    assert services_with("s3") == ("s3",)


def test_what_a_call_made_has_its_name_and_what_a_stack_made_is_no_such_thing(account: Account) -> None:
    account.service("logs").create_log_group(logGroupName="by-hand")
    account.create(Log=log_group("/app"))
    assert names(account) == ["/app", "by-hand"]
    assert account.neighbours.stands("AWS::Logs::LogGroup", "by-hand", REGION)
    assert not account.neighbours.stands("AWS::Logs::LogGroup", "/app", REGION)
    account.delete()
    assert not account.neighbours.stands("AWS::Logs::LogGroup", "/app", REGION)
    assert names(account) == ["by-hand"]


def test_what_is_retained_stays_until_a_call_deletes_it_and_has_its_name_so_long(account: Account) -> None:
    account.create(Log=log_group("/app", DeletionPolicy="Retain"))
    account.delete()
    assert names(account) == ["/app"]
    body = json.dumps({"Resources": {"Log": log_group("/app")}})
    again = {"StackName": "again", "ChangeSetName": "a", "ChangeSetType": "CREATE", "TemplateBody": body}
    refused = account("CreateChangeSet", **again)["Id"]
    assert "ResourceExistenceCheck" in account("DescribeChangeSet", ChangeSetName=refused)["StatusReason"]
    account.service("logs").delete_log_group(logGroupName="/app")
    account("DeleteStack", StackName="again")
    assert names(account) == []
    account.create(Log=log_group("/app"))
    assert names(account) == ["/app"]


def test_what_a_replacement_leaves_by_its_policy_stays_too(account: Account) -> None:
    account.create(Log=log_group("/old", UpdateReplacePolicy="Retain"), Other=log_group("/gone"))
    assert names(account) == ["/gone", "/old"]
    account.update(Log=log_group("/new"), Other=log_group("/kept"))
    assert names(account) == ["/kept", "/new", "/old"]


def test_an_import_takes_over_what_stands_as_it_is_and_a_deletion_takes_it_away(account: Account) -> None:
    logs = account.service("logs")
    logs.create_log_group(logGroupName="/app")
    logs.put_retention_policy(logGroupName="/app", retentionInDays=30)
    entry = log_group("/app", DeletionPolicy="Delete")
    identifier = {"LogGroupName": "/app"}
    wanted = {"ResourceType": entry["Type"], "LogicalResourceId": "Log", "ResourceIdentifier": identifier}
    body = json.dumps({"Resources": {"Log": entry}})
    asked = {"StackName": "demo", "ChangeSetName": "a", "ChangeSetType": "IMPORT", "TemplateBody": body}
    change_set = account("CreateChangeSet", **asked, ResourcesToImport=[wanted])["Id"]
    account("ExecuteChangeSet", ChangeSetName=change_set)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 30
    account.delete()
    assert names(account) == []


def test_a_creation_that_fails_leaves_nothing(account: Account) -> None:
    account.service("logs").create_log_group(logGroupName="taken")
    body = json.dumps({"Resources": {"Log": log_group("/app"), "Two": log_group("taken", DependsOn="Log")}})
    account("CreateStack", StackName="demo", TemplateBody=body)
    assert account("DescribeStacks", StackName="demo")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    assert names(account) == ["taken"]


def test_everything_survives_a_restart_in_its_order(account: Account, tmp_path: Path) -> None:
    ids = account.create(Files={"Type": "AWS::S3::Bucket"}, Log=log_group("/app"), Size=value("1"))
    account.service("s3").put_object(Bucket=ids["Files"], Key="a", Body=b"x")
    account.service("logs").delete_log_group(logGroupName="/app")
    account.server.close()
    account.cloud.close()
    forget()
    again = opened(tmp_path)
    try:
        assert again.service("s3").get_object(Bucket=ids["Files"], Key="a")["Body"].read() == b"x"
        assert names(again) == []
        again.service("s3").delete_object(Bucket=ids["Files"], Key="a")
        again.delete()
        with pytest.raises(ClientError, match="NoSuchBucket"):
            again.service("s3").list_objects_v2(Bucket=ids["Files"])
    finally:
        again.server.close()
        again.cloud.close()


_PLAN = """
import json, sys
from rehearsal.control.cloud import open_cloud
from rehearsal.loopback.wire import Call
from rehearsal.neighbours.moto_services import Neighbours
cloud = open_cloud(None, "123456789012", Neighbours("123456789012"))
def call(operation, **parameters):
    answer = cloud.handle(Call(operation, parameters, "eu-west-1", "123456789012", "r"))
    cloud.run_until_idle()
    return answer
call("CreateStack", StackName="a", TemplateBody=sys.argv[1])
print(call("DescribeStacks", StackName="a")["Stacks"][0]["StackStatus"], "moto" in sys.modules)
"""


def test_what_nobody_made_past_the_stacks_is_not_looked_for() -> None:
    zone = {"Fn::Select": [0, {"Fn::GetAZs": ""}]}
    size = {"Name": "/size", "Type": "String", "Value": {"Fn::Sub": ["${Zone}", {"Zone": zone}]}}
    resources = {
        "Size": {"Type": "AWS::SSM::Parameter", "Properties": size},
        "Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "files"}},
        "News": topic(name="news"),
    }
    command = [sys.executable, "-c", _PLAN, json.dumps({"Resources": resources})]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["CREATE_COMPLETE", "False"]
