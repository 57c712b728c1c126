"""Small templates and what a change set says between two of them."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.play import Play

TOPIC = "AWS::SNS::Topic"
PARAMETER = "AWS::SSM::Parameter"
Template = dict[str, Any]


def topic(**properties: Any) -> Template:
    return {"Type": TOPIC, "Properties": properties}


def parameter(value: Any, **more: Any) -> Template:
    return {"Type": PARAMETER, "Properties": {"Type": "String", "Value": value}, **more}


def resources(**entries: Template) -> Template:
    return {"Resources": entries}


def reviewed(before: Template, after: Template, *, values: bool = True, **more: Any) -> dict[str, dict[str, Any]]:
    """The rows of the change set that leads from one template to another."""
    play = Play()
    first = {"Parameters": more.pop("first")} if "first" in more else {}
    play.deploy(before, **first)
    return play.changes(play.change_set(after, name="second", **more), values)


def sources(row: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(d["Evaluation"], d["ChangeSource"], d.get("CausingEntity")) for d in row["Details"]]


def given(**values: str) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
