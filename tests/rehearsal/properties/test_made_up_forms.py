"""An answer says which of its values have a form that is made up, and of no other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.control.made_up_notes import MADE_UP_HEADER
from rehearsal.loopback.wire import Call
from rehearsal.scenario.faults import SaidAttribute, Scenario
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import attribute, export, imported, nested, ref, template, topic

NOTE = "Rehearsal: the form of this physical ID is made up."


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def store() -> dict[str, Any]:
    """What Ref of an event data store looks like is published nowhere that was read."""
    return resource("AWS::CloudTrail::EventDataStore")


def notes(play: Play, operation: str = "DescribeStacks", **parameters: Any) -> str:
    parameters = parameters or ({"StackName": "demo"} if operation == "DescribeStacks" else {})
    call = Call(operation, parameters, REGION, ACCOUNT, "request")
    return dict(play.cloud.notes(call, play.cloud.handle(call))).get(MADE_UP_HEADER, "")


def test_an_output_of_an_unpublished_ref_is_said_to_be_made_up() -> None:
    play = Play()
    play.deploy(template({"Store": ref("S"), "Text": {"Fn::Sub": "at ${S}"}, "Topic": ref("T")}, S=store(), T=topic()))
    assert notes(play) == "Store=S, Text=S"


def test_of_an_unpublished_attribute_too() -> None:
    play = Play()
    database = resource("AWS::RDS::DBInstance", DBInstanceClass="db.t3.micro", Engine="mysql", AllocatedStorage="20")
    shown = {"Listener": attribute("D", "ListenerEndpoint.Address"), "Host": attribute("D", "Endpoint.Address")}
    play.deploy(template({**shown, "Name": ref("D")}, D=database))
    assert notes(play) == "Listener=D.ListenerEndpoint.Address"


@pytest.mark.parametrize(
    ("kind", "properties", "wanted"),
    [
        ("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, "DefaultSecurityGroup"),  # well known
        ("AWS::S3::BucketPolicy", {"Bucket": "given-bucket", "PolicyDocument": {}}, None),  # its template gives it
        ("AWS::ECR::Repository", {}, "Arn"),
        ("AWS::ECS::Service", {"TaskDefinition": "t"}, "Name"),  # stands in its Ref
        ("AWS::EKS::Nodegroup", {"ClusterName": "c", "NodeRole": "r", "Subnets": ["s"]}, "NodegroupName"),
    ],
)
def test_what_is_published_or_given_is_not(kind: str, properties: dict[str, Any], wanted: str | None) -> None:
    play = Play()
    shown = ref("A") if wanted is None else attribute("A", wanted)
    play.deploy(template({"Shown": shown}, A=resource(kind, **properties)))
    assert play.stack()["Outputs"], play.reasons()
    assert notes(play) == ""


def test_through_nested_stacks_it_is_named_from_the_root() -> None:
    play = Play()
    below = template({"Store": ref("S")}, S=store())
    shows = {**template({"Arn": ref("P")}, T=topic()), "Parameters": {"P": {"Type": "String"}}}
    given = {"P": attribute("Audit", "Outputs.Store")}
    root = template(
        {"Store": attribute("Audit", "Outputs.Store"), "Handed": attribute("Shows", "Outputs.Arn")},
        Audit=nested(play.put("below", below)),
        Shows=nested(play.put("shows", shows), parameters=given),
    )
    play.deploy(root, Capabilities=["CAPABILITY_IAM"])
    assert notes(play) == "Store=Audit/S, Handed=Audit/S"


def test_an_export_is_and_what_imports_it() -> None:
    play = Play()
    play.deploy(template({"Store": export(ref("S"), "a:Store")}, S=store()), stack="exporter")
    play.deploy(template({"Here": imported("a:Store"), "Own": ref("T")}, T=topic()))
    assert notes(play, "ListExports") == "a:Store=S"
    assert notes(play) == "Here=S"


def test_of_several_stacks_each_is_named() -> None:
    play = Play()
    for name in ("one", "two"):
        play.deploy(template({"Store": ref("S")}, S=store()), stack=name)
    call = Call("DescribeStacks", {}, REGION, ACCOUNT, "request")
    [(_, text)] = play.cloud.notes(call, play.cloud.handle(call))
    assert sorted(text.split(", ")) == ["one:Store=S", "two:Store=S"]


def test_what_a_custom_resource_answers_is_unless_a_scenario_says_it() -> None:
    said = Scenario(attributes=(SaidAttribute("C", "Name", "told"),))
    custom = resource("Custom::Look", ServiceToken="arn:aws:lambda:ap-northeast-1:123456789012:function:f")
    document = template({"Id": attribute("C", "VpcId"), "Name": attribute("C", "Name")}, C=custom)
    for play, expected in ((Play(), "Id=C.VpcId, Name=C.Name"), (Play(said), "Id=C.VpcId")):
        play.deploy(document)
        assert notes(play) == expected


def test_an_answer_with_very_many_of_them_stays_one_that_clients_can_read() -> None:
    play = Play()
    play.deploy(template({f"Output{number:0150d}": ref("S") for number in range(100)}, S=store()))
    text = notes(play)
    assert len(text) < 8000
    assert text.endswith(", ...")


def test_the_last_event_of_a_resource_says_it_and_so_does_the_resource() -> None:
    play = Play()
    play.deploy(template(S=store(), T=topic()))
    events = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    ended = [row for row in events if row["ResourceStatus"] == "CREATE_COMPLETE"]
    assert {row["LogicalResourceId"]: row.get("ResourceStatusReason") for row in ended} == {
        "S": NOTE,
        "T": None,
        "demo": None,
    }
    detail = play("DescribeStackResource", StackName="demo", LogicalResourceId="S")["StackResourceDetail"]
    assert detail["ResourceStatusReason"] == NOTE


def test_a_resource_that_only_changes_has_no_such_event() -> None:
    play = Play()
    play.deploy(template(S=store()))
    play.deploy(template(S=resource("AWS::CloudTrail::EventDataStore", RetentionPeriod=90)))
    events = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    of_it = [row for row in events if row["LogicalResourceId"] == "S"]
    changed = next(row for row in of_it if row["ResourceStatus"] == "UPDATE_COMPLETE")
    assert "ResourceStatusReason" not in changed


def test_a_stack_without_outputs_or_with_a_failed_transform_has_nothing_to_say() -> None:
    play = Play()
    play.deploy(template(S=store()))
    assert notes(play) == ""
    body = {"Transform": "AWS::LanguageExtensions", **template({"Store": ref("S")}, S=store())}
    body["Resources"]["Fn::ForEach::X"] = "wrong"
    play("CreateStack", StackName="broken", TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_AUTO_EXPAND"])
    play.settle()
    assert notes(play, "DescribeStacks", StackName="broken") == ""
