"""`routes:` of an environment file: URLs and the services that answer them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cloudformation.environment.test_given_values import HEAD, reading


def test_each_url_is_a_host_and_a_path(tmp_path: Path) -> None:
    read = reading(
        tmp_path,
        f"{HEAD}parameters: {{}}\nroutes:\n  https://A.example.com:443/api/x?y=1: api\n  https://b.example: web\n",
    )
    assert read.problems == ()
    assert [(one.host, one.path, one.service) for one in read.environment.routes] == [
        ("a.example.com", "/api/x", "api"),
        ("b.example", "/", "web"),
    ]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("routes: [a]", "routes: a mapping is needed"),
        ("routes:\n  http://a.example/: api", "is no URL that HTTPS requests have"),
        ("routes:\n  https://a.example:8443/: api", "is no URL that HTTPS requests have"),
        ("routes:\n  https://a.example:port/: api", "is no URL that HTTPS requests have"),
        ("routes:\n  /api: api", "is no URL that HTTPS requests have"),
        ("routes:\n  https://a.example/:", "has no value"),
    ],
)
def test_a_wrong_form_is_told(tmp_path: Path, written: str, says: str) -> None:
    problems = reading(tmp_path, f"{HEAD}parameters: {{}}\n{written}\n").problems
    assert any(says in str(problem) for problem in problems), problems
