"""What must be acknowledged."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.template.capabilities import AUTO_EXPAND, IAM, NAMED_IAM, required_capability, template_capabilities


@pytest.mark.parametrize(
    ("kind", "properties", "capability"),
    [
        ("AWS::SNS::Topic", {"RoleName": "r"}, None),
        ("AWS::IAM::Role", {}, "CAPABILITY_IAM"),
        ("AWS::IAM::Role", {"RoleName": {"Ref": "P"}}, "CAPABILITY_NAMED_IAM"),
        ("AWS::IAM::Role", {"UserName": "another type's"}, "CAPABILITY_IAM"),
        ("AWS::IAM::User", {"UserName": "u"}, "CAPABILITY_NAMED_IAM"),
        ("AWS::IAM::Policy", {"PolicyName": "p"}, "CAPABILITY_IAM"),
        ("AWS::IAM::AccessKey", {"UserName": "u"}, "CAPABILITY_IAM"),
        ("AWS::IAM::UserToGroupAddition", None, "CAPABILITY_IAM"),
    ],
)
def test_iam_is_acknowledged_and_more_so_what_is_given_a_name(
    kind: str, properties: Any, capability: str | None
) -> None:
    assert required_capability(kind, properties) == capability


def test_a_template_needs_what_its_resources_and_transforms_need() -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "named"}}
    newer = {"Type": "AWS::IAM::SomethingNew"}
    assert template_capabilities({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}) == set()
    assert template_capabilities({"Resources": {"Role": role, "New": newer}}) == {NAMED_IAM, IAM}
    assert template_capabilities({"Transform": "Macro", "Resources": {}}) == {AUTO_EXPAND}
