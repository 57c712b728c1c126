"""What is found wrong with a change set before anyone can execute it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.change_sets.planning.early_validation import name_findings, property_findings
from rehearsal.resources.resource_types import ResourceTypes
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import ACCOUNT, Play

HINT = "To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."


def bucket(name: str | None = None, **more: Any) -> dict[str, Any]:
    properties = {"BucketName": name} if name else {}
    return {"Type": "AWS::S3::Bucket", "Properties": properties | more}


def findings(play: Play, change_set: str) -> list[dict[str, Any]]:
    events = play("DescribeEvents", ChangeSetName=change_set)["OperationEvents"]
    return [event for event in events if event["EventType"] == "VALIDATION_ERROR"]


def test_a_property_that_the_schema_refuses_fails_the_set_which_keeps_its_changes() -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"A": bucket(Nonsense="x"), "B": bucket()}})
    described = play.described(change_set)
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == (
        f"The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. {HINT}"
    )
    assert len(described["Changes"]) == 2


def test_every_breach_is_an_event_with_its_path() -> None:
    play = Play()
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"Nonsense": 1}}
    change_set = play.change_set({"Resources": {"Bad": policy}}, Capabilities=["CAPABILITY_IAM"])
    found = {(event["ValidationStatusReason"], event["ValidationPath"]) for event in findings(play, change_set)}
    assert found == {
        ("Required property [PolicyDocument] not found", "/Resources/Bad/Properties"),
        ("Unsupported property [Nonsense]", "/Resources/Bad/Properties"),
    }


_LATE = {"Fn::GetAtt": ["Q", "Arn"]}
_TASK = {
    "Type": "AWS::ECS::TaskDefinition",
    "Properties": {
        "RuntimePlatform": {"CpuArchitecturee": "ARM64"},
        "ContainerDefinitions": [{"Name": "web", "Image": {"Fn::Sub": "${Q.QueueName}:1"}}],
    },
}


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (
            {
                "Type": "AWS::SNS::Subscription",
                "Properties": {"TopicArn": "t", "Protocol": "sqs", "Endpoint": _LATE, "RawMessageDeliverry": True},
            },
            ("Unsupported property [RawMessageDeliverry]", "/Resources/R/Properties"),
        ),
        (
            {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Q"}, "FunctionVersion": "1"}},
            ("Required property [Name] not found", "/Resources/R/Properties"),
        ),
        (_TASK, ("Unsupported property [CpuArchitecturee]", "/Resources/R/Properties/RuntimePlatform")),
        (
            {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "GroupDescription": "g",
                    "SecurityGroupIngress": [
                        {"IpProtocol": "tcp", "SourceSecurityGroupId": {"Ref": "Q"}, "Fromport": 1}
                    ],
                },
            },
            ("Unsupported property [Fromport]", "/Resources/R/Properties/SecurityGroupIngress/0"),
        ),
        (
            {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": _LATE, "Tags": ["a"]}},
            ("#/Tags: expected type: JSONObject, found: JSONArray", "/Resources/R/Properties/Tags"),
        ),
    ],
)
def test_what_is_known_is_judged_beside_what_only_the_execution_will_know(
    resource: dict[str, Any], found: tuple[str, str]
) -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "R": resource}})
    assert play.described(change_set)["Status"] == "FAILED"
    assert found in {(event["ValidationStatusReason"], event["ValidationPath"]) for event in findings(play, change_set)}


def test_what_only_the_execution_will_know_is_no_breach_wherever_it_stands() -> None:
    late = {"Fn::Select": [0, {"Fn::Split": [":", _LATE]}]}
    properties = {
        "Family": late,
        "Cpu": _LATE,
        "Volumes": [{"Name": late, "EFSVolumeConfiguration": {"FilesystemId": {"Ref": "Q"}}}],
        "ContainerDefinitions": [{"Name": late, "Image": late, "PortMappings": [{"ContainerPort": late}]}],
        "RequiresCompatibilities": {"Fn::Split": [",", _LATE]},
    }
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": properties}
    play = Play()
    change_set = play.change_set({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "R": task}})
    assert findings(play, change_set) == []


def test_a_name_that_another_stack_uses_conflicts() -> None:
    play = Play()
    play.deploy({"Resources": {"Theirs": bucket("taken-name")}}, stack="other")
    change_set = play.change_set({"Resources": {"Mine": bucket("taken-name")}})
    assert play.described(change_set)["StatusReason"] == (
        f"The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. {HINT}"
    )
    [event] = findings(play, change_set)
    assert event["ValidationStatusReason"] == (
        "Resource of type 'AWS::S3::Bucket' with identifier 'taken-name' already exists."
    )
    assert event["ValidationName"] == "NAME_CONFLICT_VALIDATION"
    assert (event["ValidationFailureMode"], event["ValidationStatus"]) == ("FAIL", "FAILED")
    assert event["PhysicalResourceId"] == "taken-name"
    assert event["LogicalResourceId"] == "Mine"


def test_a_renamed_logical_id_conflicts_with_itself() -> None:
    play = Play()
    play.deploy({"Resources": {"Old": bucket("same-name")}})
    change_set = play.change_set({"Resources": {"New": bucket("same-name")}}, name="second")
    assert play.described(change_set)["Status"] == "FAILED"


def test_what_a_deleted_stack_kept_still_has_its_name() -> None:
    play = Play()
    play.deploy({"Resources": {"Old": {**bucket("kept-name"), "DeletionPolicy": "Retain"}}}, stack="gone")
    play("DeleteStack", StackName="gone")
    play.settle()
    change_set = play.change_set({"Resources": {"New": bucket("kept-name")}})
    assert play.described(change_set)["Status"] == "FAILED"


def test_a_name_that_was_taken_by_hand_conflicts() -> None:
    play = Play()
    play.services.made_by_hand.add(("AWS::S3::Bucket", "by-hand"))
    change_set = play.change_set({"Resources": {"Mine": bucket("by-hand")}})
    assert play.described(change_set)["Status"] == "FAILED"
    [event] = findings(play, change_set)
    assert event["ValidationStatusReason"] == (
        "Resource of type 'AWS::S3::Bucket' with identifier 'by-hand' already exists."
    )
    assert play.described(play.change_set({"Resources": {"Mine": bucket("free")}}, stack="other"))["Status"] == (
        "CREATE_COMPLETE"
    )


def test_a_name_of_another_region_conflicts_where_its_type_is_named_for_all_of_them() -> None:
    play = Play()
    logs = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "same-name"}}
    theirs = json.dumps({"Resources": {"B": bucket("same-name"), "L": logs}})
    play.at(ACCOUNT, "eu-west-1", "CreateStack", StackName="far", TemplateBody=theirs)
    play.settle()
    change_set = play.change_set({"Resources": {"Mine": bucket("same-name"), "Logs": logs}})
    assert [event["LogicalResourceId"] for event in findings(play, change_set)] == ["Mine"]


def test_a_name_is_free_in_another_type_and_after_deletion() -> None:
    play = Play()
    play.deploy({"Resources": {"Old": bucket("some-name")}}, stack="gone")
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "some-name"}}
    assert play.described(play.change_set({"Resources": {"T": topic}}, stack="topics"))["Status"] == "CREATE_COMPLETE"
    play("DeleteStack", StackName="gone")
    play.settle()
    assert play.described(play.change_set({"Resources": {"New": bucket("some-name")}}))["Status"] == "CREATE_COMPLETE"


def test_validation_can_be_switched_off() -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"A": bucket(Nonsense="x")}}, DisableValidation=True)
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"
    assert findings(play, change_set) == []


def test_what_only_the_execution_will_know_is_taken_as_right() -> None:
    play = Play()
    template = {
        "Resources": {
            "T": {"Type": "AWS::SNS::Topic"},
            "A": bucket(VersioningConfiguration={"Status": {"Fn::GetAtt": ["T", "TopicName"]}}),
        }
    }
    assert play.described(play.change_set(template))["Status"] == "CREATE_COMPLETE"


def test_a_changed_resource_is_validated_and_an_unchanged_one_is_not() -> None:
    play = Play()
    play.deploy({"Resources": {"A": bucket(), "T": {"Type": "AWS::SNS::Topic"}}})
    changed = {"Resources": {"A": bucket(Nonsense="x"), "T": {"Type": "AWS::SNS::Topic"}}}
    assert play.described(play.change_set(changed, name="second"))["Status"] == "FAILED"


def test_a_child_that_early_validation_fails_fails_the_root() -> None:
    play = Play()
    url = play.put("child.json", {"Resources": {"A": bucket(Nonsense="x")}})
    root = {"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    described = play.described(play.change_set(root, IncludeNestedStacks=True))
    assert described["Status"] == "FAILED"
    below = play.described(described["StatusReason"].split("Nested change set ")[1].split(" was ")[0])
    assert "AWS::EarlyValidation::PropertyValidation" in below["StatusReason"]
    assert len(below["Changes"]) == 1


def test_what_has_the_wrong_form_is_told_in_the_words_of_the_schemas_validator() -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"A": bucket(VersioningConfiguration="x")}})
    [event] = findings(play, change_set)
    assert event["ValidationStatusReason"] == "#/VersioningConfiguration: expected type: JSONObject, found: String"
    assert event["ValidationPath"] == "/Resources/A/Properties/VersioningConfiguration"


def test_what_validation_finds_is_no_event_of_the_stack() -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"A": bucket(Nonsense="x")}})
    assert findings(play, change_set)
    assert play.events() == [("demo", "REVIEW_IN_PROGRESS")]


def test_a_childs_name_that_is_taken_fails_its_set_which_keeps_its_changes() -> None:
    play = Play()
    play.deploy({"Resources": {"Theirs": bucket("taken-name")}}, stack="other")
    url = play.put("child.json", {"Resources": {"Mine": bucket("taken-name")}})
    root = {"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    described = play.described(play.change_set(root, IncludeNestedStacks=True))
    assert described["Status"] == "FAILED"
    below = play.described(described["StatusReason"].split("Nested change set ")[1].split(" was ")[0])
    assert (below["Status"], below["ExecutionStatus"], below["StatusReason"]) == (
        "FAILED",
        "UNAVAILABLE",
        f"The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. {HINT}",
    )
    assert [row["ResourceChange"]["LogicalResourceId"] for row in below["Changes"]] == ["Mine"]


def test_a_kept_failure_does_not_have_the_name_that_it_is_retried_under() -> None:
    play = Play(Scenario((ResourceFault("A", hangs=True, minutes=0, times=1),)))
    body = json.dumps({"Resources": {"A": bucket("kept-1")}})
    play("CreateStack", StackName="demo", TemplateBody=body, DisableRollback=True)
    play.settle()
    retried = play.change_set({"Resources": {"A": bucket("kept-1", Tags=[{"Key": "a", "Value": "b"}])}})
    assert play.described(retried)["Status"] == "CREATE_COMPLETE"
    beside = play.change_set({"Resources": {"A": bucket("kept-1"), "B": bucket("kept-1")}}, name="beside")
    assert [row["LogicalResourceId"] for row in findings(play, beside)] == ["B"]


def test_a_name_whose_revisions_are_counted_may_be_there_already() -> None:
    play = Play()
    job = {"Type": "container", "JobDefinitionName": "job", "ContainerProperties": {"Image": "i"}}
    document = {"Resources": {"J": {"Type": "AWS::Batch::JobDefinition", "Properties": job}}}
    play.deploy(document, stack="first")
    assert play.deploy(document, stack="second")["StackStatus"] == "CREATE_COMPLETE"
    [row] = play("DescribeStackResources", StackName="second")["StackResources"]
    assert row["PhysicalResourceId"].endswith(":job-definition/job:2")


def test_what_is_out_of_bounds_or_no_member_of_an_enum_is_left_to_the_handler() -> None:
    play = Play()
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 3}}
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Code": {"ZipFile": "x"}, "Role": "arn:aws:iam::111122223333:role/x", "MemorySize": 1},
    }
    change_set = play.change_set({"Resources": {"Q": queue, "F": function}}, Capabilities=["CAPABILITY_IAM"])
    assert findings(play, change_set) == []
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_a_name_that_cloudformation_made_up_for_another_resource_conflicts_too() -> None:
    play = Play()
    play.deploy({"Resources": {"Theirs": bucket()}}, stack="other")
    [row] = play("DescribeStackResources", StackName="other")["StackResources"]
    change_set = play.change_set({"Resources": {"Mine": bucket(row["PhysicalResourceId"])}})
    assert [event["PhysicalResourceId"] for event in findings(play, change_set)] == [row["PhysicalResourceId"]]


def test_names_of_two_parts_do_not_conflict_by_the_first_alone() -> None:
    def target(dimension: str) -> dict[str, Any]:
        identifier = {"ResourceId": "table/t", "ScalableDimension": dimension, "ServiceNamespace": "dynamodb"}
        properties = {**identifier, "MinCapacity": 1, "MaxCapacity": 2}
        return {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": properties}

    play = Play()
    play.deploy({"Resources": {"T": target("dynamodb:table:ReadCapacityUnits")}}, stack="other")
    change_set = play.change_set({"Resources": {"T": target("dynamodb:table:WriteCapacityUnits")}})
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_a_name_of_the_same_region_conflicts_whatever_its_type() -> None:
    play = Play()
    logs = {"Resources": {"L": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "same-name"}}}}
    play.deploy(logs, stack="other")
    assert [event["LogicalResourceId"] for event in findings(play, play.change_set(logs))] == ["L"]


def test_a_name_that_a_deleted_stack_kept_is_free_once_somebody_deleted_what_had_it() -> None:
    play = Play()
    play.deploy({"Resources": {"Old": {**bucket("kept-name"), "DeletionPolicy": "Retain"}}}, stack="gone")
    play("DeleteStack", StackName="gone")
    play.settle()
    play.services.deleted_by_hand.add(("AWS::S3::Bucket", "kept-name"))
    assert findings(play, play.change_set({"Resources": {"New": bucket("kept-name")}})) == []


def test_a_failure_that_nothing_was_made_of_has_no_name_to_be_retried_under() -> None:
    play = Play(Scenario((ResourceFault("A", times=1),)))
    body = {"Resources": {"A": bucket("kept-1")}}
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(body), DisableRollback=True)
    play.settle()
    play.services.made_by_hand.add(("AWS::S3::Bucket", "kept-1"))
    assert [row["LogicalResourceId"] for row in findings(play, play.change_set(body))] == ["A"]


def test_a_breach_that_is_excused_is_none_and_each_other_one_is_a_row() -> None:
    kind = ResourceTypes("ap-northeast-1").get("AWS::IAM::ManagedPolicy")
    assert kind is not None
    given = {"Nonsense": 1, "Path": ["x"]}
    rows = property_findings("Bad", kind, given, lambda _: False)
    reasons = ["Required property [PolicyDocument] not found", "Unsupported property [Nonsense]"]
    assert [row["ValidationStatusReason"] for row in rows] == [
        *reasons,
        "#/Path: expected type: String, found: JSONArray",
    ]
    assert [row["ValidationPath"] for row in rows] == [
        *["/Resources/Bad/Properties"] * 2,
        "/Resources/Bad/Properties/Path",
    ]
    excused = property_findings("Bad", kind, given, lambda finding: finding.kind == "missing")
    assert excused == rows[1:]
    assert property_findings("Bad", kind, given, lambda _: True) == []
    assert property_findings("Good", kind, {"PolicyDocument": {}, "Path": "no path"}, lambda _: False) == []


def test_a_name_conflicts_where_the_template_decides_it_and_it_is_in_use() -> None:
    kind = ResourceTypes("ap-northeast-1").get("AWS::S3::Bucket")
    assert kind is not None
    asked: list[tuple[str, str]] = []

    def in_use(type_name: str, name: str) -> bool:
        asked.append((type_name, name))
        return name == "taken"

    [row] = name_findings("B", kind, {"BucketName": "taken"}, in_use)
    assert (row["PhysicalResourceId"], row["ValidationPath"]) == ("taken", "/Resources/B")
    assert row["ValidationStatusReason"] == "Resource of type 'AWS::S3::Bucket' with identifier 'taken' already exists."
    assert name_findings("B", kind, {"BucketName": "free"}, in_use) == []
    assert name_findings("B", kind, {"BucketName": {"Ref": "N"}}, in_use) == name_findings("B", kind, {}, in_use) == []
    assert asked == [("AWS::S3::Bucket", "taken"), ("AWS::S3::Bucket", "free")]
