"""What an operation could not delete, by the last event of each resource."""

from __future__ import annotations

from deployment.diagnosis.left_over import left_over
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from tests.deployment.shapes import STACK_TYPE, at, stack_arn

_FRONT, _LOGS = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::Logs::LogGroup"
_PROTECTED = "Load balancer 'arn' cannot be deleted because deletion protection is enabled"


def _event(second: int, path: str, kind: str, status: str, reason: str | None = None) -> Event:
    parts = ResourcePath(path.split("/"))
    return Event(str(second), at(second), stack_arn(), parts, kind, "old", status, reason, False)


def test_what_is_protected_is_told_with_the_command_that_lets_it_go() -> None:
    events = [_event(second, "Alb/Front", _FRONT, "DELETE_FAILED", _PROTECTED) for second in (1, 2, 3)]
    told, first = left_over(events, "eu-west-1")
    assert told.startswith("Alb/Front (old) could not be deleted: it stays in the account, outside the stack")
    assert first.startswith("  first: aws elbv2 modify-load-balancer-attributes")


def test_what_is_refused_for_another_reason_is_told_by_itself() -> None:
    assert [*left_over([_event(1, "Logs", _LOGS, "DELETE_FAILED", "Rate exceeded")], "eu-west-1")] == [
        "Logs (old) could not be deleted: it stays in the account, outside the stack; delete it by hand"
    ]


def test_what_went_at_a_later_attempt_and_a_nested_stack_are_not_left() -> None:
    events = [
        _event(1, "Logs", _LOGS, "DELETE_FAILED", "Rate exceeded"),
        _event(2, "Logs", _LOGS, "DELETE_COMPLETE"),
        _event(3, "Alb", STACK_TYPE, "DELETE_FAILED", "The following resource(s) failed to delete: [Front]."),
    ]
    assert [*left_over(events, "eu-west-1")] == []


def test_what_failed_without_a_reason_is_not_said_to_be_refused() -> None:
    assert [*left_over([_event(1, "Logs", _LOGS, "DELETE_FAILED")], "eu-west-1")] == []
