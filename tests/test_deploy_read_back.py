"""What a tree stores in Systems Manager or Secrets Manager and reads back by name, through the command.

A change set resolves a reference before the resource that writes its value has had its turn: who reads it is
shown all the same, and guarded where something may be lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, dict[str, Any]]]
_STORE = "  Store: {Type: AWS::SSM::Parameter, Properties: {Name: /app/colour, Type: String, Value: %s}}\n"
_TYPED = "Parameters: {P: {Type: AWS::SSM::Parameter::Value<String>, Default: /app/colour}}\n"
_QUEUE = "  Queue: {Type: AWS::SQS::Queue, DependsOn: Store, Properties: {QueueName: %s}}\n"
_READER = "  %s: {Type: AWS::EC2::Instance, DependsOn: Store, Properties: {ImageId: %s}}\n"
_LAYERS = """\
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml}}
"""
_APP = "  App: {Type: AWS::CloudFormation::Stack, DependsOn: %s, Properties: {TemplateURL: app.yaml%s}}\n"
_LITERAL = "'{{resolve:ssm:/app/colour}}'"


@pytest.fixture
def project(tmp_path: Path, rehearsal: Standing) -> Path:
    rehearsal.empty()
    return write_project(tmp_path, environment=f"{ENVIRONMENT.partition('parameters:')[0]}parameters: {{}}\n")


@pytest.fixture
def play(project: Path, rehearsal: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    """Writes templates and deploys them: the exit code, and each change by its path, with its guard."""

    def played(*arguments: str, **texts: str) -> tuple[int, dict[str, Any]]:
        for name, text in texts.items():
            (project / f"rendered/{name}.yaml").write_text(text)
        given = ["--env", "dev", "--rehearse", "--output", "json", "--yes", *arguments]
        code = command.main(given, project, rehearsal=rehearsal)
        body = json.loads(capsys.readouterr().out)
        return code, body | {change["path"]: (change["kind"], bool(change["guard"])) for change in body["changes"]}

    return played


def _physical(rehearsal: Standing) -> dict[str, str]:
    cloudformation = client("cloudformation", rehearsal.url(), region=REGION)
    rows = cloudformation.list_stack_resources(StackName="shop-dev")["StackResourceSummaries"]
    cloudformation.close()
    return {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}


def test_who_reads_a_parameter_that_its_own_stack_changes_may_be_replaced_and_is_guarded(
    play: Play, rehearsal: Standing
) -> None:
    forms = _LITERAL, "!Join [':', ['{{resolve', ssm, '/app/colour}}']]", "!Sub 'x-{{resolve:ssm:${Store}}}'"
    root = "Resources:\n" + _STORE
    readers = "".join(_READER % (f"Reader{number}", form) for number, form in enumerate(forms))
    play(root=root % "red")
    assert play(root=root % "red" + readers + _READER % ("Turned", "red"))[0] == 0
    before = _physical(rehearsal)
    code, shown = play(root=root % "blue" + readers + _READER % ("Turned", _LITERAL))
    names = ["Reader0", "Reader1", "Reader2", "Turned"]
    assert (code, shown["Store"]) == (3, ("changed in place", False))
    assert {shown[name] for name in names} == {("may be replaced", True)}
    assert play(*(word for name in names for word in ("--allow", name)))[0] == 0
    after = _physical(rehearsal)
    assert all(after[name] != before[name] for name in names)


def test_what_is_said_beside_the_value_and_another_parameter_are_no_doubt(play: Play) -> None:
    root = "Resources:\n" + _STORE + "  Other: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: %s}}\n"
    play(root=root % ("red", "red"))
    play(root=root % ("red", "red") + _QUEUE % _LITERAL)
    text = root.replace("Value: %s}}\n", "Value: %s, Description: other}}\n", 1) % ("red", "blue")
    code, shown = play(root=text + _QUEUE % _LITERAL)
    assert code == 0
    assert {change["path"] for change in shown["changes"]} == {"Store", "Other"}


def test_a_layer_that_reads_what_another_one_stores_is_followed_and_so_is_a_condition(play: Play) -> None:
    network = "Resources:\n" + _STORE
    app = f"Resources: {{Queue: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {_LITERAL}}}}}}}\n"
    tested = f"{_TYPED}Conditions: {{Red: !Equals [!Ref P, red]}}\n" + (
        "Resources:\n  Table: {Type: AWS::Kinesis::Stream, Condition: Red, Properties: {ShardCount: 1}}\n"
        "  Topic: {Type: AWS::SNS::Topic}\n"
    )
    second = _APP.replace("App", "Tested").replace("app.yaml", "tested.yaml")
    play(root=_LAYERS, network=network % "red")
    assert play(root=_LAYERS + (_APP + second) % ("Network", "", "Network", ""), app=app, tested=tested)[0] == 0
    code, shown = play(network=network % "blue")
    assert (code, shown["App/Queue"], shown["Tested/Table"]) == (3, ("may be replaced", True), ("removed", True))


def test_a_parameter_that_the_change_set_holds_is_read_with_the_next_deployment_and_a_note_says_so(play: Play) -> None:
    root = _TYPED + "Resources:\n" + _STORE
    play(root="Resources:\n" + _STORE % "red")
    assert play(root=root % "red" + _QUEUE % "!Ref P")[0] == 0
    code, shown = play(root=root % "blue" + _QUEUE % "!Ref P")
    assert (code, "Queue" in shown) == (0, False)
    assert shown["notes"] == ["P was read from Systems Manager: it keeps that value until the next deployment"]
    code, shown = play()
    assert (code, shown["Queue"], shown["notes"]) == (3, ("replaced", True), [])


def test_a_condition_over_a_reference_that_a_layer_is_given_may_turn(play: Play) -> None:
    app = (
        "Parameters: {N: {Type: String}}\nConditions: {Red: !Equals [!Ref N, red]}\nResources:\n"
        "  Queue: {Type: AWS::SQS::Queue, Condition: Red}\n  Topic: {Type: AWS::SNS::Topic}\n"
    )
    given = _APP % ("Store", f", Parameters: {{N: {_LITERAL}}}")
    play(root="Resources:\n" + _STORE % "red")
    assert play(root="Resources:\n" + _STORE % "red" + given, app=app)[0] == 0
    code, shown = play(root="Resources:\n" + _STORE % "blue" + given)
    assert (code, shown["App/Queue"]) == (3, ("removed", True))


def test_a_secret_that_changes_is_read_again_by_who_is_updated_and_by_nobody_else(play: Play) -> None:
    root = (
        "Resources:\n  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: %s}}\n"
        "  Machine:\n    Type: AWS::EC2::Instance\n"
        "    Properties: {ImageId: ami-1, KeyName: !Sub '{{resolve:secretsmanager:${Secret}}}', Monitoring: %s}\n"
    )
    assert play(root=root % ("red", "true"))[0] == 0
    code, shown = play(root=root % ("blue", "true"))
    assert (code, "Machine" in shown) == (0, False)
    code, shown = play(root=root % ("green", "false"))
    assert (code, shown["Machine"]) == (3, ("may be replaced", True))


def test_a_layer_that_a_condition_over_a_placeholder_takes_away_and_that_stays_is_compared(play: Play) -> None:
    root = _LAYERS + _APP % ("Network", ", Parameters: {Colour: !GetAtt Network.Outputs.Colour}")
    network = (
        "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}}\nOutputs: {Colour: {Value: red}}\n"
    )
    app = (
        "Parameters: {Colour: {Type: String}}\nConditions: {Red: !Equals [!Ref Colour, red]}\nResources:\n"
        "  Topic: {Type: AWS::SNS::Topic}\n"
        "  Data: {Type: AWS::CloudFormation::Stack, Condition: Red, Properties: {TemplateURL: data.yaml}}\n"
    )
    data = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: %s}}}\n"
    assert play(root=root, network=network % "one", app=app, data=data % "one")[0] == 0
    code, shown = play(network=network % "two", data=data % "two")
    assert (code, shown["App/Data/Queue"]) == (3, ("may be replaced", True))


def test_what_a_condition_over_a_placeholder_lists_and_never_makes_is_not_said_to_be_added(play: Play) -> None:
    root = _LAYERS + _APP % ("Network", ", Parameters: {Colour: !GetAtt Network.Outputs.Colour}")
    network = "Resources: {Topic: {Type: AWS::SNS::Topic}}\nOutputs: {Colour: {Value: red}}\n"
    app = (
        "Parameters: {Colour: {Type: String}}\nConditions: {Other: !Not [!Equals [!Ref Colour, red]]}\nResources:\n"
        "  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}\n"
    )
    assert play(root=root, network=network, app=app % "one")[0] == 0
    code, shown = play(app=app % "two" + "  Queue: {Type: AWS::SQS::Queue, Condition: Other}\n")
    assert (code, [change["path"] for change in shown["changes"]]) == (0, ["App/Topic"])


def test_what_included_text_stores_is_followed_although_no_template_has_it(
    play: Play, project: Path, rehearsal: Standing
) -> None:
    s3, bucket = client("s3", rehearsal.url(), region=REGION), "texts-to-include"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    environment = project / "params/dev.yaml"
    environment.write_text(
        environment.read_text().replace("parameters:", "capabilities: [CAPABILITY_AUTO_EXPAND]\nparameters:")
    )
    root = (
        f"Resources:\n  Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: 's3://{bucket}/store.yaml'}}}}\n"
    )
    app = "Resources:\n" + _READER.replace("DependsOn: Store, ", "") % ("Reader", _LITERAL)
    topic = "  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}\n"
    s3.put_object(Bucket=bucket, Key="store.yaml", Body=(_STORE.strip() % "red").encode())
    play(root=root + topic % "plain")
    layers = root + topic % "plain" + _APP.replace("DependsOn: %s, ", "") % ""
    assert play(root=layers, app=app + topic % "red")[0] == 0
    s3.put_object(Bucket=bucket, Key="store.yaml", Body=(_STORE.strip() % "blue").encode())
    code, shown = play(app=app + topic % "blue")
    assert (code, shown["App/Reader"]) == (3, ("may be replaced", True))
    s3.close()
