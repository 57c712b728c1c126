"""Conditions as far as values decide them: yes, no, or not known."""

from typing import Any

import pytest

from cloudformation.template.decided import decided
from cloudformation.template.tree import PlainTree

CONDITIONS: dict[str, Any] = {
    "Yes": {"Fn::Equals": ["a", "a"]},
    "No": {"Fn::Equals": ["a", "b"]},
    "Perhaps": {"Fn::Equals": [{"Ref": "Unknown"}, "a"]},
    "Not": {"Fn::Not": [{"Condition": "No"}]},
    "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "Not"}]},
    "DecidedAnd": {"Fn::And": [{"Condition": "Perhaps"}, {"Condition": "No"}]},
    "OpenAnd": {"Fn::And": [{"Condition": "Perhaps"}, {"Condition": "Yes"}]},
    "DecidedOr": {"Fn::Or": [{"Condition": "Perhaps"}, {"Condition": "Yes"}]},
    "OpenOr": {"Fn::Or": [{"Condition": "Perhaps"}, {"Condition": "No"}]},
    "Circle": {"Fn::Not": [{"Condition": "Circle"}]},
    "Odd": {"Fn::Contains": [["a"], "a"]},
}


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        *(("Yes", True), ("No", False), ("Perhaps", None), ("Not", True), ("Both", True), ("DecidedAnd", False)),
        *(("OpenAnd", None), ("DecidedOr", True), ("OpenOr", None), ("Circle", None), ("Odd", None), ("Absent", None)),
    ],
)
def test_a_condition_is_decided_where_what_is_known_decides_it(name: str, holds: bool | None) -> None:
    tree = PlainTree({"Conditions": CONDITIONS}, {})
    assert decided(tree, name, lambda value: value if isinstance(value, str) else None) is holds
