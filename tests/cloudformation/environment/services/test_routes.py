"""Rules of one listener: which decides on a request, which two collide, which is never reached."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.environment.findings import Place
from cloudformation.environment.keys.expected_routes import ExpectedRoute
from cloudformation.environment.keys.routing.http_request import Request
from cloudformation.environment.parameter_values import Declared, Value
from cloudformation.environment.services.routes import (
    HOSTS,
    PATHS,
    PRIORITY,
    Route,
    collisions,
    route,
    taken,
    unexpected,
)

_PLACES = {PRIORITY: Place("dev.yaml", 1), PATHS: Place("dev.yaml", 2), HOSTS: Place("dev.yaml", 3)}
_PATTERN = st.text("ab*?/", max_size=5).map(lambda text: f"/{text}")
_PATH = st.text("ab/", max_size=6).map(lambda text: f"/{text}")


def rule(service: str, priority: int, paths: str = "/*", hosts: str = "") -> Route:
    return Route(service, priority, tuple(filter(None, hosts.split(","))), tuple(paths.split(",")), _PLACES)


def request(host: str, path: str) -> Request:
    return Request("https", host, 443, path)


def matches(one: Route, path: str) -> bool:
    return taken([one], request("h", path))[0] is one


def told(*rules: Route) -> list[str]:
    return [str(problem) for problem in collisions(rules)]


@pytest.mark.parametrize(
    ("host", "path", "service"),
    [
        ("shop.example.com", "/api/x", "api"),
        ("shop.example.com", "/API/x", "all"),
        ("admin.shop.example.com", "/api/x", "admin"),
        ("ADMIN.shop.example.com", "/", "admin"),
        ("other.example.com", "/", "all"),
        ("shop.example.com", "/v1/x", "versions"),
        ("shop.example.com", "/v11/x", "all"),
    ],
)
def test_the_lowest_number_that_matches_decides(host: str, path: str, service: str) -> None:
    rules = [
        rule("all", 50000),
        rule("api", 10100, "/api/*"),
        rule("versions", 10200, "/v?/*"),
        rule("admin", 1000, hosts="admin.*"),
    ]
    decided, _ = taken(rules, request(host, path))
    assert decided is not None
    assert decided.service == service


def test_a_request_that_no_rule_matches_is_the_listeners_own() -> None:
    assert taken([rule("api", 10000, "/api/*")], request("shop.example.com", "/")) == (None, ())


def test_rules_in_their_places_collide_with_nothing() -> None:
    assert told(rule("all", 50000), rule("api", 10000, "/api/*"), rule("a", 1000, hosts="a.example.com")) == []


def test_one_priority_belongs_to_one_rule() -> None:
    assert told(rule("a", 10000, "/a/*"), rule("b", 10000, "/b/*")) == [
        "dev.yaml:1: ListenerRulePriority 10000 of b is that of a (dev.yaml:1) already"
    ]


def test_a_rule_that_a_wider_one_precedes_is_never_reached() -> None:
    assert told(rule("wide", 10000, "/a*"), rule("narrow", 10001, "/a/b,/ab/*")) == [
        "dev.yaml:2: narrow never gets a request: wide (dev.yaml:1) takes /a* before it, at priority 10000"
    ]


def test_two_rules_for_the_same_requests_are_told() -> None:
    assert told(rule("a", 1000, hosts="x.example.com"), rule("b", 1001, hosts="X.example.com")) == [
        "dev.yaml:3: b answers the same requests as a (dev.yaml:1)"
    ]


def test_a_rule_of_which_one_path_is_free_is_reached() -> None:
    assert told(rule("wide", 10000, "/a/*"), rule("other", 10001, "/a/*,/b/*")) == []


@pytest.mark.parametrize(
    ("priority", "paths", "hosts", "wanted"),
    [
        (50000, "/api/*", "", "a rule for path alone has a priority from 10000 to 49999"),
        (99, "/api/*", "a.example.com", "a rule for host and path has a priority from 100 to 999"),
        (10000, "/*", "a.example.com", "a rule for host alone has a priority from 1000 to 9999"),
        (1, "/*", "", "a rule for every request has a priority 50000"),
    ],
)
def test_a_priority_tells_how_narrow_a_rule_is(priority: int, paths: str, hosts: str, wanted: str) -> None:
    [problem] = told(rule("api", priority, paths, hosts))
    assert wanted in problem


def test_a_load_balancer_takes_a_hundred_rules() -> None:
    rules = [rule(f"s{number}", 10000 + number, f"/s{number}/*") for number in range(101)]
    assert told(*rules[:100]) == []
    assert told(*rules) == [
        "dev.yaml:1: s100: there are 101 rules; a load balancer takes 100, and as many target groups"
    ]


@given(_PATTERN, _PATTERN, _PATH)
def test_what_a_covered_rule_matches_its_cover_matches(wide: str, narrow: str, path: str) -> None:
    one, other = rule("one", 1, wide), rule("other", 2, narrow)
    assert matches(one, path) == fnmatchcase(path, wide)
    if one.covers(other) and matches(other, path):
        assert matches(one, path)


@given(st.lists(st.tuples(_PATTERN, st.booleans()), min_size=1, max_size=4), _PATH)
def test_a_rule_that_is_told_to_be_never_reached_decides_on_no_request(
    patterns: list[tuple[str, bool]], path: str
) -> None:
    rules = [
        rule(f"s{n}", n, pattern, "h.example.com" if hosted else "") for n, (pattern, hosted) in enumerate(patterns)
    ]
    unreached = {
        str(problem).partition(": ")[2].split(" ", 1)[0]
        for problem in collisions(rules)
        if "never gets a request" in problem.text or "answers the same" in problem.text
    }
    decided, _ = taken(rules, request("h.example.com", path))
    assert decided is None or decided.service not in unreached


def expected(url: str, service: str) -> ExpectedRoute:
    host, _, path = url.removeprefix("https://").partition("/")
    return ExpectedRoute(url, host, f"/{path}", service, Place("dev.yaml", 9))


@pytest.mark.parametrize(
    ("url", "service", "says"),
    [
        ("https://shop.example.com/api/x", "api", None),
        ("https://shop.example.com/api", "all", None),
        ("https://a.img.example.com/api/x", "api", None),
        (
            "https://shop.example.com/api/x",
            "all",
            "routes: https://shop.example.com/api/x would be answered by api, not by all: the rule for /api/* has "
            "priority 10100 (dev.yaml:1)",
        ),
        ("https://b.a.img.example.com/", "all", "b.a.img.example.com is no name of the certificate"),
        ("https://www.example.com/", "all", "www.example.com is no name of the certificate"),
    ],
)
def test_what_is_expected_of_the_rules_is_held_against_them(url: str, service: str, says: str | None) -> None:
    rules = [rule("all", 50000), rule("api", 10100, "/api/*")]
    found = [str(one) for one in unexpected(rules, [expected(url, service)], ["shop.example.com", "*.img.example.com"])]
    assert (not found) if says is None else says in found[0]


def test_a_request_that_no_rule_takes_is_answered_by_nobody() -> None:
    [problem] = unexpected([rule("api", 10100, "/api/*")], [expected("https://a.example.com/", "api")], [])
    assert "would be answered with 503" in str(problem)


def value(text: str, place: Place | None = None) -> Value:
    return Value(Declared("P", "String", {}), text, place)


def test_a_rule_is_made_of_what_a_service_is_given_and_of_nothing_where_it_has_no_priority() -> None:
    fallback, own = Place("dev.yaml", 7), Place("dev.yaml", 8)
    made = route(
        "api", {PRIORITY: value("10", own), PATHS: value("/a,/b"), HOSTS: value("x,y"), "Other": value("")}, fallback
    )
    assert made == Route("api", 10, ("x", "y"), ("/a", "/b"), {PRIORITY: own, PATHS: fallback, HOSTS: fallback})
    assert route("api", {PRIORITY: value("10")}, fallback) == Route("api", 10, (), ("/*",), {PRIORITY: fallback})
    empty = route("api", {PRIORITY: value("10"), HOSTS: value(""), PATHS: value("")}, fallback)
    assert empty is not None
    assert (empty.hosts, empty.paths) == ((), ())
    for refused in ({}, {PATHS: value("/a")}, {PRIORITY: value("")}, {PRIORITY: value("ten")}, {PRIORITY: value("-1")}):
        assert route("api", refused, fallback) is None


@pytest.mark.parametrize(
    ("one", "narrow", "shown"),
    [
        (rule("a", 1), (False, False), "/*"),
        (rule("a", 1, "/a"), (False, True), "/a"),
        (rule("a", 1, "/*,/a"), (False, True), "/*,/a"),
        (rule("a", 1, hosts="x,y"), (True, False), "x,y /*"),
        (rule("a", 1, "/a", "x"), (True, True), "x /a"),
    ],
)
def test_a_rule_says_what_it_asks_for(one: Route, narrow: tuple[bool, bool], shown: str) -> None:
    assert (one.narrow, one.shown) == (narrow, shown)
    assert [condition.values for condition in one.conditions] == [one.paths, *([one.hosts] if one.hosts else [])]


@pytest.mark.parametrize(
    ("wide", "narrow", "covers"),
    [
        (("/*", ""), ("/a", ""), True),
        (("/*", ""), ("/a", "x"), True),
        (("/*", "x"), ("/a", ""), False),
        (("/*", "x"), ("/a", "X"), True),
        (("/*", "*"), ("/a", "x,y"), True),
        (("/*", "x"), ("/a", "x,y"), False),
        (("/*", "x,y"), ("/a", "y"), True),
        (("/a", "x"), ("/b", "x"), False),
        (("/A", ""), ("/a", ""), False),
        (("/a,/b", ""), ("/b", ""), True),
        (("/a", ""), ("/a,/b", ""), False),
        (("/?", ""), ("/a", ""), True),
        (("/?", ""), ("/?", ""), True),
        (("/?", ""), ("/*", ""), False),
        (("/a", ""), ("/?", ""), False),
        (("/a", ""), ("/ab", ""), False),
        (("/ab", ""), ("/a", ""), False),
        (("/a*", ""), ("/a", ""), True),
        (("/a**", ""), ("/a", ""), True),
        (("/a*b", ""), ("/a", ""), False),
        (("/*b", ""), ("/aab", ""), True),
        (("/*b", ""), ("/*ab", ""), True),
        (("/a?", ""), ("/a", ""), False),
    ],
)
def test_a_rule_covers_another_where_its_patterns_match_all_that_the_others_do(
    wide: tuple[str, str], narrow: tuple[str, str], covers: bool
) -> None:
    assert rule("one", 1, *wide).covers(rule("other", 2, *narrow)) is covers


@pytest.mark.parametrize(
    ("host", "names", "is_name"),
    [
        ("shop.example.com", (), True),
        ("SHOP.example.com", ("shop.EXAMPLE.com",), True),
        ("shop.example.com", ("other.example.com", "shop.example.com"), True),
        ("shop.example.com", ("*.EXAMPLE.com",), True),
        ("example.com", ("*.example.com",), False),
        ("a.shop.example.com", ("*.example.com",), False),
        ("shop.example.com", ("a.example.com",), False),
        ("shop.example.com", ("x.example.com", "y.example.com"), False),
        (".example.com", ("*.example.com",), False),
        ("shop.example.com", ("shop.*",), False),
    ],
)
def test_a_host_is_a_name_of_the_certificate_by_itself_or_by_one_label(
    host: str, names: tuple[str, ...], is_name: bool
) -> None:
    found = [*unexpected([rule("all", 50000)], [expected(f"https://{host}/", "all")], names)]
    assert [problem.text for problem in found] == (
        [] if is_name else [f"routes: {host} is no name of the certificate: {', '.join(names)}"]
    )


def test_a_request_that_a_rule_may_take_is_said_to_be_open_with_the_first_such_rule() -> None:
    rules = [rule("all", 50000), rule("one", 10000, "/a%20b"), rule("two", 10001, "/a b")]
    [problem] = unexpected(rules, [expected("https://h.example.com/a%20b", "all")], [])
    assert problem.place == Place("dev.yaml", 9)
    assert problem.text.startswith(
        "routes: https://h.example.com/a%20b may be answered by one: whether its rule for /a%20b"
    )


def test_rules_are_held_against_each_other_by_their_priorities_in_whatever_order_they_come() -> None:
    wide, narrow = rule("wide", 10000, "/a*"), rule("narrow", 10001, "/a/b")
    assert told(narrow, wide) == told(wide, narrow) != []
    many = [rule(f"s{number}", 10000 + number, f"/s{number}/*") for number in range(102)]
    assert told(*reversed(many)) == [
        "dev.yaml:1: s100: there are 102 rules; a load balancer takes 100, and as many target groups"
    ]
    bare = Route("bare", 10001, (), ("/a/b",), {PRIORITY: Place("dev.yaml", 5)})
    assert told(wide, bare) == [
        "dev.yaml:5: bare never gets a request: wide (dev.yaml:1) takes /a* before it, at priority 10000"
    ]


@pytest.mark.parametrize(
    ("priority", "paths", "hosts"),
    [(100, "/a", "x"), (999, "/a", "x"), (1000, "/*", "x"), (9999, "/*", "x"), (10000, "/a", ""), (49999, "/a", ""),
     (50000, "/*", "")],
)  # fmt: skip
def test_each_kind_of_rule_has_its_band_of_priorities_to_the_last_number(priority: int, paths: str, hosts: str) -> None:
    assert told(rule("api", priority, paths, hosts)) == []
    ends = {100: 99, 999: 1000, 1000: 999, 9999: 10000, 10000: 9999, 49999: 50000, 50000: 50001}
    [problem] = told(rule("api", ends[priority], paths, hosts))
    assert f"ListenerRulePriority {ends[priority]} of api: a rule for" in problem
