"""The first cause, in the deepest stack."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.diagnosis import diagnose, first_cause, not_rolled_back
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from tests.deployment.shapes import STACK_TYPE, at, stack_arn


def _event(
    second: int, path: str, status: str, reason: str | None = None, *, kind: str = "AWS::X", own: bool = False
) -> Event:
    parts = ResourcePath(path.split("/")) if path else ResourcePath()
    return Event(str(second), at(second), stack_arn(), parts, kind, "id", status, reason, own)


def test_the_leaf_is_named_and_neither_its_victims_nor_its_parents() -> None:
    cause = first_cause(
        [
            _event(5, "App/Role", "CREATE_FAILED", "Resource creation cancelled"),
            _event(5, "App/Group", "CREATE_FAILED", "The group is not wanted"),
            _event(6, "App", "CREATE_FAILED", "The following resource(s) failed to create: [Group].", own=True),
            _event(7, "App", "CREATE_FAILED", "Embedded stack arn:x was not successfully created: y", kind=STACK_TYPE),
            _event(8, "", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [App].", own=True),
        ]
    )
    assert cause
    assert (cause.path, cause.reason) == (("App", "Group"), "The group is not wanted")


def test_the_earliest_failure_is_the_cause() -> None:
    cause = first_cause([_event(5, "A", "UPDATE_FAILED", "second"), _event(4, "B", "UPDATE_FAILED", "first")])
    assert cause
    assert cause.reason == "first"


def test_a_failure_without_a_resource_is_told_by_the_stack_that_rolled_back_first() -> None:
    reason = "Export shop-VpcId cannot be updated as it is in use by other"
    cause = first_cause(
        [
            _event(6, "", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed", own=True),
            _event(5, "App", "UPDATE_ROLLBACK_IN_PROGRESS", reason, own=True),
        ]
    )
    assert cause
    assert (cause.path, cause.reason) == (("App",), reason)


def test_a_nested_stack_that_could_not_even_begin_is_the_cause_itself() -> None:
    cause = first_cause(
        [
            _event(5, "App", "CREATE_FAILED", "Template format error: YAML not well-formed.", kind=STACK_TYPE),
            _event(6, "", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [App].", own=True),
        ]
    )
    assert cause
    assert (cause.path, cause.reason) == (("App",), "Template format error: YAML not well-formed.")


def test_when_there_is_nothing_better_any_failure_is_told() -> None:
    cause = first_cause([_event(5, "App", "UPDATE_FAILED", None, kind=STACK_TYPE)])
    assert cause
    assert cause.reason == "no reason was given"
    assert first_cause([_event(5, "App", "UPDATE_COMPLETE")]) is None


def test_what_a_rollback_got_stuck_on_is_told_once_with_its_last_reason_and_without_what_only_followed() -> None:
    events = [
        _event(1, "App/Role", "UPDATE_FAILED", "No role"),
        _event(
            2, "App", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Role]. ", own=True
        ),
        _event(3, "App/Group", "UPDATE_FAILED", "Still in use"),
        _event(4, "App/Group", "UPDATE_FAILED", "In use by eni-1"),
        _event(5, "App", "UPDATE_FAILED", "Embedded stack arn:x was not successfully updated. y", kind=STACK_TYPE),
    ]
    assert [(event.path, event.reason) for event in not_rolled_back(events)] == [(("App", "Group"), "In use by eni-1")]
    assert diagnose(events, lambda _: Evidence(), "shop").lines == (
        "App/Role UPDATE_FAILED: No role",
        "did not go back: App/Group UPDATE_FAILED: In use by eni-1",
    )
    assert not_rolled_back(events[:1]) == []
