"""How a transform says that it failed."""

from __future__ import annotations

import pytest

from cloudformation.refusals import TemplateError
from rehearsal.language.transforms.transform_failure import Budget, FinalError, failed, layout


def test_a_failure_names_the_transform() -> None:
    assert failed("why").message == "Transform AWS::LanguageExtensions failed with: why"
    assert (type(failed("why")), failed("why").code) == (TemplateError, "ValidationError")
    assert isinstance(failed("why", FinalError), FinalError)
    assert failed("why", transform="AWS::Include").message == "Transform AWS::Include failed with: why"


def test_a_function_of_the_wrong_form_has_an_incorrect_layout() -> None:
    assert layout("Fn::If").message == "Transform AWS::LanguageExtensions failed with: Fn::If layout is incorrect"


def test_a_budget_ends_where_it_is_overspent() -> None:
    budget = Budget(10)
    budget.spend(10)
    with pytest.raises(FinalError) as caught:
        budget.spend(1)
    assert caught.value.message == "Transformation data limit exceeded"
