"""Secrets in the properties of resources: found in a resource's turn, shown nowhere, no change by themselves."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, nested, ref, template, topic, value

GONE = re.escape("Secrets Manager can't find the specified secret. ") + (
    r"\(Service: AWSSecretsManager; Status Code: 400; Error Code: ResourceNotFoundException; "
    r"Request ID: [0-9a-f-]{36}; Proxy: null\)"
)


def reference(name: str) -> str:
    return f"{{{{resolve:secretsmanager:{name}}}}}"


def physical_id(play: Play, name: str) -> str:
    found = play("DescribeStackResource", StackName="demo", LogicalResourceId=name)["StackResourceDetail"]
    return str(found["PhysicalResourceId"])


def everything_told(play: Play, stack: str = "demo") -> str:
    """What CloudFormation answers about a stack."""
    answers = [play(name, StackName=stack) for name in ("DescribeStacks", "DescribeStackEvents", "GetTemplate")]
    return json.dumps(answers, default=str)


def failure(play: Play, name: str) -> str:
    return next(reason for found, status, reason in play.reasons() if found == name and status.endswith("_FAILED"))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("db", "whole"),
        ("db:SecretString", "whole"),
        ("json:SecretString:name", "current"),
        ("json:SecretString:name:AWSPREVIOUS", "previous"),
        ("json:SecretString:name::v-1", "first"),
        ("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-a1B2c3", "by-arn"),
    ],
)
def test_the_service_sees_what_the_secret_holds_and_nobody_else_does(name: str, wanted: str) -> None:
    play = Play()
    play.services.secrets = {
        "db": "whole",
        "json": '{"name": "current"}',
        "json:AWSPREVIOUS": '{"name": "previous"}',
        "json::v-1": '{"name": "first"}',
        "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:db-a1B2c3": "by-arn",
    }
    change_set = play.change_set(template(A=topic(name=f"n-{reference(name)}", show=reference(name))))
    row = play.changes(change_set)["A"]
    assert json.loads(row["AfterContext"])["Properties"]["DisplayName"] == reference(name)
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert physical_id(play, "A").endswith(f":n-{wanted}")
    shown = everything_told(play).replace(physical_id(play, "A"), "").replace('"name"', "")
    assert wanted not in shown


def test_a_change_set_does_not_ask_for_the_secret() -> None:
    play = Play()
    found = play.described(play.change_set(template(A=topic(reference("gone")))))
    assert (found["Status"], found["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone", GONE),
        ("json:SecretString:other", "Could not find a value associated with JSONKey in SecretString"),
        ("plain:SecretString:key", "Could not parse SecretString JSON"),
        (
            "arn:aws:secretsmanager:ap-northeast-1:999999999999:secret:db-a1B2c3",
            "Secrets of other accounts are not simulated by the rehearsal: .*999999999999.*",
        ),
    ],
)
def test_a_secret_that_is_not_there_fails_the_resource_that_names_it(name: str, reason: str) -> None:
    play = Play()
    play.services.secrets = {"json": '{"key": "v"}', "plain": "text"}
    stack = play.deploy(template(A=topic(), B=topic(reference(name), after="A")))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert re.fullmatch(reason, failure(play, "B"))
    assert ("A", "CREATE_COMPLETE") in play.events()


def test_a_secret_that_changed_is_no_change_until_its_resource_is_updated() -> None:
    play = Play()
    play.services.secrets = {"db": "one"}

    def root(show: str, extra: bool = False) -> dict[str, Any]:
        more = {"B": topic()} if extra else {}
        return template({"V": attribute("A", "Value")}, A=value(reference("db"), Metadata={"show": show}), **more)

    play.deploy(root("1"))
    play.services.secrets["db"] = "two"
    same = play.described(play.change_set(root("1")))
    assert same["Status"] == "FAILED"
    assert same["StatusReason"].startswith("The submitted information didn't contain changes.")
    play.deploy(root("1", extra=True), name="extra")
    assert [name for name, status in play.events() if status.startswith("UPDATE") and name != "demo"] == []
    assert play.stack()["Outputs"][0]["OutputValue"] == "one"
    play.deploy(root("2", extra=True), name="forced")
    assert play.stack()["Outputs"][0]["OutputValue"] == "two"


def test_another_version_in_the_reference_is_a_change_of_the_text() -> None:
    play = Play()
    play.services.secrets = {"db::v-1": "one", "db::v-2": "two"}
    play.deploy(template(A=value(reference("db:SecretString:::v-1"))))
    (detail,) = play.changes(play.change_set(template(A=value(reference("db:SecretString:::v-2")))))["A"]["Details"]
    target = detail["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == (
        reference("db:SecretString:::v-1"),
        reference("db:SecretString:::v-2"),
    )


def test_an_update_that_misses_its_secret_goes_back_and_a_way_back_that_misses_one_is_stuck() -> None:
    play = Play()
    play.services.secrets = {"db": "one"}
    play.deploy(template(A=topic(reference("db"))))
    assert play.deploy(template(A=topic(reference("gone"))))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert re.fullmatch(GONE, failure(play, "A"))
    play = Play(Scenario((ResourceFault("B", "update", "refused"),)))
    play.services.secrets = {"db": "one"}
    play.deploy(template(A=topic(reference("db")), B=topic("1", after="A")))
    play.services.secrets.clear()
    assert play.deploy(template(A=topic("x"), B=topic("2", after="A")))["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert re.fullmatch(GONE, failure(play, "A"))


def test_a_property_is_judged_by_what_the_secret_holds_in_its_turn_alone() -> None:
    play = Play()
    play.services.secrets = {"delay": "60", "word": "soon"}

    def queue(name: str) -> dict[str, Any]:
        return template(Q={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": reference(name)}})

    assert play.deploy(queue("delay"))["StackStatus"] == "CREATE_COMPLETE"
    assert play.deploy(queue("word"), stack="other")["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [reason for name, status, reason in play.reasons("other") if status == "CREATE_FAILED"]
    head, _, breach = reasons[0].partition("\n")
    assert (len(reasons), head) == (1, "Properties validation failed for resource Q with message:")
    assert breach == "#/DelaySeconds: expected type: Integer, found: String"


def test_outputs_metadata_and_custom_resources_get_no_secret() -> None:
    play = Play()
    token = "arn:aws:sns:ap-northeast-1:123456789012:t"
    custom = {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, "Secret": reference("gone")}}
    shown = topic(Metadata={"M": reference("gone")})
    stack = play.deploy(template({"O": reference("gone")}, A=shown, C=custom))
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Outputs"][0]["OutputValue"] == reference("gone")


def test_a_nested_stack_gets_the_reference_and_its_resources_ask_for_the_secret() -> None:
    play = Play(Scenario((ResourceFault("Z", "update", "refused"),)))
    shown = template({"O": ref("P")}, {"P": "none"}, T=topic("1"))
    url = play.put("child.yaml", shown)
    play.deploy(template(C=nested(url, parameters={"P": reference("gone")}), Z=topic("1", after="C")))
    play.put("child.yaml", shown | {"Description": "2"} | {"Resources": {"T": topic("2")}})
    stack = play.deploy(template(C=nested(url, parameters={"P": reference("gone")}), Z=topic("2", after="C")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    play.put("named.yaml", template(parameters={"P": "none"}, T=topic(name=ref("P"))))
    play.services.secrets = {"db": "by-the-child"}
    named_url = url.replace("child.yaml", "named.yaml")
    play.deploy(template(C=nested(named_url, parameters={"P": reference("db")})), stack="other")
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.name.startswith("other-C-")]
    assert child.resources["T"].physical_id.endswith(":by-the-child")


SECRET = "AWS::SecretsManager::Secret"
DRAWN = {"SecretStringTemplate": '{"u": "me"}', "GenerateStringKey": "p"}
DATABASE = {"AllocatedStorage": "20", "DBInstanceClass": "db.t3.micro", "Engine": "postgres", "MasterUsername": "u"}


def secret(**properties: Any) -> dict[str, Any]:
    return {"Type": SECRET, "Properties": properties}


def named(reference_: str, *parts: str) -> dict[str, Any]:
    """A topic whose name is a part of a secret that the same template makes."""
    text = "{{resolve:secretsmanager:${" + reference_ + "}" + "".join(f":{part}" for part in parts) + "}}"
    return topic(name={"Fn::Sub": text})


@pytest.mark.parametrize(
    ("properties", "parts", "wanted"),
    [
        ({"SecretString": "plain"}, (), "plain"),
        ({"SecretString": '{"k": "v"}'}, ("SecretString", "k"), "v"),
        ({"SecretString": '{"k": "v"}'}, ("SecretString", "k", "AWSCURRENT"), "v"),
        ({"GenerateSecretString": {}}, (), "[0-9a-f]{32}"),
        ({"GenerateSecretString": DRAWN}, ("SecretString", "p"), "[0-9a-f]{32}"),
        ({"GenerateSecretString": DRAWN}, ("SecretString", "u"), "me"),
    ],
)
def test_a_secret_of_the_same_template_holds_what_its_properties_make_of_it(
    properties: dict[str, Any], parts: tuple[str, ...], wanted: str
) -> None:
    play = Play()
    assert play.deploy(template(S=secret(**properties), A=named("S", *parts)))["StackStatus"] == "CREATE_COMPLETE"
    assert re.fullmatch(f".*:{wanted}", physical_id(play, "A"))


@pytest.mark.parametrize("broken", ["not json", "[1]"])
def test_a_template_of_a_secret_that_is_no_object_leaves_the_password_alone(broken: str) -> None:
    play = Play()
    drawn = {"SecretStringTemplate": broken, "GenerateStringKey": "p"}
    stack = play.deploy(template(S=secret(GenerateSecretString=drawn), A=named("S", "SecretString", "p")))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert failure(play, "A") == "Could not parse SecretString JSON"


def test_a_secret_of_a_stack_is_known_by_its_name_too_and_gone_with_its_stack() -> None:
    play = Play()
    play.deploy(template(S=secret(Name="app/db", SecretString="x")), stack="secrets")
    assert play.deploy(template(A=topic(reference("app/db"))))["StackStatus"] == "CREATE_COMPLETE"
    play("DeleteStack", StackName="secrets")
    play.settle()
    assert play.deploy(template(A=topic(reference("app/db"))), stack="late")["StackStatus"] == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize(
    ("properties", "parts", "told"),
    [
        ({}, (), "staging label: AWSCURRENT"),
        ({"SecretString": "x"}, ("SecretString", "", "AWSPREVIOUS"), "staging label: AWSPREVIOUS"),
        ({"SecretString": "x"}, ("SecretString", "", "", "v-9"), "VersionId: v-9"),
    ],
)
def test_a_secret_of_a_stack_has_one_version_or_none(
    properties: dict[str, Any], parts: tuple[str, ...], told: str
) -> None:
    play = Play()
    play.deploy(template(S=secret(**properties), A=named("S", *parts)))
    assert f"can't find the specified secret value for {told} (Service: AWSSecretsManager" in failure(play, "A")


def test_an_attachment_leads_to_its_secret_and_adds_how_the_database_is_reached() -> None:
    play = Play()
    database = {"Type": "AWS::RDS::DBInstance", "Properties": DATABASE | {"MasterUserPassword": "none"}}
    link = {"SecretId": ref("S"), "TargetId": ref("D"), "TargetType": "AWS::RDS::DBInstance"}
    parts = {"S": secret(SecretString="{}"), "D": database}
    attached = {"T": {"Type": "AWS::SecretsManager::SecretTargetAttachment", "Properties": link}}
    stack = play.deploy(template(**parts, **attached, A=named("T", "SecretString", "host")))
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert physical_id(play, "T") == physical_id(play, "S")
    bare = Play()
    bare.deploy(template(**parts, A=named("S", "SecretString", "host")))
    assert failure(bare, "A") == "Could not find a value associated with JSONKey in SecretString"


def test_a_password_that_rds_keeps_is_there_whatever_it_is() -> None:
    play = Play()
    database = {"Type": "AWS::RDS::DBInstance", "Properties": DATABASE | {"ManageMasterUserPassword": True}}
    shown = named("D.MasterUserSecret.SecretArn", "SecretString", "password")
    assert play.deploy(template(D=database, A=shown))["StackStatus"] == "CREATE_COMPLETE"
