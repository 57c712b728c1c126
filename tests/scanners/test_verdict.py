"""A finding without a skip, a skip without a finding, and a tool that sees nothing: each is a problem."""

from __future__ import annotations

import pytest

from tests.scanners.finding import Finding, Scanner
from tests.scanners.skips import EVERY, SKIPS, Skip
from tests.scanners.verdict import Verdict, judged

ENVIRONMENTS = ("dev", "prod")
TOOL = Scanner("tool", lambda work: [], "P1")
OTHER = Scanner("other", lambda work: [], "Q1")
SEEN = Finding("tool", "planted", "bucket/Open", "P1", "open")
OTHER_SEEN = Finding("other", "planted", "bucket/Open", "Q1", "open")


def found(environment: str = "dev", place: str = "ecs/Service", rule: str = "R1", tool: str = "tool") -> Finding:
    return Finding(tool, environment, place, rule, "what it wants")


def skip(place: str = "ecs/Service", environments: tuple[str, ...] = ("dev",), *rules: str) -> Skip:
    return Skip(place, environments, rules or ("tool R1",), "because")


def verdict(findings: list[Finding], *skips: Skip) -> Verdict:
    return judged([TOOL], [SEEN, *findings], skips, ENVIRONMENTS)


def test_what_is_skipped_is_counted_and_no_problem() -> None:
    assert verdict([found()], skip()) == Verdict((), 1)


def test_a_finding_without_a_skip_is_told_with_all_that_it_says() -> None:
    assert verdict([found()]) == Verdict(("tool dev ecs/Service R1: what it wants",), 0)


@pytest.mark.parametrize(
    "other",
    [found("prod"), found(place="ecs/Cluster"), found(rule="R2"), found(tool="other")],
    ids=["environment", "place", "rule", "tool"],
)
def test_a_skip_is_for_its_environment_place_rule_and_tool_alone(other: Finding) -> None:
    assert verdict([found(), other], skip()) == Verdict((str(other),), 1)


def test_a_skip_that_nothing_needs_is_a_problem() -> None:
    [problem] = verdict([], skip()).problems
    assert problem == "nothing in dev needs the skip of tool R1 at ecs/Service: remove it"


def test_a_skip_is_needed_by_every_rule_in_every_environment_that_it_names() -> None:
    both = skip("ecs/Service", ("dev", "prod"), "tool R1", "tool R2")
    problems = verdict([found(), found("prod"), found(rule="R2")], both).problems
    assert problems == ("nothing in prod needs the skip of tool R2 at ecs/Service: remove it",)


def test_a_skip_for_every_environment_is_needed_in_each() -> None:
    [problem] = verdict([found()], skip("ecs/Service", EVERY)).problems
    assert "in prod" in problem


def test_a_skip_for_an_environment_that_is_no_more_is_a_problem() -> None:
    [problem] = verdict([found()], skip("ecs/Service", ("dev", "stg"))).problems
    assert "in stg" in problem


def test_a_place_may_be_a_pattern() -> None:
    subnets = [found(place="network/PublicSubnet1"), found(place="network/PrivateSubnet2")]
    assert verdict(subnets, skip("network/*Subnet?")) == Verdict((), 2)


def test_skips_of_tools_that_did_not_run_are_not_judged() -> None:
    assert verdict([], skip("ecs/Service", ("dev",), "absent R1")).problems == ()


def test_a_tool_that_does_not_find_what_is_planted_is_not_believed() -> None:
    [problem] = judged([TOOL, OTHER], [SEEN], (), ENVIRONMENTS).problems
    assert problem == "other does not find the planted fault (Q1): it is not believed"
    assert judged([TOOL, OTHER], [SEEN, OTHER_SEEN], (), ENVIRONMENTS).problems == ()


def test_another_tool_s_finding_of_the_same_rule_does_not_speak_for_it() -> None:
    same = Finding("other", "planted", "bucket/Open", "P1", "open")
    assert len(judged([TOOL], [same], (), ENVIRONMENTS).problems) == 1


def test_every_skip_has_a_reason_and_no_two_cover_the_same() -> None:
    assert all(len(row.reason) > 20 and "|" not in row.reason for row in SKIPS)
    named = [(row.place, environment, rule) for row in SKIPS for environment in row.environments for rule in row.rules]
    assert len(named) == len(set(named))
