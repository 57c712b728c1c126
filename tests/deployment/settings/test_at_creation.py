"""What a creation leaves out of the values that are asked for."""

from __future__ import annotations

from cloudformation.template.tree import PlainTree
from deployment.settings.at_creation import (
    NEXT_RUN,
    OUTSTANDING,
    SAME_RUN,
    Postponed,
    outstanding,
    postponed,
    sentence,
)

_ROOT = PlainTree({"Metadata": {"Deployment": {"AtCreation": {"Protected": "false", "Logs": "none"}}}})
_PROTECTED = Postponed("Protected", "false", "true")


def test_only_what_is_asked_for_otherwise_is_left_out() -> None:
    assert postponed(_ROOT, {"Protected": "true", "Logs": "none", "Size": "1"}) == (_PROTECTED,)
    assert postponed(PlainTree({}), {"Protected": "true"}) == ()


def test_what_the_stack_has_as_it_was_created_is_outstanding() -> None:
    wanted = {"Protected": "true", "Logs": "create"}
    assert outstanding(_ROOT, wanted, {"Protected": "false", "Logs": "existing"}) == (_PROTECTED,)
    assert outstanding(_ROOT, wanted, {}) == ()


def test_a_review_says_which_run_does_it() -> None:
    settings = [_PROTECTED.setting(applied) for applied in (SAME_RUN, NEXT_RUN, OUTSTANDING)]
    assert [(setting.name, setting.deferred) for setting in settings] == [
        ("parameter:Protected", False),
        ("parameter:Protected", True),
        ("parameter:Protected", False),
    ]
    assert sentence([_PROTECTED]) == "not done yet, because a creation omits it: Protected: false -> true"
