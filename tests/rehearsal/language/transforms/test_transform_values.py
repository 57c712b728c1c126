"""How the values of a template are walked through, whatever its functions give."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import ABSENT
from rehearsal.language.transforms.for_each import Bound
from rehearsal.language.transforms.transform_failure import Budget, FinalError, failed
from rehearsal.language.transforms.transform_values import Values


def given(values: Values, name: str, argument: Any) -> Any:
    """The argument as it is; without one, nothing; what fails does it finally or not."""
    if argument in ("fails", "fails finally"):
        raise failed(argument, FinalError) if argument == "fails finally" else failed(argument)
    return values.reduced(argument) if argument else ABSENT


def values(budget: int = 1_000, **more: Any) -> Values:
    return Values(Scope(parameters={"P": "p"}), Budget(budget), {"Fn::Given": given}, **more)


def refusal(value: Any, **more: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        values(**more).reduced(value)
    return caught.value.message.removeprefix("Transform AWS::LanguageExtensions failed with: ")


def test_functions_are_called_wherever_they_stand_and_others_stay() -> None:
    value = {"A": [1, {"Fn::Given": {"Fn::Given": "a"}}], "B": {"Fn::Other": {"Fn::Given": "b"}}, "C": {"Ref": "P"}}
    assert values().reduced(value) == {"A": [1, "a"], "B": {"Fn::Other": "b"}, "C": {"Ref": "P"}}


def test_what_gives_nothing_is_left_out_but_as_an_argument() -> None:
    nothing = {"Fn::Given": None}
    assert values().reduced({"A": nothing, "B": [1, nothing]}) == {"B": [1]}
    assert values().argument(nothing) == {"Ref": "AWS::NoValue"}


def test_loops_are_unrolled_wherever_they_stand() -> None:
    loop = {"Fn::ForEach::L": ["X", {"Fn::Given": ["a", "b"]}, {"K${X}": {"Fn::Given": 1}}]}
    assert values().reduced([loop]) == [{"Ka": 1, "Kb": 1}]
    assert values().within(Bound({"X": "c"})).bound.items == {"X": "c"}


def test_only_what_fails_finally_fails_in_a_resource_that_is_off() -> None:
    assert refusal({"Fn::Given": "fails"}) == "fails"
    assert values(lenient=True).reduced([1, {"Fn::Given": "fails"}]) == [1]
    assert refusal({"Fn::Given": "fails finally"}, lenient=True) == "fails finally"


@pytest.mark.parametrize("value", ["x" * 101, [1] * 60, {"Fn::Given": "x" * 51}, {"x" * 101: 1}])
def test_all_that_is_read_and_made_counts(value: Any) -> None:
    assert refusal(value, budget=100) == "Transformation data limit exceeded"


def test_a_function_over_values_of_the_wrong_form_has_an_incorrect_layout() -> None:
    assert values().evaluated("Fn::Join", ["-", ["a", "b"]]) == "a-b"
    with pytest.raises(CloudFormationError, match="Fn::Join layout is incorrect"):
        values().evaluated("Fn::Join", 5)
