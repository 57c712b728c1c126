"""What the rehearsal made up is nowhere a reason to refuse; what the template gives is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.properties.made_up_values import excused
from rehearsal.resources.resource_findings import Finding
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, export, imported, nested, ref, template

# A form that no id of a VPC has, as a dependant's constraint.
NEVER = {"Type": "String", "AllowedPattern": "never-[0-9]+"}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def vpc() -> dict[str, Any]:
    return resource("EC2::VPC", CidrBlock="10.0.0.0/16")


def key(spec: Any, **more: Any) -> dict[str, Any]:
    """A key whose KeySpec is an enum, and whose Description has at most 8192 characters."""
    return resource("KMS::Key", KeySpec=spec, **more)


def layers(*arns: Any) -> dict[str, Any]:
    """A function whose layers have a pattern that nothing but a layer's ARN fits."""
    return resource("Lambda::Function", Code={"ZipFile": "x"}, Role="arn:aws:iam::123456789012:role/r", Layers=arns)


def made(play: Play, document: dict[str, Any], **more: Any) -> str:
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(document), **more)
    play.settle()
    return str(play.stack()["StackStatus"])


PIECES = [
    ref("V"),
    attribute("V", "DefaultSecurityGroup"),
    {"Fn::Sub": "x${V}"},
    {"Fn::Join": ["", [ref("V"), "x"]]},
    {"Fn::Join": ["!", {"Fn::Split": ["-", ref("V")]}]},
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_made_up_value_is_not_held_against_the_pattern_of_a_property(piece: Any) -> None:
    assert made(Play(), template(V=vpc(), F=layers(piece))) == "CREATE_COMPLETE"


def test_it_is_not_held_against_a_length_or_an_enum() -> None:
    assert made(Play(), template(V=vpc(), K=key(ref("V")))) == "CREATE_COMPLETE"
    long = {"Fn::Join": ["", [ref("V")] * 500]}
    assert made(Play(), template(V=vpc(), K=key("RSA_2048", Description=long))) == "CREATE_COMPLETE"


def test_what_the_template_gives_is_held_against_it() -> None:
    play = Play()
    named = resource("SNS::Topic", TopicName="no-layer-at-all")
    assert made(play, template(T=named, F=layers(attribute("T", "TopicName")))) == "ROLLBACK_COMPLETE"
    assert any("failed validation constraint for keyword [pattern]" in (reason or "") for *_, reason in play.reasons())


def test_what_stands_beside_a_made_up_value_is_held_against_it() -> None:
    assert made(Play(), template(V=vpc(), K=key("no such", Description=ref("V")))) == "ROLLBACK_COMPLETE"
    assert made(Play(), template(V=vpc(), F=layers(ref("V"), "no layer"))) == "ROLLBACK_COMPLETE"


def test_an_update_does_not_hold_what_exists_against_a_new_property() -> None:
    play = Play()
    play.deploy(template(V=vpc()))
    long = {"Fn::Join": ["", [ref("V")] * 500]}
    stack = play.deploy(template(V=vpc(), K=key("RSA_2048", Description=long)))
    assert stack["StackStatus"] == "UPDATE_COMPLETE"


def test_the_parameter_of_a_nested_stack_takes_it_and_hands_it_on() -> None:
    play = Play()
    child = {"Parameters": {"P": NEVER}} | template(F=layers(ref("P")))
    parent = template(V=vpc(), C=nested(play.put("child.yaml", child), parameters={"P": ref("V")}))
    assert made(play, parent) == "CREATE_COMPLETE"


@pytest.mark.parametrize(("output", "status"), [(ref("V"), "CREATE_COMPLETE"), ("no layer", "ROLLBACK_COMPLETE")])
def test_the_output_of_a_nested_stack_is_as_made_up_as_what_it_holds(output: Any, status: str) -> None:
    play = Play()
    child = template(outputs={"O": output}, V=vpc())
    parent = template(C=nested(play.put("child.yaml", child)), F=layers(attribute("C", "Outputs.O")))
    assert made(play, parent) == status


def test_what_another_stack_exports_or_outputs_is_not_held_against_who_takes_it() -> None:
    play = Play()
    other = play.deploy(template(outputs={"O": export(ref("V"), "vpc")}, V=vpc()), stack="other")
    assert made(play, template(F=layers(imported("vpc")))) == "CREATE_COMPLETE"
    play("DeleteStack", StackName="demo")
    play.settle()
    given = [{"ParameterKey": "P", "ParameterValue": other["Outputs"][0]["OutputValue"]}]
    document = {"Parameters": {"P": NEVER}} | template(F=layers(ref("P")))
    assert made(play, document, Parameters=given) == "CREATE_COMPLETE"


def test_a_made_up_value_of_what_is_gone_is_a_text_like_any_other() -> None:
    play = Play()
    other = play.deploy(template(outputs={"O": ref("V")}, V=vpc()), stack="other")
    play("DeleteStack", StackName="other")
    play.settle()
    assert made(play, template(F=layers(other["Outputs"][0]["OutputValue"]))) == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("awaited", [ref("Q"), attribute("Q", "Arn")])
def test_what_is_wrong_at_once_is_refused_beside_what_is_not_there_yet(awaited: Any) -> None:
    """CreateStack and UpdateStack judge before any resource has had its turn."""
    play, wrong = Play(), layers(awaited) | {"Properties": {**layers(awaited)["Properties"], "Code": "./source"}}
    assert made(play, template(Q=resource("SQS::Queue"), F=wrong)) == "ROLLBACK_COMPLETE"
    assert not any("internal error" in reason for *_, reason in play.reasons())
    later = Play()
    later.deploy(template(T=resource("SNS::Topic")))
    body = json.dumps(template(T=resource("SNS::Topic"), Q=resource("SQS::Queue"), F=wrong))
    later("UpdateStack", StackName="demo", TemplateBody=body)
    later.settle()
    assert later.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert not any("internal error" in reason for *_, reason in later.reasons())


class Looked(dict[str, Any]):
    """Properties that count how often somebody looks through all of them."""

    times = 0

    def values(self) -> Any:
        self.times += 1
        return super().values()


def test_however_many_keys_are_too_many_the_properties_are_looked_through_once() -> None:
    properties = Looked({f"K{number}": number for number in range(9)})
    is_excused = excused(Play().cloud.world, properties)
    assert not any(is_excused(Finding((), "unknown", f"extraneous key [{name}]")) for name in properties)
    assert properties.times == 1
