"""What the operations share in reading a request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.api.requests import existing_stack, on_failure, page, refuse_update, requested_target
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Stack, Target
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import template, topic

TOPIC = {"Type": "AWS::SNS::Topic"}
TEMPLATE = json.dumps({"Parameters": {"P": {"Type": "String", "Default": "d"}}, "Resources": {"A": TOPIC}})
OLD_ROLE, NEW_ROLE = "arn:aws:iam::123456789012:role/old", "arn:aws:iam::123456789012:role/new"


def stack(status: str = "CREATE_COMPLETE", target: Target | None = None) -> Stack:
    return Stack("arn:aws:cloudformation:x:1:stack/demo/1", "demo", REGION, 0.0, status, target=target)


def target(request: dict[str, Any], before: Target | None = None) -> Target:
    return requested_target(Play().cloud.world, stack(target=before), {"TemplateBody": TEMPLATE} | request)


def refusal(request: dict[str, Any], before: Target | None = None) -> str:
    with pytest.raises(CloudFormationError) as caught:
        target(request, before)
    return caught.value.message


def test_a_request_says_everything_that_a_stack_is_led_to() -> None:
    alarm = {"Arn": "arn:aws:cloudwatch:x:1:alarm:a", "Type": "AWS::CloudWatch::Alarm"}
    found = target(
        {
            "Parameters": [{"ParameterKey": "P", "ParameterValue": "v"}],
            "Tags": [{"Key": "k", "Value": "v"}],
            "Capabilities": ["CAPABILITY_IAM"],
            "NotificationARNs": ["arn:aws:sns:x"],
            "RoleARN": "arn:aws:iam::1:role/r",
            "RollbackConfiguration": {"RollbackTriggers": [alarm], "MonitoringTimeInMinutes": 5},
        }
    )
    assert (found.template, found.parameters["P"].value) == (TEMPLATE, "v")
    assert (found.tags, found.capabilities) == ({"k": "v"}, ("CAPABILITY_IAM",))
    assert (found.notification_arns, found.role) == (("arn:aws:sns:x",), "arn:aws:iam::1:role/r")
    assert found.rollback_configuration == {"RollbackTriggers": [alarm], "MonitoringTimeInMinutes": 5}


BEFORE = Target(
    TEMPLATE,
    tags={"old": "tag"},
    capabilities=("CAPABILITY_IAM",),
    notification_arns=("arn:old",),
    role="arn:role",
    rollback_configuration={"MonitoringTimeInMinutes": 1},
)


def test_tags_role_and_notifications_that_are_left_out_stay_as_they_are() -> None:
    found = target({}, BEFORE)
    assert (found.tags, found.notification_arns, found.role) == ({"old": "tag"}, ("arn:old",), "arn:role")
    assert found.rollback_configuration == {"MonitoringTimeInMinutes": 1}
    assert found.capabilities == ()  # these must be given each time


def test_an_empty_list_takes_away() -> None:
    found = target({"Tags": [], "NotificationARNs": [], "RollbackConfiguration": {}}, BEFORE)
    assert (found.tags, found.notification_arns, found.rollback_configuration) == ({}, (), {})


def test_rollback_triggers_stay_until_others_or_none_are_given_and_a_monitoring_time_does_not() -> None:
    old, new = ({"Arn": f"arn:aws:cloudwatch:x:1:alarm:{name}", "Type": "AWS::CloudWatch::Alarm"} for name in "ab")
    saved = {"RollbackTriggers": [old], "MonitoringTimeInMinutes": 9}
    before = Target(TEMPLATE, rollback_configuration=saved)

    def given(configuration: dict[str, Any]) -> dict[str, Any]:
        return target({"RollbackConfiguration": configuration}, before).rollback_configuration

    assert target({}, before).rollback_configuration == saved
    assert given({}) == {"RollbackTriggers": [old]}
    assert given({"MonitoringTimeInMinutes": 5}) == {"RollbackTriggers": [old], "MonitoringTimeInMinutes": 5}
    assert given({"RollbackTriggers": [new]}) == {"RollbackTriggers": [new]}
    assert given({"RollbackTriggers": []}) == {"RollbackTriggers": []}


@pytest.mark.parametrize("allowed", [["*"], ["AWS::*"], ["AWS::SNS::*"], ["AWS::SNS::Topic"], ["AWS::EC2::VPC", "*"]])
def test_resource_types_may_be_allowed_by_name_or_by_family(allowed: list[str]) -> None:
    assert target({"ResourceTypes": allowed})


@pytest.mark.parametrize("allowed", [["AWS::EC2::*"], ["AWS::EC2:*"], ["AWS::SNS::Subscription"], ["AWS::SNS::To*"]])
def test_a_resource_type_that_is_not_allowed_is_refused(allowed: list[str]) -> None:
    assert refusal({"ResourceTypes": allowed}) == (
        f"Resource type AWS::SNS::Topic is not allowed by parameter ResourceTypes [{allowed[0]}]"
    )


def test_a_rollback_trigger_is_an_alarm() -> None:
    arn = "arn:aws:cloudwatch:x:1:alarm:a"
    assert refusal({"RollbackConfiguration": {"RollbackTriggers": [{"Arn": arn, "Type": "AWS::SNS::Topic"}]}}) == (
        "Rollback Trigger Type not supported"
    )
    topic = {"Arn": "arn:aws:sns:x:1:topic", "Type": "AWS::CloudWatch::CompositeAlarm"}
    assert refusal({"RollbackConfiguration": {"RollbackTriggers": [topic]}}) == (
        "RelativeId of a Rollback Trigger's ARN is incorrect"
    )


def test_a_transform_is_acknowledged_outside_of_change_sets_and_then_refused_as_not_simulated() -> None:
    body = json.dumps(json.loads(TEMPLATE) | {"Transform": ["Mine"]})
    assert refusal({"TemplateBody": body}) == "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"
    acknowledged = {"TemplateBody": body, "Capabilities": ["CAPABILITY_AUTO_EXPAND"]}
    assert refusal(acknowledged) == "Transforms are not simulated: [Mine]"
    assert refusal({"TemplateBody": body, "ChangeSetName": "c"}) == "Transforms are not simulated: [Mine]"


def test_rules_conditions_and_capabilities_are_judged_with_the_request() -> None:
    rule = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "P"}, "x"]}, "AssertDescription": "P must be x"}]}
    body = json.loads(TEMPLATE) | {"Rules": {"R": rule}}
    assert "P must be x" in refusal({"TemplateBody": json.dumps(body)})
    role = {"TemplateBody": json.dumps({"Resources": {"A": {"Type": "AWS::IAM::Role"}}})}
    assert refusal(role) == "Requires capabilities : [CAPABILITY_IAM]"


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED"])
def test_a_stack_that_stands_can_be_updated(status: str) -> None:
    refuse_update(stack(status))


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS", "DELETE_COMPLETE"])
def test_a_stack_that_is_busy_stuck_or_gone_cannot_be_updated(status: str) -> None:
    with pytest.raises(CloudFormationError) as caught:
        refuse_update(stack(status))
    assert caught.value.message == (
        f"Stack:arn:aws:cloudformation:x:1:stack/demo/1 is in {status} state and can not be updated."
    )


def test_a_missing_stack_is_told_in_the_words_of_the_operation() -> None:
    world = Play().cloud.world
    for text, message in ((None, "Stack [gone] does not exist"), ("Stack with id {} does not exist",) * 2):
        with pytest.raises(CloudFormationError) as caught:
            existing_stack(world, REGION, {"StackName": "gone"}, *([text] if text else []))
        assert caught.value.message == message.format("gone")


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ({}, "ROLLBACK"),
        ({"DisableRollback": False}, "ROLLBACK"),
        ({"DisableRollback": True}, "DO_NOTHING"),
        ({"OnFailure": "DELETE"}, "DELETE"),
        ({"OnFailure": "DO_NOTHING"}, "DO_NOTHING"),
    ],
)
def test_what_a_failure_leads_to(request_: dict[str, Any], wanted: str) -> None:
    assert on_failure(request_) == wanted


def test_rollback_is_said_in_one_way_only() -> None:
    with pytest.raises(CloudFormationError) as caught:
        on_failure({"DisableRollback": False, "OnFailure": "DELETE"})
    assert caught.value.message == "You cannot specify both DisableRollback and OnFailure."


def test_pages_follow_each_other_to_the_end() -> None:
    rows = list(range(25))
    shown: list[Any] = []
    token: dict[str, str] = {}
    for _ in range(3):
        found = page("Rows", rows, token, lambda row: {"row": row}, size=10)
        shown += [entry["row"] for entry in found.pop("Rows")]
        token = found
    assert shown == rows
    assert token == {}


@pytest.mark.parametrize("token", ["", "nonsense", "e30=", "bnVsbA==", "eyJhdCI6ICJ4In0=", "ÿ", "eyJhdCI6IC01fQ=="])
def test_a_token_that_no_page_gave_out_is_refused(token: str) -> None:
    with pytest.raises(CloudFormationError) as caught:
        page("Rows", [1, 2], {"NextToken": token})
    assert caught.value.message == "The specified token is invalid."


@pytest.mark.parametrize("operation", ["DeleteStack", "RollbackStack"])
def test_a_role_that_is_given_once_stays_with_the_stack(operation: str) -> None:
    play = Play(Scenario(resources=(ResourceFault("A", "update"),)))
    play.deploy(template(A=topic("1")), RoleARN=OLD_ROLE)
    arn = play.stack()["StackId"]
    changed = json.dumps(template(A=topic("2")))
    play("UpdateStack", StackName="demo", TemplateBody=changed, DisableRollback=True)
    play.settle()
    assert play.stack()["RoleARN"] == OLD_ROLE
    play(operation, StackName="demo", RoleARN=NEW_ROLE)
    play.settle()
    assert play.stack(arn)["RoleARN"] == NEW_ROLE


def test_a_role_given_to_continue_a_roll_back_stays_too() -> None:
    play = Play(Scenario(resources=(ResourceFault("B", "update"), ResourceFault("A", "rollback", times=1))))
    play.deploy(template(A=topic("1"), B=topic("1")))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic("2"), B=topic("2", after="A"))))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    play("ContinueUpdateRollback", StackName="demo", RoleARN=NEW_ROLE)
    play.settle()
    assert play.stack()["RoleARN"] == NEW_ROLE


REQUESTS: dict[str, dict[str, Any]] = {
    "CreateStack": {"StackName": "new", "TemplateBody": json.dumps(template(A=topic("2")))},
    "UpdateStack": {"StackName": "demo", "UsePreviousTemplate": True},
    "CreateChangeSet": {"StackName": "demo", "ChangeSetName": "review", "UsePreviousTemplate": True},
    "DeleteStack": {"StackName": "demo"},
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_role_that_keeps_cloudformation_out_is_refused(operation: str) -> None:
    play = Play()
    play.deploy(template(A=topic("1")))
    play.services.closed_roles.add(NEW_ROLE)
    with pytest.raises(CloudFormationError) as refused:
        play(operation, **REQUESTS[operation], RoleARN=NEW_ROLE)
    text = f"Role {NEW_ROLE} is invalid or cannot be assumed"
    assert (refused.value.code, refused.value.message) == ("ValidationError", text)
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert "RoleARN" not in play.stack()


@pytest.mark.parametrize("key", ["aws:cloudformation:stack-name", "AWS:mine"])
def test_tags_of_aws_cannot_be_set(key: str) -> None:
    text = "aws: prefixed tag key names are not allowed for external use."
    assert refusal({"Tags": [{"Key": key, "Value": "x"}]}) == text


@pytest.mark.parametrize("operation", ["CreateChangeSet", "CreateStack", "UpdateStack"])
@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"Parameters": {"P": {"Type": "Number"}}}, "ValidationError", "Parameter 'P' must be a number."),
        (
            {"Parameters": {"P": {"Type": "String"}}, "Resources": {"A": {"Type": "AWS::IAM::Role"}}},
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
        (
            {"Parameters": {"P": {"Type": "String"}}, "Resources": {"A": TOPIC | {"DependsOn": "Gone"}}},
            "ValidationError",
            "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template",
        ),
    ],
)
def test_a_refusal_is_at_once_and_leaves_nothing_behind(
    operation: str, body: dict[str, Any], code: str, message: str
) -> None:
    play = Play()
    if operation == "UpdateStack":
        play.deploy(template(A=topic("1")))
    before = play("ListStacks")["StackSummaries"]
    own = {"ChangeSetName": "review", "ChangeSetType": "CREATE"} if operation == "CreateChangeSet" else {}
    given = [{"ParameterKey": "P", "ParameterValue": "many"}]
    document = json.dumps({"Resources": {"A": TOPIC}} | body)
    with pytest.raises(CloudFormationError) as caught:
        play(operation, StackName="demo", TemplateBody=document, Parameters=given, **own)
    assert (caught.value.code, caught.value.message) == (code, message)
    play.settle()
    assert play("ListStacks")["StackSummaries"] == before


def test_what_a_transform_makes_of_a_template_in_the_request_has_the_limit_of_a_request() -> None:
    big = TOPIC | {"Properties": {"DisplayName": "x" * 30_000}}
    document = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {"Fn::ForEach::L": ["X", ["a", "b"], {"T${X}": big}]},
    }
    found = target({"TemplateBody": json.dumps(document), "ChangeSetName": "c"})
    assert found.refusal == "Transformation data limit exceeded"
    play = Play()
    url = play.put("big.json", document)
    request = {"TemplateURL": url, "ChangeSetName": "c"}
    assert requested_target(play.cloud.world, stack(), request).refusal is None


def test_resource_types_are_judged_after_the_transform_too() -> None:
    document = {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::L": ["X", ["a"], {"T${X}": TOPIC}]}}
    request = {"TemplateBody": json.dumps(document), "ChangeSetName": "c", "ResourceTypes": ["AWS::EC2::*"]}
    assert refusal(request) == ("Resource type AWS::SNS::Topic is not allowed by parameter ResourceTypes [AWS::EC2::*]")
