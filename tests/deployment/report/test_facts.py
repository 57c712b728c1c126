"""The facts of a run, and that no secret is among them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.errors import NothingSent, OperationFailed
from deployment.report.delivery import in_form
from deployment.report.facts import MASK, Failure, failure_of, without_secrets
from tests.deployment.report.examples import CAUSE, EXAMPLES, FAILURE, REVIEWED, report


def test_an_error_becomes_its_facts() -> None:
    error = OperationFailed("it rolled back", status="ROLLBACK_COMPLETE", findings=["why"], remedy="again")
    assert failure_of(error) == Failure(
        "OperationFailed", "it rolled back", ("why",), "again", "ROLLBACK_COMPLETE", nothing_sent=False
    )
    assert failure_of(NothingSent("no")) == Failure("NothingSent", "no", (), None, None, nothing_sent=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_without_a_secret_nothing_is_masked(name: str) -> None:
    assert without_secrets(EXAMPLES[name], frozenset({""})) == EXAMPLES[name]


@pytest.mark.parametrize("form", ["json", "markdown", "html"])
@pytest.mark.parametrize("secret", ["hunter2!", 'quo"ted', "<angle>"])
def test_a_secret_is_in_no_form_wherever_it_stood(form: str, secret: str) -> None:
    leaky = json.dumps({"Password": secret})
    told = json.loads(json.dumps(leaky))
    facts = report(
        Failure("X", f"no {secret}", (f"{secret} again",), f"say {secret}", None, nothing_sent=False),
        reviewed=type(REVIEWED)("shop-dev", False, REVIEWED.review, (("Password", secret), ("Body", told))),
        cause=type(CAUSE)(("App",), "AWS::X", "CREATE_FAILED", f"bad {leaky}"),
    )
    shown = in_form(without_secrets(facts, frozenset({secret})), form)
    assert MASK in shown or "&#42;" in shown
    for written in (secret, json.dumps(secret)[1:-1]):
        assert written not in shown


def test_a_short_secret_is_masked_where_it_stands_alone() -> None:
    assert without_secrets(("a", "ab", {"x": "a"}, 1, None), frozenset({"a"})) == (MASK, "ab", {"x": MASK}, 1, None)


@given(st.text(min_size=4), st.text(), st.text())
def test_a_longer_one_is_masked_inside_of_other_text(secret: str, before: str, after: str) -> None:
    masked = without_secrets(Failure("X", before + secret + after, (), None, None, True), frozenset({secret}))
    assert secret not in masked.happened or secret in MASK * 9


def test_what_was_tried_is_not_done() -> None:
    assert [name for name, each in EXAMPLES.items() if each.done] == [
        "unchanged",
        "deployed",
        "deleted",
        "absent",
        "shown",
        "shown the same",
    ]
    assert not report(FAILURE).done
