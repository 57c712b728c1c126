"""What statements of IAM policies allow, as far as templates say it."""

from typing import Any

import pytest

from cloudformation.unknown import ABSENT, awaited
from templates.security.policy_statements import allows, listed, on_everything

UNKNOWN = awaited((), "Later")
DECRYPTS = ["kms:Decrypt"]


@pytest.mark.parametrize(
    ("statement", "held"),
    [
        ({"Effect": "Allow", "Action": "kms:Decrypt"}, True),
        ({"Effect": "Allow", "Action": ["s3:GetObject", "KMS:de*"]}, True),
        ({"Effect": "Allow", "Action": ["s3:GetObject"]}, False),
        ({"Effect": "Deny", "Action": "*"}, False),
        ({"Effect": "Allow", "NotAction": "s3:*"}, None),
        ({"Effect": "Allow", "Action": UNKNOWN}, None),
        ({"Effect": UNKNOWN, "Action": "*"}, None),
        ({"Effect": UNKNOWN, "Action": "s3:GetObject"}, False),
        (UNKNOWN, None),
    ],
)
def test_a_statement_allows_what_its_patterns_cover(statement: Any, held: bool | None) -> None:
    assert allows(statement, DECRYPTS) is held


@pytest.mark.parametrize(
    ("resource", "held"),
    [
        ("*", True),
        (["arn:aws:s3:::a", "*"], True),
        ("arn:aws:kms:eu-west-1:123456789012:key/*", True),
        ("arn:aws:kms:eu-west-1:123456789012:key/1", False),
        (UNKNOWN, None),
        (ABSENT, None),
    ],
)
def test_a_statement_speaks_of_everything(resource: Any, held: bool | None) -> None:
    assert on_everything({"Resource": resource} if resource is not ABSENT else {}) is held


def test_one_or_several() -> None:
    assert (listed("a"), listed(["a"]), listed(ABSENT), listed(UNKNOWN)) == (["a"], ["a"], [], [UNKNOWN])
