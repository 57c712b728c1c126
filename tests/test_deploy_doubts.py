"""What was once read as "unchanged", through the command: each is shown, and guarded where something may be lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import deploy as command
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

Play = Callable[..., tuple[int, dict[str, Any]]]

_SCHEMA = json.loads((Path(__file__).parent.parent / "docs/report.schema.json").read_text(encoding="utf-8"))
_ROOT = """\
Parameters:
  Size: {Type: String, Default: small}
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: network.yaml, Parameters: {Size: !Ref Size}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app.yaml, Parameters: {Fed: !GetAtt Network.Outputs.Fed, Size: !Ref Size}}
Outputs:
  Fed: {Value: !GetAtt Network.Outputs.Fed}
"""
_NETWORK = """\
Parameters:
  Size: {Type: String}
  Own: {Type: String, Default: one}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /doubts/image}
Mappings: {Names: {a: {b: mapped}}}
Conditions: {Is: !Equals [!Ref Own, one]}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Size}}
Outputs:
  Fed: {Value: !Ref Own}
"""
_APP = """\
Parameters:
  Fed: {Type: String}
  Size: {Type: String}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'unsure-${Fed}'}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: k, AttributeType: S}]
      KeySchema: [{AttributeName: k, KeyType: HASH}]
"""


@pytest.fixture
def ssm(rehearsal: Standing) -> Iterator[Callable[[str], None]]:
    """Sets the value of the parameter that the templates read."""
    store = client("ssm", rehearsal.url(), region=REGION)

    def put(value: str) -> None:
        store.put_parameter(Name="/doubts/image", Value=value, Type="String", Overwrite=True)

    put("old")
    yield put
    store.close()


@pytest.fixture
def project(tmp_path: Path, rehearsal: Standing, ssm: Callable[[str], None]) -> Path:
    """A project of three templates that was never deployed."""
    rehearsal.empty()
    environment = ENVIRONMENT.partition("parameters:")[0]
    return write_project(
        tmp_path, environment=f"{environment}parameters: {{}}\n", root=_ROOT, network=_NETWORK, app=_APP
    )


@pytest.fixture
def play(project: Path, rehearsal: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, dict[str, Any]]:
        given = ["--env", "dev", "--rehearse", "--output", "json", *arguments]
        code = command.main(given, project, rehearsal=rehearsal)
        body: dict[str, Any] = json.loads(capsys.readouterr().out)
        jsonschema.Draft202012Validator(_SCHEMA).validate(body)
        return code, body

    return played


def _rewrite(project: Path, name: str, *pairs: tuple[str, str]) -> None:
    file = project / "rendered" / name
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def _kinds(body: dict[str, Any]) -> dict[str, str]:
    return {change["path"]: change["kind"] for change in body["changes"]}


def _guarded(body: dict[str, Any]) -> set[str]:
    return {change["path"] for change in body["changes"] if change["guard"]}


def test_a_tag_of_the_stack_is_shown_on_every_resource_that_takes_it_with_both_values(
    play: Play, project: Path
) -> None:
    play("--yes")
    file = project / "params/dev.yaml"
    file.write_text(file.read_text().replace("application: shop", "application: store"))
    code, body = play("--yes")
    assert code == 0
    assert set(_kinds(body)) == {"Network/Topic", "App/Queue", "App/Table"}
    for change in body["changes"]:
        assert ("Tags/application", "shop", "store") in {
            (shown["name"], shown["before"], shown["after"]) for shown in change["properties"]
        } or change["path"] != "Network/Topic"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "old", "new"),
    [
        ("!Ref Own", "Default: one", "Default: two"),
        ("!FindInMap [Names, a, b]", "b: mapped", "b: another"),
        ("!If [Is, yes, no]", "[!Ref Own, one]", "[!Ref Own, two]"),
        ("fixed", "{Value: fixed}", "{Value: other}"),
    ],
)
def test_what_an_output_is_made_of_moves_what_a_sibling_makes_of_it(
    play: Play, project: Path, start: str, old: str, new: str
) -> None:
    _rewrite(project, "network.yaml", ("Fed: {Value: !Ref Own}", f"Fed: {{Value: {start}}}"))
    play("--yes")
    _rewrite(
        project, "network.yaml", (old, new), ("Properties: {DisplayName: !Ref Size}", "Properties: {DisplayName: x}")
    )
    code, body = play("--yes")
    assert code == 3
    assert _kinds(body)["App/Queue"] in ("replaced", "may be replaced")
    assert "App/Queue" in _guarded(body)
    [output] = body["output_changes"]
    assert output["path"] == "Fed"


def test_a_value_that_a_layer_itself_reads_from_systems_manager_moves_what_it_feeds(
    play: Play, project: Path, ssm: Callable[[str], None]
) -> None:
    _rewrite(project, "network.yaml", ("Fed: {Value: !Ref Own}", "Fed: {Value: !Ref Image}"))
    play("--yes")
    ssm("new")
    code, body = play("--yes", "--set", "Size=large")
    assert code == 3
    assert "App/Queue" in _guarded(body)
    assert _kinds(body)["Network/Topic"] == "changed in place"


@pytest.mark.slow
def test_an_output_of_a_stack_of_somebody_else_moves_what_it_feeds_although_no_file_changes(
    play: Play, project: Path, rehearsal: Standing
) -> None:
    def produced(text: str) -> None:
        body = f"Resources: {{T: {{Type: 'AWS::SNS::Topic'}}}}\nOutputs: {{O: {{Value: {text}}}}}\n"
        action = "create" if text == "one" else "update"
        getattr(producer, f"{action}_stack")(StackName="producer", TemplateBody=body)
        producer.get_waiter(f"stack_{action}_complete").wait(StackName="producer", WaiterConfig={"Delay": 0})

    producer = client("cloudformation", rehearsal.url(), region="eu-central-1")
    read = "{'Fn::GetStackOutput': {StackName: producer, OutputName: O, Region: eu-central-1}}"
    _rewrite(project, "network.yaml", ("Fed: {Value: !Ref Own}", f"Fed: {{Value: {read}}}"))
    produced("one")
    assert play("--yes")[0] == 0
    produced("two")
    code, body = play("--yes")
    assert code == 3
    assert "App/Queue" in _guarded(body)
    producer.close()


def test_an_attribute_of_what_changes_is_a_doubt_although_no_description_with_values_lists_it(
    play: Play, project: Path
) -> None:
    par = "  Par: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: red}}\nOutputs:"
    named = "  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Par.Value}}\n"
    _rewrite(project, "network.yaml", ("Outputs:", named + par))
    play("--yes")
    _rewrite(project, "network.yaml", ("Value: red", "Value: blue"))
    code, body = play("--yes")
    assert code == 3
    assert "Network/Named" in _guarded(body)


def test_what_a_custom_resource_answers_is_its_own_affair(play: Play, project: Path) -> None:
    custom = (
        "  Custom: {Type: 'Custom::Image', Properties: {ServiceToken: "
        "'arn:aws:lambda:eu-west-1:111122223333:function:f', Release: '1'}}\nOutputs:"
    )
    _rewrite(project, "network.yaml", ("Outputs:", custom), ("Value: !Ref Own", "Value: !GetAtt Custom.Id"))
    play("--yes")
    _rewrite(project, "network.yaml", ("Release: '1'", "Release: '2'"))
    code, body = play("--yes")
    assert code == 3
    assert "App/Queue" in _guarded(body)


def test_an_output_that_changes_alone_is_shown(play: Play, project: Path) -> None:
    play("--yes")
    _rewrite(project, "root.yaml", ("Outputs:", "Outputs:\n  Size: {Value: !Ref Size, Export: {Name: unsure-size}}"))
    code, body = play("plan", "--exit-code")
    assert (code, body["changes"]) == (4, [])
    [output] = body["output_changes"]
    assert (output["path"], output["before"], output["after"]) == ("Size", None, "small")
    assert (output["export_before"], output["export_after"]) == (None, "unsure-size")


def test_a_tag_reaches_what_cloudformation_lets_go_over_a_placeholder(play: Play, project: Path) -> None:
    _rewrite(
        project,
        "app.yaml",
        ("Resources:", "Conditions: {Is: !Equals [!Ref Fed, one]}\nResources:"),
        ("Queue: {Type", "Queue: {Condition: Is, Type"),
    )
    assert play("--yes")[0] == 0
    file = project / "params/dev.yaml"
    file.write_text(file.read_text().replace("application: shop", "application: store"))
    code, body = play("--yes")
    assert code == 0
    assert _kinds(body)["App/Queue"] == "changed in place"


def test_what_somebody_did_beside_the_root_is_taken_back_in_sight(
    play: Play, project: Path, rehearsal: Standing
) -> None:
    vpc = "  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: a, Value: !Ref Own}]}}\n"
    _rewrite(project, "network.yaml", ("Outputs:", f"{vpc}Outputs:"))
    assert play("--yes")[0] == 0
    cloudformation = client("cloudformation", rehearsal.url(), region=REGION)
    row = cloudformation.describe_stack_resource(StackName="shop-dev", LogicalResourceId="Network")
    arn = row["StackResourceDetail"]["PhysicalResourceId"]
    given = [{"ParameterKey": "Own", "ParameterValue": "two"}]
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in ("Size", "Image")]
    cloudformation.update_stack(StackName=arn, UsePreviousTemplate=True, Parameters=given + kept)
    cloudformation.get_waiter("stack_update_complete").wait(StackName=arn, WaiterConfig={"Delay": 0})
    cloudformation.close()
    _, body = play("plan", "--set", "Size=large")
    assert _kinds(body)["Network/Vpc"] == "changed in place"


def test_a_usual_change_is_as_short_as_ever(play: Play) -> None:
    play("--yes")
    code, body = play("--yes", "--set", "Size=large")
    assert code == 0
    assert _kinds(body) == {"Network/Topic": "changed in place"}
    assert [phantom["path"] for phantom in body["folded"]] == ["App/Queue"]
    assert body["output_changes"] == []


@pytest.mark.slow
def test_an_export_that_another_stack_imports_is_shown_with_that_stack(
    play: Play, project: Path, rehearsal: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    export = "Outputs:\n  Size: {Value: !Ref Size, Export: {Name: unsure-size}}"
    _rewrite(project, "root.yaml", ("Outputs:", export))
    play("--yes")
    importing = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue unsure-size}}}"
    cloudformation = client("cloudformation", rehearsal.url(), region=REGION)
    cloudformation.create_stack(StackName="importing", TemplateBody=importing)
    cloudformation.close()
    _rewrite(project, "root.yaml", (export, "Outputs:"))
    _, body = play("plan")
    [output] = body["output_changes"]
    assert (output["path"], output["after"], output["importers"]) == ("Size", None, ["importing"])
    assert command.main(["--env", "dev", "--rehearse", "plan"], project, rehearsal=rehearsal) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Size: small -> (removed) (export unsure-size -> (none)); imported by importing: CloudFormation will" in text
    code, body = play("delete", "--yes")
    assert (code, body["deletion"]["exports_in_use"]) == (3, [{"name": "unsure-size", "imported_by": "importing"}])
