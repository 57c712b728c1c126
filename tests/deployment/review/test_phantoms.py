"""What is not known yet: how whole change sets are followed stands in test_review.py."""

from __future__ import annotations

import pytest

from deployment.review.phantoms import is_known
from tests.deployment.shapes import placeholder


@pytest.mark.parametrize(
    "value", [None, "{{changeSet:KNOWN_AFTER_APPLY}}", "a,{{changeSet:KNOWN_AFTER_APPLY}}", placeholder("Net", "Id")]
)
def test_what_is_left_out_or_stands_for_something_is_not_known_yet(value: str | None) -> None:
    assert not is_known(value)


@pytest.mark.parametrize("value", ["", "vpc-1", "{{resolve:secretsmanager:x}}"])
def test_a_value_is_known(value: str) -> None:
    assert is_known(value)
