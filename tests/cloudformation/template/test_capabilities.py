"""What must be acknowledged."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.template.capabilities import required_capability


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
