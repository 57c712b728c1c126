"""What exists under some names is found when it is asked for, and not before."""

from __future__ import annotations

import pytest

from cloudformation.intrinsics.on_demand import OnDemand


def test_a_value_is_found_when_it_is_asked_for_and_no_other_with_it() -> None:
    asked: list[str] = []

    def find(name: str) -> str:
        asked.append(name)
        return name.lower()

    values = OnDemand({"A", "B"}, find)
    assert ("A" in values, sorted(values), len(values), asked) == (True, ["A", "B"], 2, [])
    assert (values["B"], asked) == ("b", ["B"])


def test_a_name_that_is_none_is_not_asked_about() -> None:
    values = OnDemand(["A"], lambda name: pytest.fail(f"{name} was asked for"))
    assert values.get("B") is None
    with pytest.raises(KeyError):
        values["B"]
