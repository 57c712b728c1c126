"""What happens and how it ended, as text."""

import pytest

from deployment.errors import NothingSent
from deployment.report import escaping, text
from deployment.run.outcome import (
    Absent,
    Declined,
    Deleted,
    Difference,
    LayerStatus,
    Outcome,
    Planned,
    Shown,
    Unchanged,
)
from deployment.settings.setting_change import SettingChange
from deployment.stack.events import layer_durations, span_seconds
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.facts import an_event, an_update, deployed, rehearsed, stack
from tests.deployment.shapes import START


def test_an_event_is_one_aligned_line() -> None:
    line = text.event_line(an_event(reason="Resource creation Initiated"), START, None)
    assert line == " 1m 05s  CREATE_COMPLETE     App/Group  Resource creation Initiated"


def test_the_root_is_named_by_the_stack() -> None:
    assert text.event_line(an_event(path=ROOT, of_stack=True), START, None).endswith("CREATE_COMPLETE     shop-dev")


def test_a_long_reason_is_wrapped_under_its_line_and_keeps_its_words() -> None:
    reason = "Resource handler returned message: a very long story about quotas and limits that goes on and on"
    wrapped = text.event_line(an_event(reason=reason), START, 80)
    assert all(len(line) <= 80 for line in wrapped.splitlines())
    assert all(line.startswith(" " * 9) for line in wrapped.splitlines()[1:])
    assert " ".join(wrapped.split()).endswith(reason)


def test_a_reason_of_several_lines_is_told_on_one() -> None:
    line = text.event_line(an_event(reason="validation failed:\n#/Size: too small"), START, None)
    assert line.endswith("validation failed: #/Size: too small")


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert escaping.clean("a\x1b[2Jb\n") == "a\\x1b[2Jb\\x0a"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0s"), (59.4, "59s"), (60, "1m 00s"), (3599, "59m 59s"), (3720, "1h 02m")]
)
def test_durations_read_as_people_say_them(seconds: float, shown: str) -> None:
    assert text.duration(seconds) == shown


def test_what_a_parent_says_too_is_left_out() -> None:
    assert text.repeats(an_event(of_stack=True), briefly=False)
    assert not text.repeats(an_event(of_stack=True, reason="The following failed"), briefly=False)
    assert not text.repeats(an_event(path=ROOT, of_stack=True), briefly=False)
    initiated = an_event(reason="Resource creation Initiated")
    assert text.repeats(initiated, briefly=True)
    assert not text.repeats(initiated, briefly=False)


def test_an_error_is_what_happened_what_was_found_and_what_to_do() -> None:
    error = NothingSent("it is wrong", findings=["here", "there"], remedy="fix it")
    assert [*text.error_lines(error)] == ["error: it is wrong", "  here", "  there", "next: fix it"]
    assert [*text.error_lines(NothingSent("it is wrong"))] == ["error: it is wrong"]


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        (Unchanged(stack()), ["shop-dev is up to date (CREATE_COMPLETE); nothing to do"]),
        (Planned("shop-dev", None), ["shop-dev: no changes"]),
        (Planned("shop-dev", an_update()), ["planned only; the change set is deleted"]),
        (Declined("shop-dev", "?"), ["declined; nothing was changed on shop-dev"]),
        (Deleted("shop-dev", "arn", 61.0), ["shop-dev is deleted after 1m 01s"]),
        (Absent("shop-dev"), ["stack shop-dev does not exist"]),
        (deployed(), ["shop-dev is CREATE_COMPLETE after 2m 05s", "  App 1m 01s, Network 4s"]),
    ],
)
def test_each_outcome_is_told_in_a_line_or_two(outcome: Outcome, lines: list[str]) -> None:
    assert [*text.summary(outcome)] == lines


def test_an_orphan_of_a_successful_update_is_told() -> None:
    ended = deployed()
    noted = stack("UPDATE_COMPLETE", StackStatusReason="One or more resources could not be deleted.")
    lines = [*text.summary(type(ended)(noted, ended.review, 1.0, ()))]
    assert lines == [
        "shop-dev is UPDATE_COMPLETE after 1s",
        "  note: One or more resources could not be deleted.",
    ]


def test_status_tells_layers_and_differences() -> None:
    shown = Shown(
        stack("UPDATE_ROLLBACK_COMPLETE", StackStatusReason="why"),
        (LayerStatus(ResourcePath(("App",)), "UPDATE_COMPLETE", "said"),),
        (Difference("A", "1", None), Difference("tag b", None, "")),
        True,
    )
    assert [*text.summary(shown)] == [
        "shop-dev is UPDATE_ROLLBACK_COMPLETE, last operation 2026-01-02 03:04:05+00:00",
        "  why",
        "  termination protection: off",
        "  UPDATE_COMPLETE     App  said",
        "  the next deployment would send:",
        "    other templates",
        "    A: '1' -> (none)",
        "    tag b: (none) -> ''",
    ]
    same = Shown(stack(), (), (), False)
    assert [*text.summary(same)][-1] == "  the files are the same; a deployment has nothing to do"


def test_status_does_not_claim_that_nothing_is_to_do_where_only_a_change_set_tells() -> None:
    shown = Shown(stack(), (), (), False, ("App/Image is read from Systems Manager",))
    assert [*text.summary(shown)][-2:] == [
        "  the files are the same; only a change set (plan) shows whether a deployment has nothing to do:",
        "    App/Image is read from Systems Manager",
    ]


def test_status_lists_what_only_a_change_set_tells_beside_settings_that_differ() -> None:
    switched = SettingChange("termination-protection", "on", "off", "after it")
    shown = Shown(stack(), (), (), False, ("App/Image is read from Systems Manager",), (switched,))
    assert [*text.summary(shown)][-3:] == [
        "  the files are the same; only a change set (plan) shows whether a deployment changes a resource:",
        "    App/Image is read from Systems Manager",
        "  the next deployment would change termination-protection: on -> off  (after it)",
    ]


def test_status_counts_the_change_sets_that_were_left_and_warns_of_many() -> None:
    app = ResourcePath(("App",))
    shown = Shown(stack(), (LayerStatus(app, "UPDATE_COMPLETE", "said", 12),), (), False)
    assert "  UPDATE_COMPLETE     App  said; 12 change sets left on it" in [*text.summary(shown)]
    shown = Shown(stack(), (LayerStatus(app, "UPDATE_COMPLETE", None, 900),), (), False)
    [warned] = [line for line in text.summary(shown) if line.startswith("  warning: ")]
    assert "App has 900 change sets that cannot be deleted; at about 1,000 CloudFormation accepts no more" in warned


def test_outputs_are_what_the_next_command_reads() -> None:
    assert [*text.result(Unchanged(stack()))] == ["Id=vpc-1", "Url=https://x"]
    assert [*text.result(Absent("shop-dev"))] == []


def test_outputs_of_a_rehearsal_whose_form_is_made_up_are_named() -> None:
    assert [*text.summary(Unchanged(rehearsed()))][1:] == [
        "  the form of these outputs is made up, and may differ on AWS: Id (Network/Vpc, Network/Lookup.Name)"
    ]
    assert [*text.result(Unchanged(rehearsed()))] == ["Id=vpc-1", "Url=https://x"]


def test_layers_are_timed_by_what_their_parent_says() -> None:
    from datetime import timedelta

    from tests.deployment.shapes import STACK_TYPE

    first = an_event(path=ResourcePath(("App",)))
    begun = type(first)(**{**vars(first), "type": STACK_TYPE})
    done = type(first)(**{**vars(begun), "id": "2", "at": begun.at + timedelta(seconds=9)})
    [duration] = layer_durations([begun, an_event(), done])
    assert (duration.path, duration.seconds) == (("App",), 9.0)
    assert span_seconds([]) == 0.0
