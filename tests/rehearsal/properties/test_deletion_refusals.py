"""What its service does not delete, and what it says of it."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.properties.deletion_refusals import is_protected
from rehearsal.scenario.faults import Drift, Scenario
from tests.rehearsal.play import Play

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
KEYS = [{"AttributeName": "id", "KeyType": "HASH"}]
CLUSTER = "Cannot delete protected Cluster, please disable deletion protection and try again."


def attributes(**more: str) -> list[dict[str, str]]:
    return [{"Key": key.replace("__", "."), "Value": value} for key, value in more.items()]


def template(type_name: str, properties: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"Resources": {"R": {"Type": type_name, "Properties": properties} | members}}


def deleted(play: Play) -> tuple[str, str]:
    """The status in which a deletion leaves the stack, and why its resource stayed."""
    arn = play.stack()["StackId"]
    play("DeleteStack", StackName=arn)
    play.settle()
    reasons = [reason for name, status, reason in play.reasons(arn) if (name, status) == ("R", "DELETE_FAILED")]
    return play.stack(arn)["StackStatus"], reasons[-1] if reasons else ""


@pytest.mark.parametrize(
    ("type_name", "properties", "words"),
    [
        (
            BALANCER,
            {"LoadBalancerAttributes": attributes(deletion_protection__enabled="true")},
            "cannot be deleted because deletion protection is enabled",
        ),
        (
            "AWS::RDS::DBInstance",
            {"DBInstanceClass": "db.t3.micro", "DeletionProtection": "true"},
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        ),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-mysql", "DeletionProtection": True}, CLUSTER),
        ("AWS::DocDB::DBCluster", {"DeletionProtection": True}, CLUSTER),
        (
            "AWS::DynamoDB::Table",
            {"KeySchema": KEYS, "DeletionProtectionEnabled": True},
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first.",
        ),
        (
            "AWS::Cognito::UserPool",
            {"DeletionProtection": "ACTIVE"},
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first.",
        ),
        (
            "AWS::EC2::Instance",
            {"DisableApiTermination": True},
            "may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
        ),
        ("AWS::Logs::LogGroup", {"DeletionProtectionEnabled": True}, "because deletion protection is enabled"),
        ("AWS::DSQL::Cluster", {"DeletionProtectionEnabled": True}, "because deletion protection is enabled"),
    ],
)
def test_a_protected_resource_stays_in_the_words_of_its_service(
    type_name: str, properties: dict[str, Any], words: str
) -> None:
    play = Play()
    assert play.deploy(template(type_name, properties))["StackStatus"] == "CREATE_COMPLETE"
    status, reason = deleted(play)
    assert status == "DELETE_FAILED"
    assert words in reason
    assert reason.startswith('Resource handler returned message: "')


@pytest.mark.parametrize(
    ("type_name", "properties"),
    [
        (BALANCER, {"LoadBalancerAttributes": attributes(deletion_protection__enabled="false")}),
        (BALANCER, {"LoadBalancerAttributes": attributes(idle_timeout__timeout_seconds="60")}),
        ("AWS::RDS::DBInstance", {"DeletionProtection": True, "DBClusterIdentifier": "c"}),
        ("AWS::RDS::DBInstance", {"DeletionProtection": "false"}),
        ("AWS::Cognito::UserPool", {"DeletionProtection": "INACTIVE"}),
        ("AWS::AutoScaling::AutoScalingGroup", {"DeletionProtection": "prevent-force-deletion"}),
        ("AWS::AppConfig::Environment", {"DeletionProtectionCheck": "APPLY"}),
        ("AWS::Amplify::Branch", {"EnableSkewProtection": True}),
    ],
)
def test_what_is_switched_off_or_protects_from_something_else_lets_it_go(
    type_name: str, properties: dict[str, Any]
) -> None:
    assert not is_protected(type_name, properties)


@pytest.mark.parametrize(
    ("type_name", "properties"),
    [
        ("AWS::DynamoDB::GlobalTable", {"Replicas": [{"Region": "r"}, {"DeletionProtectionEnabled": True}]}),
        ("AWS::VerifiedPermissions::PolicyStore", {"DeletionProtection": {"Mode": "ENABLED"}}),
        ("AWS::AutoScaling::AutoScalingGroup", {"DeletionProtection": "prevent-all-deletion"}),
        ("AWS::NetworkFirewall::Firewall", {"DeleteProtection": True}),
    ],
)
def test_the_property_protects_in_whatever_form_its_type_has_it(type_name: str, properties: dict[str, Any]) -> None:
    assert is_protected(type_name, properties)


def test_a_first_create_that_fails_ends_in_rollback_failed_where_something_is_protected() -> None:
    play = Play()
    body = template(BALANCER, {"LoadBalancerAttributes": attributes(deletion_protection__enabled="true")})
    body["Resources"]["Late"] = {
        "Type": "AWS::SNS::Topic",
        "DependsOn": "R",
        "Properties": {"TopicName": "x", "FifoTopic": True},
    }
    assert play.deploy(body)["StackStatus"] == "ROLLBACK_FAILED"
    assert play.stack()["StackStatusReason"] == "The following resource(s) failed to delete: [R]. "


def test_a_protected_resource_that_an_update_drops_is_left_to_its_owner() -> None:
    play = Play()
    topic = {"Type": "AWS::SNS::Topic"}
    body = template("AWS::DynamoDB::Table", {"KeySchema": KEYS, "DeletionProtectionEnabled": True})
    body["Resources"]["T"] = topic
    play.deploy(body)
    stack = play.deploy({"Resources": {"T": topic}})
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["StackStatusReason"] == "Update successful. One or more resources could not be deleted."


def test_what_somebody_switched_off_or_deleted_by_hand_goes() -> None:
    for property, actual in (("DeletionProtectionEnabled", False), ("*", None)):
        play = Play(Scenario(drift=(Drift("R", property, actual),)))
        play.deploy(template("AWS::DynamoDB::Table", {"KeySchema": KEYS, "DeletionProtectionEnabled": True}))
        assert deleted(play) == ("DELETE_COMPLETE", "")


def test_an_update_that_switches_the_protection_off_lets_the_resource_go() -> None:
    play = Play()
    for protected in (True, False):
        play.deploy(template("AWS::Logs::LogGroup", {"DeletionProtectionEnabled": protected}))
    assert deleted(play) == ("DELETE_COMPLETE", "")


def test_a_policy_that_keeps_the_resource_asks_no_service() -> None:
    play = Play()
    kept = {"DeletionPolicy": "Retain"}
    play.deploy(template("AWS::DynamoDB::Table", {"KeySchema": KEYS, "DeletionProtectionEnabled": True}, **kept))
    assert deleted(play)[0] == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"BucketName": "b-1"}, "The bucket you tried to delete is not empty (Service: Amazon S3; Status Code: 409;"),
        (
            {"BucketName": "b-1", "VersioningConfiguration": {"Status": "Enabled"}},
            "The bucket you tried to delete is not empty. You must delete all versions in the bucket. (Service:",
        ),
    ],
)
def test_a_bucket_with_something_in_it_stays(properties: dict[str, Any], words: str) -> None:
    play = Play()
    play.deploy(template("AWS::S3::Bucket", properties))
    play.services.filled.add(("AWS::S3::Bucket", "b-1"))
    status, reason = deleted(play)
    assert (status, reason[: len(words)]) == ("DELETE_FAILED", words)
    play.services.filled.clear()
    assert deleted(play)[0] == "DELETE_COMPLETE"


def test_a_repository_with_images_stays_unless_it_is_to_be_emptied() -> None:
    play = Play()
    play.services.filled.add(("AWS::ECR::Repository", "app"))
    play.deploy(template("AWS::ECR::Repository", {"RepositoryName": "app"}))
    assert "in registry with id '123456789012' cannot be deleted because it still contains images" in deleted(play)[1]
    emptied = Play()
    emptied.services.filled.add(("AWS::ECR::Repository", "app"))
    emptied.deploy(template("AWS::ECR::Repository", {"RepositoryName": "app", "EmptyOnDelete": True}))
    assert deleted(emptied)[0] == "DELETE_COMPLETE"
