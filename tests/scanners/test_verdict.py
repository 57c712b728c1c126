"""A finding without a skip, a skip without a finding, and a tool that sees nothing: each is a problem."""

from __future__ import annotations

import pytest

from tests.scanners.finding import Finding, Scanner
from tests.scanners.page import shown_where
from tests.scanners.resolved import ResolvedLayer
from tests.scanners.skips import EVERY, SKIPS, Skip
from tests.scanners.verdict import Verdict, judged
from tests.scanners.where import Where, where, where_below, where_not

VALUES = {"dev": {"Tier": "public", "Days": "7"}, "prod": {"Tier": "private", "Days": "365"}}
TEMPLATES = [
    ResolvedLayer(name, "eu-west-1", layer, {}, values)
    for name, values in VALUES.items()
    for layer in ("root", "ecs", "network")
]
TOOL = Scanner("tool", lambda work: [], "P1")
OTHER = Scanner("other", lambda work: [], "Q1")
SEEN = Finding("tool", "planted", "bucket/Open", "P1", "open")
OTHER_SEEN = Finding("other", "planted", "bucket/Open", "Q1", "open")


def found(environment: str = "dev", place: str = "ecs/Service", rule: str = "R1", tool: str = "tool") -> Finding:
    return Finding(tool, environment, place, rule, "what it wants")


def skip(place: str = "ecs/Service", environments: tuple[str, ...] | tuple[Where, ...] = ("dev",), *rules: str) -> Skip:
    return Skip(place, environments, rules or ("tool R1",), "because")


def service(kind: str = "web", name: str = "api", environment: str = "dev", **values: str) -> ResolvedLayer:
    return ResolvedLayer(environment, "eu-west-1", f"service-{kind}-{name}", {}, values)


def verdict(findings: list[Finding], *skips: Skip) -> Verdict:
    return judged([TOOL], [SEEN, *findings], skips, TEMPLATES)


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


def test_a_skip_may_hold_where_parameters_have_a_value_whatever_the_environment_is_called() -> None:
    public = skip("ecs/Service", (where("Tier", "public"),))
    assert verdict([found()], public) == Verdict((), 1)
    assert verdict([found(), found("prod")], public) == Verdict((str(found("prod")),), 1)
    assert verdict([], public).problems == ("nothing in dev needs the skip of tool R1 at ecs/Service: remove it",)
    assert verdict([], skip("ecs/Service", (where("Tier", "nowhere"),))) == Verdict((), 0)


def test_all_that_a_skip_asks_of_the_values_must_hold() -> None:
    both = skip("ecs/Service", (where_not("Tier", "private"), where_below("Days", 8)))
    assert verdict([found()], both) == Verdict((), 1)
    assert verdict([found("prod")], both).problems[0] == str(found("prod"))


def test_a_skip_for_a_layer_that_no_environment_has_any_more_is_a_problem() -> None:
    gone = verdict([], skip("cache/Cluster", EVERY)).problems
    assert [problem.split(" needs ")[0] for problem in gone] == ["nothing in dev", "nothing in prod"]
    # What decides whether it is there stands among root's values.
    assert verdict([], skip("cache/Cluster", (where("Tier", "none"),))).problems == ()


def test_a_skip_of_services_holds_for_those_of_a_kind_and_need_not_have_any() -> None:
    task = skip("service-web-*/Task", EVERY)
    assert verdict([], task) == Verdict((), 0)
    web, worker = found(place="service-web-api/Task"), found(place="service-worker-mail/Task")
    services = [service(), service("worker", "mail")]
    assert judged([TOOL], [SEEN, web], [task], [*TEMPLATES, *services]) == Verdict((), 1)
    assert judged([TOOL], [SEEN, web, worker], [task], [*TEMPLATES, *services]) == Verdict((str(worker),), 1)
    [problem] = judged([TOOL], [SEEN, web], [task], [*TEMPLATES, *services, service(name="b")]).problems
    assert problem == "nothing in dev service-web-b needs the skip of tool R1 at service-web-*/Task: remove it"


def test_a_skip_of_services_asks_the_values_of_each() -> None:
    short = skip("service-*/Log", (where_below("Days", 365),))
    found_in = found(place="service-web-api/Log")
    services = [service(Days="30"), service(name="kept", Days="365")]
    assert judged([TOOL], [SEEN, found_in], [short], [*TEMPLATES, *services]) == Verdict((), 1)
    other = found(place="service-web-kept/Log")
    assert judged([TOOL], [SEEN, found_in, other], [short], [*TEMPLATES, *services]).problems == (str(other),)


def test_skips_of_tools_that_did_not_run_are_not_judged() -> None:
    assert verdict([], skip("ecs/Service", ("dev",), "absent R1")).problems == ()


def test_a_tool_that_does_not_find_what_is_planted_is_not_believed() -> None:
    [problem] = judged([TOOL, OTHER], [SEEN], (), TEMPLATES).problems
    assert problem == "other does not find the planted fault (Q1): it is not believed"
    assert judged([TOOL, OTHER], [SEEN, OTHER_SEEN], (), TEMPLATES).problems == ()


def test_another_tool_s_finding_of_the_same_rule_does_not_speak_for_it() -> None:
    same = Finding("other", "planted", "bucket/Open", "P1", "open")
    assert len(judged([TOOL], [same], (), TEMPLATES).problems) == 1


def test_every_skip_has_a_reason_and_no_two_cover_the_same() -> None:
    assert all(len(row.reason) > 20 and "|" not in row.reason for row in SKIPS)
    said = [one if isinstance(one, str) else one.said for row in SKIPS for one in row.environments]
    assert all(said)
    named = [(row.place, shown_where(row), rule) for row in SKIPS for rule in row.rules]
    assert len(named) == len(set(named))
