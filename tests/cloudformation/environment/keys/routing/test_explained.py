"""An answer as lines for people; what whole listeners come to stands in test_answers.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudformation.environment.keys.routing.answers import (
    NOWHERE,
    UNDECIDED,
    Answer,
    AskedCondition,
    AskedRule,
    Step,
)
from cloudformation.environment.keys.routing.explained import explained, in_a_line, misled
from cloudformation.environment.keys.routing.listeners import FIXED, FORWARD, REDIRECT

URL = "https://shop.example.com/x"


def condition(met: bool | None, name: str = "path-pattern /a") -> AskedCondition:
    return AskedCondition(name, met, "it has /x")


def asked(priority: int | None, *conditions: AskedCondition, met: bool | None = False) -> AskedRule:
    return AskedRule(priority, f"rule-{priority}", met, "api", conditions)


STEP = Step(URL, "HTTPS 443", FORWARD, "api", ("api",), asked(10, condition(True), met=True))


def lines(step: Step, method: str = "GET") -> list[str]:
    return list(explained(Answer(URL, method, (step,), None, "", 0)))


@pytest.mark.parametrize(
    ("does", "verb"),
    [(FORWARD, "forwards to"), (REDIRECT, "redirects:"), (FIXED, "answers by itself:"), (NOWHERE, "redirects:")],
)
def test_a_step_says_which_rule_does_what(does: str, verb: str) -> None:
    assert lines(replace(STEP, does=does)) == [URL, f"  HTTPS 443: rule 10 (path-pattern /a) {verb} api"]


def test_a_step_without_a_listener_says_why_and_one_that_is_open_that_it_is() -> None:
    assert lines(replace(STEP, listener=None, rule=None, does=NOWHERE, leads_to="no HTTPS listener")) == [
        URL,
        "  no HTTPS listener",
    ]
    assert lines(replace(STEP, rule=None, does=UNDECIDED)) == [
        URL,
        "  HTTPS 443: who receives it is unknown: api",
    ]


def test_the_method_stands_before_the_first_url_alone_unless_it_is_a_get() -> None:
    answer = Answer(URL, "POST", (STEP, STEP), None, "", 0)
    assert [line for line in explained(answer) if not line.startswith(" ")] == [f"POST {URL}", URL]
    assert lines(STEP)[0] == URL


def test_a_rule_that_is_asked_before_says_what_is_not_met_or_not_known() -> None:
    before = (
        asked(1, condition(False), condition(True, "host-header shop.example.com")),
        asked(2, condition(None, "source-ip 192.0.2.0/24"), condition(True), met=None),
        asked(3, condition(True)),
    )
    assert lines(replace(STEP, before=before, notes=("after authenticate-oidc",)))[2:] == [
        "  note: after authenticate-oidc",
        "  asked before: rule 1 -> api: not path-pattern /a: it has /x",
        "  not known: rule 2 (source-ip 192.0.2.0/24; path-pattern /a) -> api: source-ip 192.0.2.0/24: it has /x",
    ]


@pytest.mark.parametrize(("near", "far", "named"), [(0, 8, 8), (0, 9, 8), (3, 9, 8), (9, 2, 9), (8, 1, 8)])
def test_all_rules_that_come_near_are_named_and_of_the_others_as_many_as_there_is_room_for(
    near: int, far: int, named: int
) -> None:
    before = tuple(asked(number, condition(False)) for number in range(1, far + 1))
    before += tuple(asked(number, condition(False), condition(True)) for number in range(101, 101 + near))
    told = lines(replace(STEP, before=before))[2:]
    rules = [line for line in told if "asked before: rule" in line]
    assert (len(rules), sum("rule 1" in line and " rule 1 " not in line for line in rules) >= near) == (named, True)
    rest = far + near - named
    assert told[named:] == (
        [f"  {rest} further rules are asked before, and the request meets no condition of theirs"] if rest else []
    )


def test_an_answer_in_a_line_and_what_is_not_as_expected_with_its_place() -> None:
    answer = Answer(URL, "GET", (STEP,), "mail", "params/dev.yaml", 7)
    assert in_a_line(answer) == f"api  {URL}"
    assert misled(answer).startswith(f"params/dev.yaml:7: {URL} is answered by api, not by mail")
    assert misled(replace(answer, file="")).startswith(f"{URL} is answered by api")
