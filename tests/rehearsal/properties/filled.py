"""Stacks whose outputs show what was filled in."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import Json, ref, template

ZONES = [f"{REGION}a", f"{REGION}c", f"{REGION}d"]


def resource(kind: str, **properties: Any) -> Json:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def vpc(**more: Any) -> Json:
    return resource("EC2::VPC", CidrBlock="10.0.0.0/16", **more)


def subnet(number: int, **more: Any) -> Json:
    return resource("EC2::Subnet", VpcId=ref("V"), CidrBlock=f"10.0.{number}.0/24", **more)


def played(play: Play | None = None) -> Play:
    play = play or Play()
    play.services.zone_names[REGION] = ZONES
    return play


def shown(resources: Json, outputs: Json, play: Play | None = None) -> dict[str, str]:
    """The outputs of a stack of these resources; an output may be `Name.Attribute`."""
    play = played(play)
    values = {
        key: {"Fn::GetAtt": value.split(".", 1)} if isinstance(value, str) else value for key, value in outputs.items()
    }
    stack = play.deploy(template(values, **resources))
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), play.reasons()
    return {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}


def joined(attribute: str) -> Json:
    """A list as one text, its items between commas."""
    return {"Fn::Join": [",", {"Fn::GetAtt": attribute.split(".", 1)}]}
