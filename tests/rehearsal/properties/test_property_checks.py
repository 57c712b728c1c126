"""Properties that cannot be: refused before anything is touched, or in the resource's turn."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, imported, nested, ref, template, topic, value


def create(play: Play, document: dict[str, Any], **more: Any) -> None:
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(document), **more)
    play.settle()


def update(play: Play, document: dict[str, Any], **more: Any) -> None:
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(document), **more)
    play.settle()


def rows(play: Play, name: str) -> list[dict[str, Any]]:
    found = play("DescribeStackEvents", StackName="demo")["StackEvents"][::-1]
    return [row for row in found if row["LogicalResourceId"] == name]


def wrong(name: str = "Surprise") -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {name: "x"}}


def test_a_property_that_the_type_has_not_is_refused_before_any_resource_is_touched() -> None:
    play = Play()
    create(play, template(A=topic(), B=wrong()))
    assert play.events() == [
        ("demo", "CREATE_IN_PROGRESS"),
        ("B", "CREATE_FAILED"),
        ("demo", "ROLLBACK_IN_PROGRESS"),
        ("demo", "ROLLBACK_COMPLETE"),
    ]
    (refused,) = rows(play, "B")
    assert refused["DetailedStatus"] == "VALIDATION_FAILED"
    assert refused["PhysicalResourceId"] == ""
    assert refused["ResourceStatusReason"] == (
        "Properties validation failed for resource B with message:\n[#: extraneous key [Surprise] is not permitted]"
    )
    reason = "Validation failed for following resources: [B]. Rollback requested by user."
    assert ("demo", "ROLLBACK_IN_PROGRESS", reason) in play.reasons()


def test_a_nested_stack_refused_so_says_it_to_its_parent() -> None:
    play = Play()
    create(play, template(C=nested(play.put("child.yaml", template(X=wrong())))))
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    reason = f"Embedded stack {child.id} was not successfully created: Validation failed for following resources: [X]"
    assert ("C", "CREATE_FAILED", reason) in play.reasons()


def test_an_update_refused_so_goes_back_untouched() -> None:
    play = Play()
    create(play, template(A=topic("1"), B=topic("1")))
    update(play, template(A=topic("2"), B=wrong()))
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("A", "UPDATE_IN_PROGRESS") not in play.events()
    reason = "Validation failed for following resources: [B]"
    assert ("demo", "UPDATE_ROLLBACK_IN_PROGRESS", reason) in play.reasons()


def test_a_missing_property_is_found_in_the_resources_turn_and_leaves_no_physical_id() -> None:
    play = Play()
    create(play, template(A={"Type": "AWS::SSM::Parameter", "Properties": {"Value": "x"}}))
    _, failed = rows(play, "A")
    assert failed["ResourceStatusReason"] == "Property validation failure: [The property {/Type} is required]"
    assert failed["PhysicalResourceId"] == ""
    assert "DetailedStatus" not in failed


def test_what_only_another_resources_value_makes_wrong_is_found_in_turn() -> None:
    play = Play()
    create(play, template(A=value("far too long for it"), B=topic({"Fn::Sub": "${A}" * 20})))
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    broken = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": ref("A")}}
    play("CreateStack", StackName="late", TemplateBody=json.dumps(template(A=topic(), B=broken)))
    play.settle()
    reason = (
        "Properties validation failed for resource B with message:\n"
        "#/DelaySeconds: expected type: Integer, found: String"
    )
    assert ("B", "CREATE_FAILED", reason) in play.reasons("late")
    assert ("A", "CREATE_COMPLETE") in play.events("late")


def test_a_constraint_of_the_schema_is_the_handlers_to_find() -> None:
    play = Play()
    create(play, template(A={"Type": "AWS::SSM::Parameter", "Properties": {"Type": "Nothing", "Value": "x"}}))
    reason = (
        "Properties validation failed for resource A with message:\n"
        "#/Type: failed validation constraint for keyword [enum]"
    )
    assert ("A", "CREATE_FAILED", reason) in play.reasons()


def test_an_update_in_place_is_held_to_the_schema_too() -> None:
    play = Play()
    create(play, template(A=value("x")))
    update(play, template(A={"Type": "AWS::SSM::Parameter", "Properties": {"Type": "Nothing", "Value": "x"}}))
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert [row for row in play.reasons() if row[:2] == ("A", "UPDATE_FAILED") and "[enum]" in row[2]]


def test_properties_that_cannot_be_resolved_yet_are_left_to_their_turn() -> None:
    play = Play()
    create(play, template(A=topic(), B=topic(imported("Nobody"))))
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("A", "CREATE_IN_PROGRESS") in play.events()
    assert ("B", "CREATE_FAILED", "No export named Nobody found") in play.reasons()


def test_known_values_of_existing_resources_count_before_creation() -> None:
    play = Play()
    create(play, template(A=topic(name="one")))
    update(play, template(A=topic(name="one"), B=topic(attribute("A", "TopicName"))))
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"


@pytest.mark.parametrize(
    ("kind", "switch", "name"),
    [("AWS::SNS::Topic", "FifoTopic", "TopicName"), ("AWS::SQS::Queue", "FifoQueue", "QueueName")],
)
@pytest.mark.parametrize(
    ("given", "on", "status"),
    [
        ("orders", True, "ROLLBACK_COMPLETE"),
        ("orders", "true", "ROLLBACK_COMPLETE"),
        ("orders.fifo", True, "CREATE_COMPLETE"),
        ("orders", None, "CREATE_COMPLETE"),
        (None, True, "CREATE_COMPLETE"),
    ],
)
def test_what_is_first_in_first_out_fails_under_a_name_that_does_not_say_so(
    kind: str, switch: str, name: str, given: str | None, on: object, status: str
) -> None:
    properties = {key: value for key, value in ((switch, on), (name, given)) if value is not None}
    play = Play()
    assert play.deploy(template(A={"Type": kind, "Properties": properties}))["StackStatus"] == status


def test_a_parameter_of_systems_manager_may_be_a_number_and_is_judged_in_its_turn() -> None:
    play = Play()
    play.services.parameters = {"/delay": "5", "/word": "soon"}

    def queue(name: str) -> dict[str, Any]:
        properties = {"DelaySeconds": f"{{{{resolve:ssm:{name}}}}}"}
        return template(Q={"Type": "AWS::SQS::Queue", "Properties": properties})

    create(play, queue("/delay"))
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    update(play, queue("/word"))
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "expected type: Integer, found: String" in rows(play, "Q")[-2]["ResourceStatusReason"]


def test_the_text_of_a_reference_to_a_secure_parameter_is_not_held_against_the_schema() -> None:
    play = Play()
    name = "/a/name/that/is/longer/than/any/password/of/a/cluster/may/be"
    play.services.parameters = {name: "Secret1word"}
    cluster = {
        "Type": "AWS::Redshift::Cluster",
        "Properties": {
            "ClusterType": "single-node",
            "DBName": "app",
            "MasterUserPassword": f"{{{{resolve:ssm-secure:{name}}}}}",
            "MasterUsername": "admin",
            "NodeType": "ra3.large",
        },
    }
    assert play.deploy(template(C=cluster))["StackStatus"] == "CREATE_COMPLETE"


def inline_policy(*roles: str) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": []}
    properties = {"PolicyName": "read", "PolicyDocument": document, **({"Roles": list(roles)} if roles else {})}
    return template(Policy={"Type": "AWS::IAM::Policy", "Properties": properties})


NOBODY = "At least one of [Groups,Roles,Users] must be non-empty."


def test_an_inline_policy_of_nobody_fails_with_its_id_and_stays_in_the_way_of_its_stack() -> None:
    play = Play()
    create(play, inline_policy(), Capabilities=["CAPABILITY_IAM"])
    arn = play.stack()["StackId"]
    failed = "The following resource(s) failed to delete: [Policy]. "
    assert (play.stack()["StackStatus"], play.stack()["StackStatusReason"]) == ("ROLLBACK_FAILED", failed)
    assert ("Policy", "CREATE_FAILED", NOBODY) in play.reasons()
    play("DeleteStack", StackName=arn)
    play.settle()
    assert (play.stack()["StackStatus"], play.stack()["StackStatusReason"]) == ("DELETE_FAILED", failed)
    play("DeleteStack", StackName=arn, RetainResources=["Policy"])
    play.settle()
    assert play.events(arn) == [
        ("demo", "CREATE_IN_PROGRESS"),
        ("Policy", "CREATE_IN_PROGRESS"),
        ("Policy", "CREATE_IN_PROGRESS"),
        ("Policy", "CREATE_FAILED"),
        ("demo", "ROLLBACK_IN_PROGRESS"),
        ("Policy", "DELETE_IN_PROGRESS"),
        ("Policy", "DELETE_FAILED"),
        ("demo", "ROLLBACK_FAILED"),
        ("demo", "DELETE_IN_PROGRESS"),
        ("Policy", "DELETE_IN_PROGRESS"),
        ("Policy", "DELETE_FAILED"),
        ("demo", "DELETE_FAILED"),
        ("demo", "DELETE_IN_PROGRESS"),
        ("Policy", "DELETE_SKIPPED"),
        ("demo", "DELETE_COMPLETE"),
    ]


def test_an_inline_policy_that_loses_everybody_is_taken_back() -> None:
    play = Play()
    create(play, inline_policy("one"), Capabilities=["CAPABILITY_IAM"])
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    update(play, inline_policy(), Capabilities=["CAPABILITY_IAM"])
    assert ("Policy", "UPDATE_FAILED", NOBODY) in play.reasons()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def _asking(show: str) -> dict[str, Any]:
    """An answer that is text in one place and a flag in another, as only its function knows."""
    custom = {
        "Type": "Custom::Look",
        "Properties": {"ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:f"},
    }
    vpc = {
        "Type": "AWS::EC2::VPC",
        "Properties": {
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsSupport": attribute("C", "Name"),
            "Tags": [{"Key": show, "Value": attribute("C", "Name")}],
        },
    }
    return template(C=custom, V=vpc)


def test_what_a_custom_resource_has_answered_is_no_reason_to_refuse_an_update_either() -> None:
    play = Play()
    create(play, _asking("one"))
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    update(play, _asking("one"), Tags=[{"Key": "a", "Value": "b"}])
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE", play.reasons()
    changed = play.change_set(_asking("two"))
    assert play.described(changed)["Status"] == "CREATE_COMPLETE", play.described(changed)["StatusReason"]
