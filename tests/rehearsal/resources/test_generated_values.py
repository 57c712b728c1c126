"""Values made from a registry schema alone."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from rehearsal.resources.generated_values import empty, generated, name_from
from rehearsal.resources.identifier_words import Where, Words

WHERE = Where("123456789012", "eu-west-1", "aws", "shop", "arn", "2030-01-02T03:04:05Z")
SOURCE = random.Random(5)
WORDS = Words("Thing", {}, WHERE, lambda n, letters: "".join(SOURCE.choice(letters) for _ in range(n)), {"name": "it"})


def value(attribute: str, form: dict[str, Any]) -> Any:
    return generated("AWS::Shop::Order", attribute, (form,), WORDS)


@pytest.mark.parametrize(
    ("attribute", "form", "shape"),
    [
        ("OrderArn", {"type": "string"}, r"arn:aws:shop:eu-west-1:123456789012:order/it"),
        ("Id", {"type": "string", "pattern": "^ord-[0-9a-f]{17}$"}, r"ord-[0-9a-f]{17}"),
        ("Id", {"type": "string", "pattern": "^ord-[0-9a-f]{8}$"}, r"ord-[0-9a-f]{8}"),
        ("Id", {"type": "string", "pattern": "^[0-9]{12}$"}, r"[0-9]{12}"),
        ("Id", {"type": "string", "pattern": "^no candidate has this: \\d$"}, r".+"),
        ("Id", {"type": "string", "pattern": "(?<name>broken"}, r".+"),
        ("Id", {"type": "string", "maxLength": 5}, r".{5}"),
        ("CreatedAt", {"type": "string"}, r"2030-01-02T03:04:05Z"),
        ("When", {"type": "string", "format": "date-time"}, r"2030-01-02T03:04:05Z"),
        ("Queue.Url", {"type": "string"}, r"https://[a-z0-9]{10}\.shop\.eu-west-1\.amazonaws\.com"),
        ("Endpoint.Address", {"type": "string"}, r"[a-z0-9]{10}\.shop\.eu-west-1\.amazonaws\.com"),
        ("Endpoint.Port", {"type": "string"}, r"1"),
        ("OrderStatus", {"type": "string"}, r"ACTIVE"),
        ("StatusReason", {"type": "string"}, r""),
        ("OrderName", {"type": "string"}, r"it"),
        ("VpcId", {"type": "string"}, r"vpc-[0-9a-f]{17}"),
        ("Anything", {}, r"[0-9a-f-]{36}"),
    ],
)
def test_text_follows_the_pattern_and_the_habits_of_names(attribute: str, form: dict[str, Any], shape: str) -> None:
    text = value(attribute, form)
    assert re.fullmatch(shape, text), text


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"type": "string", "enum": ["CREATING", "Available", "FAILED"]}, "Available"),
        ({"type": "string", "enum": ["A", "B"]}, "A"),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "number"}, 0),
        ({"type": "boolean"}, False),
        ({"type": "array"}, []),
        ({"type": "object"}, {}),
        ({"type": "integer", "default": 7}, 7),
    ],
)
def test_other_values_are_a_settled_state_the_default_or_nothing(form: dict[str, Any], expected: object) -> None:
    assert value("X", form) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"type": "string", "default": "x"}, "x"),
        ({"type": "string"}, ""),
        ({}, ""),
        ({"type": "integer"}, 0),
        ({"type": "boolean"}, False),
        ({"type": "array"}, []),
    ],
)
def test_a_writable_property_that_is_not_given_reads_as_its_default_or_empty(form: Any, expected: object) -> None:
    assert empty((form,)) == expected


def test_a_generated_name_keeps_to_length_and_letters() -> None:
    assert re.fullmatch(r"shop-Thing-[A-Za-z0-9]{12}", name_from((), WORDS))
    assert re.fullmatch(r"shop-thing-[a-z0-9]{12}", name_from(({"pattern": "^[a-z0-9-]+$"},), WORDS))
    assert len(name_from(({"maxLength": 20},), WORDS)) <= 20
    assert name_from(({"pattern": "^never$"},), WORDS) == "never"
    assert name_from(({"pattern": "^(?!shop)x(?=y)z$"},), WORDS).startswith("shop-Thing-")


def test_lists_in_a_shape_are_not_shared_between_resources() -> None:
    value("X", {"type": "array"}).append("mine")
    assert value("X", {"type": "array"}) == []
