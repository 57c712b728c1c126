"""Each alarm has its chapter: what it means, where to look first, what to do."""

from __future__ import annotations

from templates.bundle.pages.alarms import RESPONSES, alarms
from templates.bundle.pages.stack_facts import ALARM, StackFacts, path_of
from tests.templates.bundle.pages.stacks import platform, service


def metrics(facts: StackFacts) -> set[str]:
    return {f"{alarm['Namespace']} {alarm['MetricName']}" for alarm in facts.of(ALARM)}


def test_every_alarm_that_the_system_can_have_has_a_response_and_no_response_is_of_another() -> None:
    assert metrics(platform()) | metrics(service()) == set(RESPONSES)


def test_an_alarm_says_what_it_measures_in_the_words_of_the_template() -> None:
    facts = platform()
    text = "\n".join(alarms(facts))
    for alarm in facts.of(ALARM):
        assert f"#### prod: alarm {path_of(alarm)}" in text
        assert alarm["AlarmDescription"] in text
    assert "Maximum above 0 in 2 of 3 periods of 60 seconds" in text


def test_without_a_topic_the_page_says_how_alarms_are_had() -> None:
    assert "set `AlarmTopicArn`" in "\n".join(alarms(platform("dev")))
    assert "```sh" not in "\n".join(alarms(platform("dev")))


def test_an_alarm_on_another_metric_has_its_description_and_its_history() -> None:
    facts = platform()
    known = dict(RESPONSES)
    facts.of(ALARM)[0]._resolved["MetricName"] = "Other"
    text = "\n".join(alarms(facts))
    assert known == RESPONSES
    assert "`AWS/ApplicationELB`, `Other`" in text
    assert text.count("**First.**") == len(facts.of(ALARM)) - 1
