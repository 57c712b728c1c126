"""Watching for a person: what an interrupt may mean, and what is said where it cannot go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from deployment.aws.clock import Clock, Interrupted
from deployment.errors import WatchLost
from deployment.run.run import Run
from deployment.run.telling import Choice, Happened, Looked, Progress, Question, Settled, Told
from deployment.run.watching import CANCEL, DETACH, GO_ON, watch
from deployment.stack.events import Operation
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import at, event, stack_arn, stack_event, stacks

_BEGUN = [event(2, "Topic", "UPDATE_IN_PROGRESS"), stack_event(1, "UPDATE_IN_PROGRESS")]
_DONE = [stack_event(9, "UPDATE_COMPLETE"), *_BEGUN]
_CANCELLED = [
    stack_event(9, "UPDATE_ROLLBACK_COMPLETE", token="token-0"),
    stack_event(8, "UPDATE_ROLLBACK_IN_PROGRESS", token="token-0"),
    *_BEGUN,
]


def _interrupted_run(tmp_path: Path, client: FakeClient, answer: str, told: list[Told]) -> tuple[Run, list[Choice]]:
    """A run whose first sleep is interrupted, by somebody who answers so."""
    time, asked = FakeTime(), list[Choice]()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 1:
            raise Interrupted

    def choose(choice: Choice) -> str:
        asked.append(choice)
        return answer

    run = fake_run(write_project(tmp_path), client, told=told)
    return replace(run, clock=Clock(lambda: time.now, sleep), polling=POLLING, choose=choose), asked


def _client(done: list[dict[str, Any]], status: str, **answers: Any) -> FakeClient:
    pages = [{"StackEvents": _BEGUN}, {"StackEvents": done}]
    given: dict[str, Any] = {"describe_stack_events": pages, "describe_stacks": stacks(status)}
    return FakeClient("cloudformation", **{**given, **answers})


def _operation(**more: Any) -> Operation:
    return Operation(stack_arn(), "token", at(0), **more)


def test_every_event_is_told_with_the_start_of_its_operation_then_that_it_has_settled(tmp_path: Path) -> None:
    told: list[Told] = []
    root, events = watch(fake_run(write_project(tmp_path), _client(_DONE, "UPDATE_COMPLETE"), told=told), _operation())
    assert root.status.succeeded
    happened = [each for each in told if isinstance(each, Happened)]
    assert [each.event for each in happened] == events
    assert {each.since for each in happened} == {at(1)}
    assert any(isinstance(each, Looked) for each in told)
    assert isinstance(told[-1], Settled)


def test_an_update_can_be_cancelled_and_is_followed_through_its_roll_back(tmp_path: Path) -> None:
    told: list[Told] = []
    client = _client(_CANCELLED, "UPDATE_ROLLBACK_COMPLETE", cancel_update_stack={})
    run, asked = _interrupted_run(tmp_path, client, CANCEL, told)
    root, events = watch(run, _operation())
    assert root.status.value == "UPDATE_ROLLBACK_COMPLETE"
    assert [each.options for each in asked] == [(CANCEL, DETACH, GO_ON)]
    assert client.named("cancel_update_stack") == [{"StackName": stack_arn(), "ClientRequestToken": "token-0"}]
    assert [each.id for each in events] == ["1", "2", "8", "9"]


def test_a_cancellation_that_comes_too_late_is_no_failure(tmp_path: Path) -> None:
    told: list[Told] = []
    late = refusal("ValidationError", "CancelUpdateStack cannot be called from current stack status")
    client = _client(_DONE, "UPDATE_COMPLETE", cancel_update_stack=late)
    run, _ = _interrupted_run(tmp_path, client, CANCEL, told)
    root, _ = watch(run, _operation())
    assert root.status.succeeded
    assert Progress("too late to cancel: the stack is UPDATE_COMPLETE now") in told


@pytest.mark.parametrize("nested", [True, False])
def test_what_cannot_be_cancelled_offers_only_to_detach_or_to_go_on(tmp_path: Path, nested: bool) -> None:
    begun = "UPDATE_IN_PROGRESS" if nested else "CREATE_IN_PROGRESS"
    pages = [{"StackEvents": [stack_event(1, begun)]}, {"StackEvents": [stack_event(9, "UPDATE_COMPLETE")]}]
    client = _client([], "UPDATE_COMPLETE", describe_stack_events=pages)
    run, asked = _interrupted_run(tmp_path, client, GO_ON, [])
    root, _ = watch(run, _operation(nested=nested))
    assert root.status.succeeded
    assert [each.options for each in asked] == [(DETACH, GO_ON)]


def test_whoever_detaches_leaves_it_running(tmp_path: Path) -> None:
    client = _client(_DONE, "UPDATE_COMPLETE")
    run, _ = _interrupted_run(tmp_path, client, DETACH, [])
    with pytest.raises(KeyboardInterrupt):
        watch(run, _operation())
    assert client.named("cancel_update_stack") == []


def test_expired_credentials_are_told_once_and_a_lost_watch_says_how_to_come_back(tmp_path: Path) -> None:
    told: list[Told] = []
    expired = refusal("ExpiredToken", "The security token included in the request is expired", 403)
    run = fake_run(write_project(tmp_path), _client([], "UPDATE_COMPLETE", describe_stack_events=expired), told=told)
    with pytest.raises(WatchLost) as caught:
        watch(run, _operation())
    assert "the operation on stack shop-dev continues, but" in caught.value.happened
    assert caught.value.remedy == "follow it again: python deploy.py status --follow --env dev"
    assert [each.text[:27] for each in told if isinstance(each, Progress)] == ["the credentials have expire"]


_CERTIFICATE = "AWS::CertificateManager::Certificate"
_RECORD = "Content of DNS Record is: {Name: _x.example.com.,Type: CNAME,Value: _y.acm-validations.aws.}"


def _waiting_run(
    tmp_path: Path, answers: list[bool], told: list[Told], status: str = "UPDATE_IN_PROGRESS", **more: Any
) -> tuple[Run, FakeClient, list[Question]]:
    """A run over an operation in which a certificate waits, until an hour and a half or, by `rounds`, longer."""
    rounds = more.pop("rounds", 4)
    resource = event(2, "Certificate", "CREATE_IN_PROGRESS", reason=_RECORD, kind=_CERTIFICATE)
    begun = [resource | {"ResourceProperties": _ZONE}, stack_event(1, status)]
    ended = "UPDATE_COMPLETE" if status.startswith("UPDATE") else "CREATE_COMPLETE"
    done = [stack_event(9, ended), *begun]
    pages = [{"StackEvents": begun}] * rounds + [{"StackEvents": done}]

    def described(**_: Any) -> dict[str, Any]:
        return stacks(status if len(client.named("describe_stack_events")) <= rounds else ended)

    client = FakeClient(
        "cloudformation", **{"describe_stack_events": pages, "describe_stacks": described, **_NO_CHECKS, **more}
    )
    time, asked = FakeTime(), list[Question]()

    def approve(question: Question) -> bool:
        asked.append(question)
        return answers.pop(0)

    def sleep(seconds: float) -> None:
        del seconds
        time.now += 2700

    run = replace(fake_run(write_project(tmp_path), client, told=told, approve=approve), polling=POLLING)
    clients = cast(Any, run.session)
    denied = refusal("AccessDeniedException", "no")
    extra = {"acm": FakeClient("acm", describe_certificate=denied), "route53": _route53(), "cloudformation": client}
    clients.client = lambda service, **_: extra[service]
    clients.route53 = extra["route53"]
    return replace(run, clock=Clock(lambda: time.now, sleep)), client, asked


_ZONE = '{"DomainValidationOptions": [{"HostedZoneId": "Z0123456789"}]}'
_NO_CHECKS: dict[str, Any] = {"describe_events": {"OperationEvents": []}}


def _route53() -> FakeClient:
    none = {"ResourceRecordSets": [], "IsTruncated": False, "MaxItems": "1"}
    return FakeClient("route53", list_resource_record_sets=none)


def _said(told: list[Told]) -> list[str]:
    return [each.text for each in told if isinstance(each, Progress)]


def test_after_an_hour_the_record_that_nobody_sees_is_told_and_the_update_cancelled_where_that_is_approved(
    tmp_path: Path,
) -> None:
    told: list[Told] = []
    run, client, asked = _waiting_run(tmp_path, [True], told, cancel_update_stack={})
    watch(run, _operation())
    assert _said(told) == [
        "Certificate has waited for 1h: ACM does not see its validation record",
        "  pending: _x.example.com. CNAME _y.acm-validations.aws. (the zone does not have it)",
        "  hosted zone: Z0123456789",
        "  create the pending record in the hosted zone that the public DNS uses",
        "cancelling the update; CloudFormation rolls it back",
    ]
    assert [question.text for question in asked] == [
        "Cancel the update of stack shop-dev? CloudFormation rolls it back."
    ]
    assert len(client.named("cancel_update_stack")) == 1


def test_whoever_would_rather_wait_goes_on_and_is_asked_again_an_hour_later(tmp_path: Path) -> None:
    told: list[Told] = []
    run, client, asked = _waiting_run(tmp_path, [False, False], told, rounds=5)
    root, _ = watch(run, _operation())
    assert root.status.succeeded
    assert len(asked) == 2
    assert client.named("cancel_update_stack") == []


def test_what_only_reads_names_the_command_and_asks_nothing(tmp_path: Path) -> None:
    told: list[Told] = []
    run, client, asked = _waiting_run(tmp_path, [], told)
    watch(run, _operation(), reads=True)
    assert asked == []
    assert f"to cancel the update: aws cloudformation cancel-update-stack --stack-name {stack_arn()}" in _said(told)
    assert client.named("cancel_update_stack") == []


@pytest.mark.parametrize("nested", [True, False])
def test_what_cannot_be_cancelled_only_says_what_it_waits_for(tmp_path: Path, nested: bool) -> None:
    told: list[Told] = []
    run, _, asked = _waiting_run(tmp_path, [], told, "UPDATE_IN_PROGRESS" if nested else "CREATE_IN_PROGRESS")
    watch(run, _operation(nested=nested))
    assert asked == []
    assert "  hosted zone: Z0123456789" in _said(told)


def test_a_cancellation_that_is_refused_is_told_and_the_watching_goes_on(tmp_path: Path) -> None:
    told: list[Told] = []
    denied = refusal("AccessDenied", "not authorized to perform: cloudformation:CancelUpdateStack", 403)
    run, _, _ = _waiting_run(tmp_path, [True, False], told, cancel_update_stack=denied)
    root, _ = watch(run, _operation())
    assert root.status.succeeded
    assert any(text.startswith("the update could not be cancelled: AWS refused") for text in _said(told))
