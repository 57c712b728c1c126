"""What the caller must acknowledge about a template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import Template, parse_template
from rehearsal.language.capabilities import check_capabilities, check_expansion, required_capabilities


def template(kind: str = "AWS::IAM::Role", properties: Any = None, **sections: Any) -> Template:
    entry = {"Type": kind, "Properties": properties or {}}
    return parse_template(json.dumps({"Resources": {"A": entry}} | sections))


def capabilities(kind: str, **properties: Any) -> list[str]:
    return required_capabilities(template(kind, properties))


def test_iam_resources_need_to_be_acknowledged_and_named_ones_more_so() -> None:
    assert capabilities("AWS::SNS::Topic", TopicName="t") == []
    assert capabilities("AWS::IAM::Role") == ["CAPABILITY_IAM"]
    assert capabilities("AWS::IAM::Role", RoleName="r") == ["CAPABILITY_NAMED_IAM"]
    assert capabilities("AWS::IAM::InstanceProfile", InstanceProfileName={"Ref": "AWS::StackName"}) == [
        "CAPABILITY_NAMED_IAM"
    ]


def test_a_named_acknowledgement_covers_the_unnamed() -> None:
    plain = template()
    check_capabilities(plain, ["CAPABILITY_IAM"])
    check_capabilities(plain, ["CAPABILITY_NAMED_IAM"])
    check_capabilities(template("AWS::SNS::Topic"), [])


@pytest.mark.parametrize(
    ("properties", "given", "missing"),
    [
        ({}, [], "CAPABILITY_IAM"),
        ({}, ["CAPABILITY_AUTO_EXPAND"], "CAPABILITY_IAM"),
        ({"RoleName": "r"}, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
    ],
)
def test_what_is_not_acknowledged_is_refused(properties: Any, given: list[str], missing: str) -> None:
    with pytest.raises(CloudFormationError) as caught:
        check_capabilities(template(properties=properties), given)
    assert caught.value.code == "InsufficientCapabilitiesException"
    assert caught.value.message == f"Requires capabilities : [{missing}]"


@pytest.mark.parametrize("sections", [{"Transform": "AWS::Include"}, {"Metadata": {"Fn::Transform": "AWS::Include"}}])
def test_transforms_need_to_be_acknowledged_wherever_they_stand(sections: dict[str, Any]) -> None:
    with pytest.raises(CloudFormationError) as caught:
        check_expansion(template(**sections), ["CAPABILITY_NAMED_IAM"])
    assert caught.value.message == "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"
    check_expansion(template(**sections), ["CAPABILITY_AUTO_EXPAND"])
    check_expansion(template(), [])
