"""`services:` of an environment file: read with the line of each value, and refused where its form is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cloudformation.environment.test_given_values import HEAD, reading


def test_each_service_has_its_values(tmp_path: Path) -> None:
    read = reading(tmp_path, f"{HEAD}parameters: {{}}\nservices:\n  api:\n    Hosts: [a, b]\n    Port: 0080\n")
    assert read.problems == ()
    api = read.environment.services["api"].parameters
    assert (api["Hosts"].text, api["Hosts"].items, api["Port"].text) == ("a,b", ("a", "b"), "0080")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("services: [api]", "services: a mapping is needed"),
        ("services:\n  Api: {}", "services: 'Api' is no name of a service"),
        (f"services:\n  {'a' * 33}: {{}}", "is no name of a service"),
        ("services:\n  api:", "services, api: a mapping is needed"),
        ("services:\n  api: {}\n  api: {}", "api is written twice"),
        ("services:\n  api:\n    Port: {from: x}", "Port: one value is needed"),
    ],
)
def test_a_wrong_form_is_told(tmp_path: Path, written: str, says: str) -> None:
    problems = reading(tmp_path, f"{HEAD}parameters: {{}}\n{written}\n").problems
    assert any(says in str(problem) for problem in problems), problems


def test_a_value_that_could_not_be_read_is_the_services_own(tmp_path: Path) -> None:
    read = reading(tmp_path, f"{HEAD}parameters: {{}}\nservices:\n  api:\n    Port: {{from: x}}\n  b:\n    Port: 1\n")
    assert read.environment.services["api"].unread == {"Port"}
    assert read.environment.services["b"].unread == frozenset()
    assert read.unread == frozenset()
