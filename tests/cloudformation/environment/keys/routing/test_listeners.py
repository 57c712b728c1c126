"""Listeners: the rule that decides, what may decide, and where a redirect leads."""

from __future__ import annotations

import pytest

from cloudformation.environment.keys.routing.conditions import Condition
from cloudformation.environment.keys.routing.http_request import request_of
from cloudformation.environment.keys.routing.listeners import (
    DEFAULT,
    Action,
    Listener,
    ListenerRule,
    decided,
    listening,
    location,
)

REQUEST = request_of("https://shop.example.com/api/x?y=1")


def rule(priority: int, *conditions: Condition) -> ListenerRule:
    return ListenerRule(f"rule-{priority}", priority, conditions, Action("forward"))


def path(*patterns: str) -> Condition:
    return Condition("path-pattern", patterns)


def test_rules_are_asked_from_the_lowest_priority_until_one_is_met() -> None:
    rules = [rule(DEFAULT), rule(30, path("/*")), rule(10, path("/b/*")), rule(20, path("/api/*"))]
    assert [(one.priority, met) for one, met in decided(rules, REQUEST)] == [(10, False), (20, True)]


def test_a_rule_of_which_it_cannot_be_told_is_asked_and_the_next_one_too() -> None:
    doubt = Condition("source-ip", ("192.0.2.0/24",))
    rules = [rule(10, path("/api/*"), doubt), rule(20, path("/b"), doubt), rule(DEFAULT)]
    assert [met for _, met in decided(rules, REQUEST)] == [None, False, True]


def test_a_listener_gets_what_comes_to_its_port_in_its_protocol() -> None:
    listeners = [Listener("h", "HTTP", 80, ()), Listener("s", "HTTPS", 443, ())]
    assert listening(listeners, REQUEST) is listeners[1]
    assert listening(listeners, request_of("http://shop.example.com/")) is listeners[0]
    assert listening(listeners, request_of("http://shop.example.com:443/")) is None
    assert listening(listeners, request_of("https://shop.example.com:8443/")) is None


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        ({"protocol": "HTTPS", "port": "443"}, "https://shop.example.com:443/a/b?c=d"),
        ({"host": "new.#{host}", "path": "/v2/#{path}"}, "http://new.shop.example.com:80/v2/a/b?c=d"),
        ({"query": ""}, "http://shop.example.com:80/a/b"),
        ({"query": "#{query}&from=#{port}"}, "http://shop.example.com:80/a/b?c=d&from=80"),
    ],
)
def test_a_redirect_leads_where_its_parts_say_and_keeps_the_others(parts: dict[str, str], url: str) -> None:
    action = Action("redirect", redirect=tuple(parts.items()), status="301")
    assert location(action, request_of("http://shop.example.com/a/b?c=d")) == url
