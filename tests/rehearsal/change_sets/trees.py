"""Roots with nested stacks, and their change sets."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.play import Play

TOPIC = "AWS::SNS::Topic"
Template = dict[str, Any]


def topics(**names: str) -> Template:
    return {"Resources": {key: {"Type": TOPIC, "Properties": {"DisplayName": name}} for key, name in names.items()}}


def child(display: str = "a", **outputs: Any) -> Template:
    return {
        "Parameters": {"Name": {"Type": "String", "Default": display}},
        "Resources": {"Topic": {"Type": TOPIC, "Properties": {"DisplayName": {"Ref": "Name"}}}},
        "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}, "Name": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}}
        | outputs,
    }


def stack(url: str, **parameters: Any) -> Template:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": parameters}}


def nested(play: Play, first: str = "a", second: str = "b") -> Template:
    """A root with two nested stacks, the second fed by the first."""
    one = play.put(f"one-{first}.json", child(first))
    two = play.put(f"two-{second}.json", child(second))
    return {
        "Resources": {
            "One": stack(one),
            "Two": stack(two, Name={"Fn::GetAtt": ["One", "Outputs.Name"]}),
        }
    }


def review(play: Play, template: Template, name: str = "review") -> str:
    return play.change_set(template, name=name, IncludeNestedStacks=True)


def execute(play: Play, change_set: str) -> None:
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()


def statuses(play: Play, change_set: str) -> tuple[str, str, str | None]:
    found = play.described(change_set)
    return found["Status"], found["ExecutionStatus"], found.get("StatusReason")
