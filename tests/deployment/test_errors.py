"""The tree that errors.py draws is the tree that it defines."""

import re

from cloudformation.environment.findings import Place, Problem
from deployment import errors


def test_every_error_stands_in_the_tree_under_its_parent() -> None:
    drawn: dict[str, str | None] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([ │├└─]*)([A-Z]\w+)", line)
        if found:
            depth = len(found[1])
            above = [each for each in above if each[0] < depth]
            drawn[found[2]] = above[-1][1] if above else None
            above.append((depth, found[2]))
    defined = {
        each.__name__: each.__base__.__name__ if each.__base__ not in (None, Exception) else None
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.DeploymentError)
    }
    assert drawn == defined


def test_a_place_is_a_file_and_a_line() -> None:
    assert str(Place("params/dev.yaml", 14)) == "params/dev.yaml:14"
    assert str(Place("--set X")) == "--set X"


def test_one_problem_and_many_are_counted() -> None:
    problem = Problem(Place("a", 1), "wrong")
    assert errors.FileProblems("a", [problem], "mend").happened == "a has a problem"
    assert errors.FileProblems("a", [problem, problem], "mend").happened == "a has 2 problems"
