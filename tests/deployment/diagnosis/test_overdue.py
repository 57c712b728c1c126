"""A certificate that waits for an hour: reported once an hour, by the server's time where that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from deployment.diagnosis.overdue import Overdue
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from tests.deployment.shapes import at, stack_arn

CERTIFICATE = Event(
    id="1",
    at=at(0),
    stack=stack_arn("shop-dev-Cert"),
    path=ResourcePath(("Cert", "Certificate")),
    type="AWS::CertificateManager::Certificate",
    physical_id="",
    status="CREATE_IN_PROGRESS",
    reason=None,
    of_stack=False,
)


def looks(overdue: Overdue, *seconds: float) -> list[timedelta]:
    return [
        waited
        for second in seconds
        for _, waited in overdue.look(0.0, lambda at_second=second: at(at_second))  # type: ignore[misc]
    ]


def test_it_is_told_after_an_hour_and_after_each_further_one() -> None:
    overdue = Overdue()
    overdue.note(CERTIFICATE, 0.0)
    told = looks(overdue, 3599, 3600, 3700, 7199, 7201, 20_000)
    assert [waited.total_seconds() for waited in told] == [3600, 7201, 20_000]


def test_what_is_asked_about_is_its_latest_event_and_the_time_is_that_of_its_first() -> None:
    overdue = Overdue()
    overdue.note(CERTIFICATE, 0.0)
    overdue.note(replace(CERTIFICATE, id="2", at=at(3000), physical_id="arn:certificate"), 3000.0)
    [(event, waited)] = overdue.look(0.0, lambda: at(3601))
    assert (event.id, waited) == ("2", timedelta(seconds=3601))


def test_where_no_answer_bears_a_time_this_machines_clock_counts() -> None:
    overdue = Overdue()
    overdue.note(CERTIFICATE, 100.0)
    assert not list(overdue.look(3699.0, lambda: None))
    assert [waited for _, waited in overdue.look(3700.0, lambda: None)] == [timedelta(hours=1)]


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_FAILED", "DELETE_IN_PROGRESS"])
def test_what_has_ended_or_is_deleted_waits_no_more(status: str) -> None:
    overdue = Overdue()
    overdue.note(CERTIFICATE, 0.0)
    overdue.note(replace(CERTIFICATE, status=status), 1.0)
    assert looks(overdue, 9999) == []


def test_other_resources_have_limits_of_their_own() -> None:
    overdue = Overdue()
    overdue.note(replace(CERTIFICATE, type="AWS::ECS::Service"), 0.0)
    assert looks(overdue, 99_999) == []
