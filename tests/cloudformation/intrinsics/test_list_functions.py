"""The functions between texts and lists."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.intrinsics.list_functions import MAXIMUM_TEXT, cidr, join, select, split
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import Unknown, awaited, fed

LATER = awaited((), "New")
FED = fed("{{IntrinsicFunction:root/Net.Outputs.Ids/Fn::GetAtt}}")


def test_join_writes_scalars_as_cloudformation_does() -> None:
    assert join("-", ["a", 1, True]) == "a-1-true"
    assert join("", ["a", "b"]) == "ab"
    assert join("-", []) == ""


def test_a_text_that_no_template_could_hold_is_not_made() -> None:
    longest = "x" * (MAXIMUM_TEXT // 2 - 1)
    assert len(join("-", [longest, longest])) < MAXIMUM_TEXT
    with pytest.raises(CloudFormationError) as caught:
        join(longest, ["", 1, ""])
    text = f"Fn::Join is not simulated: its text would have {3 * len(longest) + 1} characters"
    assert caught.value.message == text


@pytest.mark.parametrize("items", [LATER, ["a", LATER], ["a", {"b": LATER}]])
def test_join_of_what_is_not_known_is_not_known(items: Any) -> None:
    assert isinstance(join("-", items), Unknown)


def test_select_takes_an_index_in_either_spelling() -> None:
    assert select("1", ["a", "b"]) == select(1, ["a", "b"]) == "b"
    assert select(0, FED) is FED
    assert isinstance(select(3, LATER), Unknown)
    assert isinstance(select(LATER, ["a"]), Unknown)


@pytest.mark.parametrize(("index", "items"), [(1, ["a"]), (1, FED), (0, [])])
def test_select_refuses_what_does_not_exist(index: Any, items: Any) -> None:
    with pytest.raises(CloudFormationError) as caught:
        select(index, items)
    assert caught.value.message == f"Template error: Fn::Select cannot select nonexistent value at index {index}"


def test_split_gives_every_piece() -> None:
    assert split(",", "a,,b") == ["a", "", "b"]
    assert split("", "a,b") == ["a,b"]
    assert split(".", 1.5) == ["1", "5"]
    assert split(",", FED) is FED


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (["10.0.0.0/16", 2, 12], ["10.0.0.0/20", "10.0.16.0/20"]),
        (["10.0.0.0/22", 2], ["10.0.0.0/24", "10.0.1.0/24"]),
        (["10.0.0.0/16", "256", "8"], None),
        (["2001:db8::/48", 2, 64], ["2001:db8::/64", "2001:db8:0:1::/64"]),
    ],
)
def test_cidr_cuts_blocks_of_a_size_in_bits(parts: list[Any], wanted: list[str] | None) -> None:
    found = cidr(parts)
    assert found == wanted if wanted else len(found) == 256


@pytest.mark.parametrize(
    "parts",
    [
        ["10.0.0.0/16", 257, 4],
        ["10.0.0.0/16", 1, 8, 8],
        ["10.0.0.0/16"],
        ["10.0.0.0/24", 3, 7],
        ["10.0.0.0/16", 0, 8],
        ["10.0.0.0/33", 1, 8],
        ["x"],
        "x",
        5,
        [],
    ],
)
def test_cidr_refuses_what_does_not_fit(parts: Any) -> None:
    with pytest.raises(CloudFormationError) as caught:
        cidr(parts)
    assert caught.value.message.startswith("Template error: Fn::Cidr cannot be resolved for")


def test_cidr_of_what_is_not_known_is_not_known() -> None:
    assert isinstance(cidr([LATER, 1, 8]), Unknown)
