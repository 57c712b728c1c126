"""The facts of a run."""

from __future__ import annotations

from deployment.errors import NothingSent, OperationFailed
from deployment.report.facts import Failure, failure_of
from tests.deployment.report.examples import EXAMPLES, FAILURE, report


def test_an_error_becomes_its_facts() -> None:
    error = OperationFailed("it rolled back", status="ROLLBACK_COMPLETE", findings=["why"], remedy="again")
    assert failure_of(error) == Failure(
        "OperationFailed", "it rolled back", ("why",), "again", "ROLLBACK_COMPLETE", nothing_sent=False
    )
    assert failure_of(NothingSent("no")) == Failure("NothingSent", "no", (), None, None, nothing_sent=True)


def test_what_was_tried_is_not_done() -> None:
    assert [name for name, each in EXAMPLES.items() if each.done] == [
        "unchanged",
        "unchanged in a rehearsal",
        "settings changed",
        "unchanged but for a role",
        "followed with settings to come",
        "deployed",
        "detached",
        "followed",
        "deleted",
        "absent",
        "shown",
        "shown the same",
        "recovered",
        "recovered by deleting",
        "recovered to nothing",
        "drift",
        "no drift",
        "releases",
        "no releases",
        "ran",
        "ran badly",
        "a shell",
        "logged",
        "routed",
        "routed otherwise",
    ]
    assert not report(FAILURE).done
