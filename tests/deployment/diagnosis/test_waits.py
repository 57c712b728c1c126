"""What a slow resource waits for is asked seldom, never in vain twice, and can fail nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from deployment.aws.session import Session
from deployment.diagnosis.waits import Waits
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import FakeClient, FakeTime, refusal
from tests.deployment.shapes import at, stack_arn

_SERVICE_ARN = "arn:aws:ecs:eu-west-1:111122223333:service/shop/App"
_CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/1"
_RECORD = {"Name": "_x.example.com.", "Type": "CNAME", "Value": "_y.acm-validations.aws."}


class _Clients:
    """A session that counts the clients that it is asked for, and with which patience."""

    def __init__(self, **clients: FakeClient) -> None:
        self._clients = clients
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str, **options: Any) -> FakeClient:
        self.asked.append((service, options))
        return self._clients[service]


def _waits(time: FakeTime, **clients: FakeClient) -> tuple[Waits, _Clients]:
    session = _Clients(**clients)
    return Waits(cast(Session, session), time.clock), session


def _event(kind: str, physical: str, status: str = "CREATE_IN_PROGRESS", reason: str | None = None) -> Event:
    return Event("1", at(0), stack_arn(), ResourcePath(("App", "Slow")), kind, physical, status, reason, of_stack=False)


SERVICE = _event("AWS::ECS::Service", _SERVICE_ARN)
CERTIFICATE = _event("AWS::CertificateManager::Certificate", _CERTIFICATE_ARN)


def _ecs(*messages: str) -> FakeClient:
    events = [{"id": str(number), "message": message} for number, message in enumerate(messages)]
    return FakeClient("ecs", describe_services={"services": [{"runningCount": 1, "desiredCount": 2, "events": events}]})


def _acm(status: str, record: dict[str, str] | None = _RECORD) -> FakeClient:
    option: dict[str, Any] = {"DomainName": "example.com", "ValidationStatus": status}
    option |= {"ResourceRecord": record} if record else {}
    return FakeClient("acm", describe_certificate={"Certificate": {"DomainValidationOptions": [option]}})


def test_a_service_waits_for_its_tasks_and_its_last_event_says_why() -> None:
    time = FakeTime()
    ecs = _ecs("(service App) was unable to place a task.", "older")
    waits, session = _waits(time, ecs=ecs)
    waits.note(SERVICE)
    time.sleep(20)
    assert waits.look() == {("App", "Slow"): "1 of 2 tasks running; (service App) was unable to place a task."}
    assert ecs.named("describe_services") == [{"cluster": "shop", "services": [_SERVICE_ARN]}]
    assert session.asked == [("ecs", {"attempts": 1, "patience": 3.0})]


def test_a_service_without_events_tells_its_tasks_alone_and_one_that_is_gone_tells_nothing() -> None:
    time = FakeTime()
    waits, _ = _waits(time, ecs=_ecs())
    waits.note(SERVICE)
    time.sleep(20)
    assert waits.look() == {("App", "Slow"): "1 of 2 tasks running"}
    waits, _ = _waits(time, ecs=FakeClient("ecs", describe_services={"services": []}))
    waits.note(SERVICE)
    time.sleep(20)
    assert waits.look() == {}


def test_a_certificate_waits_for_its_validation_record() -> None:
    time = FakeTime()
    waits, _ = _waits(time, acm=_acm("PENDING_VALIDATION"))
    waits.note(CERTIFICATE)
    time.sleep(20)
    wanted = "the validation record _x.example.com. CNAME _y.acm-validations.aws."
    assert waits.look() == {("App", "Slow"): wanted}


@pytest.mark.parametrize("acm", [_acm("SUCCESS"), _acm("PENDING_VALIDATION", None)], ids=["validated", "no record yet"])
def test_a_certificate_that_waits_for_no_record_tells_nothing(acm: FakeClient) -> None:
    time = FakeTime()
    waits, _ = _waits(time, acm=acm)
    waits.note(CERTIFICATE)
    time.sleep(20)
    assert waits.look() == {}


def test_the_record_that_an_event_tells_needs_no_question() -> None:
    reason = "Content of DNS Record is: {Name: _x.example.com.,Type: CNAME,Value: _y.acm-validations.aws.}"
    waits, session = _waits(FakeTime())
    waits.note(replace(CERTIFICATE, reason=reason))
    assert waits.look()[ResourcePath(("App", "Slow"))].startswith("the validation record _x.example.com.")
    assert session.asked == []


def test_nothing_is_asked_before_it_is_slow_nor_more_often_than_every_quarter_of_a_minute() -> None:
    time = FakeTime()
    ecs = _ecs()
    waits, _ = _waits(time, ecs=ecs)
    time.sleep(10)
    waits.note(SERVICE)
    asked = []
    for _ in range(40):
        time.sleep(1)
        waits.look()
        asked.append(len(ecs.calls))
    # The first turn (after 15 s) finds it at work for 5 s only; the next ones come 15 s apart.
    assert asked.index(1) + 11 == 30
    assert asked.index(2) + 11 == 45
    assert asked[-1] == 2


def test_what_has_ended_or_is_deleted_or_has_no_id_yet_waits_for_nothing() -> None:
    for event in (
        replace(SERVICE, status="CREATE_COMPLETE"),
        replace(SERVICE, status="DELETE_IN_PROGRESS"),
        replace(SERVICE, physical_id=""),
        replace(SERVICE, type="AWS::SNS::Topic"),
    ):
        time = FakeTime()
        waits, session = _waits(time)
        waits.note(event)
        time.sleep(20)
        assert waits.look() == {}
        assert session.asked == []


def test_what_was_waited_for_is_forgotten_once_it_came() -> None:
    time = FakeTime()
    waits, _ = _waits(time, ecs=_ecs())
    waits.note(SERVICE)
    time.sleep(20)
    assert waits.look()
    waits.note(replace(SERVICE, status="CREATE_COMPLETE"))
    assert waits.look() == {}


def test_a_service_that_may_not_be_asked_is_not_asked_again_and_fails_nothing() -> None:
    time = FakeTime()
    ecs = FakeClient("ecs", describe_services=refusal("AccessDeniedException", "no"))
    waits, _ = _waits(time, ecs=ecs, acm=_acm("PENDING_VALIDATION"))
    waits.note(SERVICE)
    waits.note(replace(CERTIFICATE, path=ResourcePath(("Cert",))))
    for _ in range(3):
        time.sleep(20)
        found = waits.look()
    assert len(ecs.calls) == 1
    assert list(found) == [("Cert",)]
