"""Fn::GetStackOutput: outputs of other stacks, in other Regions and accounts, read when a stack is made or updated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import Json, export, template, topic, value

OTHER = "210987654321"


def read(stack: Any = "Producer", output: Any = "O", **more: Any) -> Json:
    return {"Fn::GetStackOutput": {"StackName": stack, "OutputName": output, **more}}


def produced(play: Play, text: str = "one", *, account: str = ACCOUNT, region: str = REGION) -> None:
    """A stack `Producer` with the output O."""
    body = template({"O": text}, A=topic())
    make(play, "Producer", body, account, region)


def make(play: Play, stack: str, body: Json, account: str, region: str) -> None:
    play.at(account, region, "CreateStack", StackName=stack, TemplateBody=json.dumps(body))
    play.settle()


def shown(play: Play, stack: str = "demo") -> str:
    resource = play.cloud.world.find(stack, REGION)
    assert resource is not None
    return str(resource.resources["A"].properties["Value"])


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (read(), "a,b"),
        (read(Region=REGION), "a,b"),
        (read({"Fn::Sub": "Prod${Tail}"}, {"Fn::Join": ["", ["O"]]}), "a,b"),
        ({"Fn::Select": [1, {"Fn::Split": [",", read()]}]}, "b"),
        ({"Fn::Sub": ["<${O}>", {"O": read()}]}, "<a,b>"),
        ({"Fn::Base64": read()}, "YSxi"),
    ],
)
def test_an_output_of_another_stack_is_read_wherever_a_value_may_stand(written: Json, wanted: str) -> None:
    play = Play()
    produced(play, "a,b")
    stack = play.deploy(template({"Out": written}, {"Tail": "ucer"}, A=value(written)))
    assert (shown(play), stack["Outputs"][0]["OutputValue"]) == (wanted, wanted)


def test_the_short_form_is_read() -> None:
    play = Play()
    produced(play)
    body = (
        "Resources:\n  A:\n    Type: AWS::SSM::Parameter\n    Properties:\n      Type: String\n"
        "      Value: !GetStackOutput {StackName: Producer, OutputName: O}\n"
    )
    play.deploy(body)
    assert shown(play) == "one"


def test_another_region_and_another_account_are_read() -> None:
    play = Play()
    produced(play, "far", region="eu-central-1")
    produced(play, "foreign", account=OTHER)
    produced(play, "both", account=OTHER, region="eu-central-1")
    role = f"arn:aws:iam::{OTHER}:role/reader"
    for more, wanted in (
        ({"Region": "eu-central-1"}, "far"),
        ({"RoleArn": role}, "foreign"),
        ({"Region": "eu-central-1", "RoleArn": role}, "both"),
    ):
        play.deploy(template(A=value(read(**more))), stack=wanted)
        assert shown(play, wanted) == wanted


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (read("Nobody"), "Stack with id Nobody does not exist"),
        (read(Region="eu-central-1"), "Stack with id Producer does not exist"),
        (read(output="Nothing"), "Output Nothing not found in stack Producer"),
        (read(Region="cn-north-1"), "Fn::GetStackOutput does not support cross-partition references: cn-north-1"),
    ],
)
def test_what_is_not_there_passes_review_and_fails_the_execution(written: Json, reason: str) -> None:
    play = Play()
    produced(play)
    change_set = play.change_set(template(A=value(written)))
    described = play.described(change_set)
    assert described["ExecutionStatus"] == "AVAILABLE"
    assert reason in described["StatusReason"]
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert ("A", "CREATE_FAILED", reason) in play.reasons()


def test_what_appears_between_review_and_execution_is_read() -> None:
    play = Play()
    change_set = play.change_set(template(A=value(read())))
    produced(play)
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert shown(play) == "one"


def test_the_reference_is_weak_and_the_next_update_reads_it_anew() -> None:
    play = Play()
    produced(play)
    body = template(A=value(read()))
    play.deploy(body)
    play.deploy(template({"O": "two"}, A=topic()), stack="Producer")
    assert shown(play) == "one"
    row = play.changes(play.change_set(body, name="again"))["A"]
    assert row["Details"][0]["Target"]["AfterValue"] == "two"
    play("DeleteStack", StackName="Producer")
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    "argument",
    [
        "Producer",
        ["Producer", "O"],
        {"StackName": "a"},
        {"StackName": "a", "OutputName": "b", "Account": "c"},
        {"StackName": ["a"], "OutputName": "b"},
    ],
)
def test_an_argument_of_another_form_is_refused_with_the_request(argument: Any) -> None:
    with pytest.raises(CloudFormationError, match="every Fn::GetStackOutput object requires StackName and OutputName"):
        Play().change_set(template(A=value({"Fn::GetStackOutput": argument})))


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            template(A=topic()) | {"Conditions": {"C": {"Fn::Equals": [read(), "x"]}}},
            "Cannot use Fn::GetStackOutput in Conditions",
        ),
        (
            template(A=value({"Fn::ImportValue": read()})),
            "the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs",
        ),
        (
            template({"O": export("x", read())}, A=topic()),  # type: ignore[arg-type]
            "The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs.",
        ),
    ],
)
def test_conditions_imports_and_export_names_may_not_read_it(document: Json, text: str) -> None:
    with pytest.raises(CloudFormationError) as caught:
        Play().change_set(document)
    assert text in caught.value.message
