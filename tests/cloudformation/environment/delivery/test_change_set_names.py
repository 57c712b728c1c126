"""The names of change sets show whose they are."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from cloudformation.environment.delivery.change_set_names import (
    OURS,
    REVERT,
    SAVED,
    change_set_name,
    change_set_patterns,
)

UUID = "12345678-1234-1234-1234-123456789012"


@pytest.mark.parametrize("stack", ["shop", "x" * 24, "x" * 25, "y" * 128])
def test_a_name_is_its_stack_s_and_leaves_room_for_a_nested_set(stack: str) -> None:
    for prefix in (OURS, SAVED, REVERT):
        name = change_set_name(prefix, stack, UUID)
        assert name.startswith(prefix)
        assert len(f"{name}-{'L' * 40}-123456789012") <= 128
        assert name == change_set_name(prefix, f"arn:aws:cloudformation:eu-west-1:1:stack/{stack}/id", UUID)
        assert [fnmatchcase(name, pattern) for pattern in change_set_patterns(stack)].count(True) == 1


def test_stacks_that_begin_alike_have_sets_of_other_names() -> None:
    names = {change_set_name(OURS, f"{'z' * 30}-{end}", UUID) for end in ("dev", "prod")}
    assert len(names) == 2
    for end in ("dev", "prod"):
        assert sum(fnmatchcase(name, change_set_patterns(f"{'z' * 30}-{end}")[0]) for name in names) == 1
