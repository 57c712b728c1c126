"""ARNs from the patterns of registry schemas."""

from __future__ import annotations

import random

import pytest

from rehearsal.resources.made_up.arns import arn_from, arn_parts

SOURCE = random.Random(3)


def token(length: int, alphabet: str) -> str:
    return "".join(SOURCE.choices(alphabet[:1], k=length))


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        (
            r"^arn:aws[-a-z]*:geo(:[a-z]+)?:[a-z0-9-]+:\d{12}:map/[a-z]{3}$",
            None,
        ),
        (r"^arn:aws[a-z-]*:geo:[a-z0-9-]+:\d{12}:map/[a-z]{3}$", "arn:{partition}:geo:{region}:{account}:map/aaa"),
        (r"arn:(aws|aws-cn):iam::([0-9]{12}):role\/x", "arn:{partition}:iam::{account}:role/x"),
        (r"^arn:[^:]+:sso:::instance/(sso)?ins-[a-z]{2}$", "arn:{partition}:sso:::instance/ins-aa"),
        ("^arn:aws:lambda:[^:]*:[^:]*:layer:[a-z]{2}:1$", "arn:{partition}:lambda:{region}:{account}:layer:aa:1"),
        ("^arn:aws:x:[^:]*:[^:]*:a[{]b$", "arn:{partition}:x:{region}:{account}:a{{b"),
        ("^arn:.*$", None),
        ("^arn:[^:]+:[a-z]+:[^:]*:[^:]*:x$", None),
    ],
)
def test_a_pattern_tells_the_service_and_the_resource(pattern: str, shape: str | None) -> None:
    assert arn_from(pattern, token) == shape


def test_the_parts_of_an_arn_lie_between_colons_outside_of_groups_and_classes() -> None:
    parts = arn_parts("^arn:(a:b|c):es:[^:]+:[0-9]{12}:domain/.+:x$")
    assert parts == ("es", "[^:]+", "[0-9]{12}", "domain/.+:x$")
