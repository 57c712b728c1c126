"""What becomes of a request at the listeners, step by step, and how that is reported."""

from __future__ import annotations

from dataclasses import replace

from cloudformation.environment.keys.routing.answers import Answer, steps
from cloudformation.environment.keys.routing.conditions import Condition
from cloudformation.environment.keys.routing.explained import explained, in_a_line, misled
from cloudformation.environment.keys.routing.http_request import request_of
from cloudformation.environment.keys.routing.listeners import DEFAULT, Action, Listener, ListenerRule, Target

URL = "https://shop.example.com/api/x"
OWNERS = {"arn:api": "api", "arn:shop": "shop"}


def forward(*arns: str) -> Action:
    return Action("forward", tuple(Target(f"arn:{arn}") for arn in arns))


def rule(priority: int, action: Action, *conditions: Condition) -> ListenerRule:
    return ListenerRule(f"rule-{priority}", priority, conditions, action)


def path(*patterns: str) -> Condition:
    return Condition("path-pattern", patterns)


def asked(url: str, *rules: ListenerRule, expected: str | None = None, method: str = "GET") -> Answer:
    listeners = [
        Listener(
            "http",
            "HTTP",
            80,
            (rule(DEFAULT, Action("redirect", redirect=(("protocol", "HTTPS"), ("port", "443")), status="301")),),
        ),
        Listener("https", "HTTPS", 443, (*rules, rule(DEFAULT, Action("fixed-response", status="503")))),
    ]
    made = steps(listeners, replace(request_of(url), method=method), OWNERS.__getitem__)
    return Answer(url, method, made, expected, "params/dev.yaml", 7)


def test_a_redirect_to_the_same_host_is_followed_and_one_to_itself_ends() -> None:
    answer = asked("http://shop.example.com/api/x", rule(10, forward("api"), path("/api/*")))
    assert [(step.does, step.leads_to) for step in answer.steps] == [("redirect", f"301 {URL}"), ("forward", "api")]
    around = Action("redirect", redirect=(("path", "/#{path}"),), status="302")
    answer = asked(URL, rule(10, around, path("/*")))
    assert (len(answer.steps), answer.ends, answer.steps[0].does) == (1, "nobody", "nowhere")
    assert f"  HTTPS 443: rule 10 (path-pattern /*) redirects: 302 {URL}, and so on without an end" in explained(answer)


def test_a_client_makes_a_get_of_a_post_that_is_redirected() -> None:
    posts = Condition("http-request-method", ("POST",))
    answer = asked(
        "http://shop.example.com/x", rule(10, forward("api"), posts), rule(20, forward("shop")), method="POST"
    )
    assert (answer.ends, answer.steps[0].notes) == ("shop", ("a client makes a GET of the POST then",))
    assert [line for line in explained(answer) if not line.startswith(" ")] == [
        "POST http://shop.example.com/x",
        "https://shop.example.com/x",
    ]
    # After its POST a form leads to its own page: that is no circle.
    to_itself = Action("redirect", redirect=(("query", "done"),), status="302")
    answer = asked(f"{URL}?done", rule(10, to_itself, posts), rule(20, forward("shop")), method="POST")
    assert [step.does for step in answer.steps] == ["redirect", "forward"]


def test_redirects_that_never_end_are_not_followed_for_ever() -> None:
    longer = Action("redirect", redirect=(("path", "/#{path}/a"),), status="302")
    answer = asked(URL, rule(10, longer, path("/*")), expected="api")
    assert (len(answer.steps), answer.ends) == (11, "nobody")
    assert str(answer.difference).startswith("ends with nobody, not by api")


def test_what_is_expected_is_that_one_service_gets_all_of_it() -> None:
    both = rule(10, forward("api", "shop"), path("/api/*"))
    assert asked(URL, rule(10, forward("api"), path("/api/*")), expected="api").difference is None
    assert (
        asked(URL, both, expected="api").difference
        == "is answered by api,shop, not by api (rule 10 (path-pattern /api/*))"
    )
    assert asked(URL, expected="api").difference == "ends with 503, not by api (the default action)"
    answer = asked(URL, both, expected="api")
    assert misled(answer).startswith(f"params/dev.yaml:7: {URL} is answered by api,shop")
    assert answer.steps[-1].leads_to == "api 50 %, shop 50 %"


def test_an_action_that_is_not_known_decides_nothing() -> None:
    answer = asked(URL, rule(10, Action("tarpit"), path("/api/*")))
    assert answer.difference == "who answers is not decided: an action tarpit, which is not known here"


def test_a_sign_in_and_a_rewrite_are_noted() -> None:
    taken = replace(rule(10, replace(forward("api"), first=("authenticate-oidc",)), path("/api/*")), rewrites=True)
    lines = list(explained(asked(URL, taken)))
    assert lines == [
        URL,
        "  HTTPS 443: rule 10 (path-pattern /api/*) forwards to api",
        "  note: after authenticate-oidc",
        "  note: the target gets another host or path: the rule rewrites it",
    ]


def test_of_many_rules_before_it_those_are_told_that_are_met_in_part_and_the_others_counted() -> None:
    host = Condition("host-header", ("shop.example.com",))
    rules = [rule(number, forward("shop"), path(f"/s{number}/*")) for number in range(1, 30)]
    answer = asked(URL, *rules, rule(30, forward("shop"), host, path("/no")), rule(40, forward("api"), path("/api/*")))
    lines = list(explained(answer))
    assert "  asked before: rule 30 -> shop: not path-pattern /no: it has /api/x" in lines
    assert lines[-1] == "  22 further rules are asked before, and the request meets no condition of theirs"
    assert len(lines) == 11
    assert in_a_line(answer) == f"api  {URL}"


def test_a_rule_of_which_it_cannot_be_told_whether_it_is_met_leaves_open_who_answers() -> None:
    unsaid = Condition("source-ip", ("192.0.2.0/24",))
    further = Condition("source-ip", ("198.51.100.0/24",))
    taken = rule(30, forward("shop"), path("/api/*"))
    answer = asked(URL, rule(10, forward("api"), unsaid), rule(20, forward("shop"), further), taken, expected="shop")
    [step] = answer.steps
    assert (step.decided, step.rule, step.leads_to) == (
        False,
        None,
        "api by rule 10 (source-ip 192.0.2.0/24), else shop",
    )
    assert list(explained(answer))[:2] == [
        URL,
        "  HTTPS 443: who receives it is unknown: api by rule 10 (source-ip 192.0.2.0/24), else shop",
    ]
