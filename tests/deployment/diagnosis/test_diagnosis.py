"""The first cause, in the deepest stack."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.diagnosis import diagnose, first_cause, interrupted, not_rolled_back
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from tests.deployment.shapes import STACK_TYPE, at, stack_arn

CERTIFICATE = "AWS::CertificateManager::Certificate"
STACK = STACK_TYPE
TIME_OVER = "Stack creation time exceeded the specified timeout"


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


def _timed_out() -> list[Event]:
    """What AWS reports about a layer whose TimeoutInMinutes is over."""
    return [
        _event(1, "Net/Vpc", "CREATE_IN_PROGRESS"),
        _event(2, "Net/Vpc", "CREATE_COMPLETE"),
        _event(3, "Cert/Certificate", "CREATE_IN_PROGRESS", kind=CERTIFICATE),
        _event(9, "Cert/Certificate", "CREATE_FAILED", "Resource creation cancelled", kind=CERTIFICATE),
        _event(9, "Cert", "CREATE_FAILED", TIME_OVER, own=True),
        _event(10, "Cert", "CREATE_FAILED", f"Embedded stack x was not successfully created: {TIME_OVER}", kind=STACK),
        _event(11, "", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Cert]. ", own=True),
        _event(12, "Cert/Certificate", "DELETE_FAILED", "later", kind=CERTIFICATE),
    ]


def test_a_layer_whose_time_was_over_is_the_cause_and_what_was_at_work_is_asked_about() -> None:
    asked = []

    def ask(event: Event) -> Evidence:
        asked.append((event.path, event.status))
        wanted = {"Name": "_x.example.com.", "Type": "CNAME", "Value": "_y."}
        option = {"ValidationStatus": "PENDING_VALIDATION", "ResourceRecord": wanted}
        return Evidence(certificate={"DomainValidationOptions": [option]}, records={"_x.example.com": ()}, zone="Z1")

    diagnosis = diagnose(_timed_out(), ask, "shop")
    assert diagnosis.lines[:4] == (
        f"Cert CREATE_FAILED: {TIME_OVER}",
        f"at work: Cert/Certificate {CERTIFICATE}",
        "pending: _x.example.com. CNAME _y. (the zone does not have it)",
        "hosted zone: Z1",
    )
    assert asked == [(("Cert", "Certificate"), "CREATE_FAILED")]
    assert diagnosis.remedy
    assert diagnosis.remedy.startswith("create the pending record")
    assert not diagnosis.cancelled
    cause = first_cause(_timed_out())
    assert cause
    assert (cause.path, cause.reason) == (("Cert",), TIME_OVER)


def test_a_failure_before_the_time_was_over_is_the_cause() -> None:
    failed = _event(4, "App/Role", "CREATE_FAILED", "No role")
    cause = first_cause([*_timed_out(), failed])
    assert cause
    assert cause.reason == "No role"


def test_what_was_at_work_is_known_also_of_what_never_says_that_it_was_cancelled() -> None:
    cancelled = _event(9, "", "UPDATE_ROLLBACK_IN_PROGRESS", "Stack update cancelled", own=True)
    events = [
        _event(2, "App/Role", "UPDATE_IN_PROGRESS"),
        _event(3, "App/Role", "UPDATE_COMPLETE"),
        *(_event(number, f"App/Queue{number}", "UPDATE_IN_PROGRESS") for number in range(3, 8)),
        _event(9, "App", "UPDATE_FAILED", "Resource update cancelled", kind=STACK),
        cancelled,
        _event(10, "App/Role", "UPDATE_IN_PROGRESS"),
    ]
    assert {event.path for event in interrupted(events, cancelled)} == {("App", f"Queue{n}") for n in range(3, 8)}
    diagnosis = diagnose(events, lambda _: Evidence(), "shop")
    assert diagnosis.cancelled
    assert diagnosis.lines[0] == "shop UPDATE_ROLLBACK_IN_PROGRESS: Stack update cancelled"
    assert diagnosis.lines[-1] == "at work: 2 more"


def test_a_cancellation_that_aws_words_as_asked_for_is_one_too() -> None:
    events = [
        _event(1, "", "UPDATE_IN_PROGRESS", "User Initiated", own=True),
        _event(3, "", "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated", own=True),
    ]
    assert diagnose(events, lambda _: Evidence(), "shop").cancelled


def test_what_went_back_on_a_later_try_is_not_said_to_be_stuck() -> None:
    rolling = _event(
        2, "App", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [A].", own=True
    )
    failed = _event(3, "App/Group", "UPDATE_FAILED", "Still in use")
    assert not_rolled_back([rolling, failed, _event(5, "App/Group", "UPDATE_COMPLETE")]) == []
    assert not_rolled_back([rolling, failed, _event(5, "App/Group", "DELETE_COMPLETE")]) == []
    assert not_rolled_back([rolling, failed, _event(6, "App", "UPDATE_ROLLBACK_COMPLETE", own=True)]) == []
    assert not_rolled_back([rolling, failed, _event(6, "Net", "UPDATE_ROLLBACK_COMPLETE", own=True)]) == [failed]


def test_of_failures_of_one_moment_the_deepest_is_the_cause() -> None:
    """A nested stack rolls back before its parent does, and events have their time to the millisecond at best."""
    shallow, deep = _event(5, "Topic", "CREATE_FAILED", "above"), _event(5, "App/Data/Table", "CREATE_FAILED", "below")
    for events in ([shallow, deep], [deep, shallow]):
        cause = first_cause(events)
        assert cause
        assert (cause.path, cause.reason) == (("App", "Data", "Table"), "below")


def test_what_a_parent_says_of_a_nested_stack_is_no_cause_although_it_says_it_first() -> None:
    leaf = _event(5, "App/Group", "CREATE_FAILED", "The group is not wanted")
    for reason in (None, "Embedded stack arn:x was not successfully created: y"):
        cause = first_cause([_event(4, "App", "CREATE_FAILED", reason, kind=STACK_TYPE), leaf])
        assert cause
        assert cause.path == ("App", "Group")


def test_a_roll_back_that_gives_no_reason_is_not_told_in_place_of_a_failure() -> None:
    rolling = _event(4, "", "ROLLBACK_IN_PROGRESS", None, own=True)
    cause = first_cause([rolling, _event(5, "App", "CREATE_FAILED", None, kind=STACK_TYPE)])
    assert cause
    assert cause.path == ("App",)


def test_a_stack_that_rolls_back_of_itself_was_not_cancelled_and_one_that_somebody_rolls_back_was() -> None:
    def cancelled(reason: str) -> bool:
        rolling = _event(4, "", "ROLLBACK_IN_PROGRESS", reason, own=True)
        return diagnose([rolling], lambda _: Evidence(), "shop-dev").cancelled

    assert not cancelled(TIME_OVER)
    assert cancelled("User Initiated")
    assert not diagnose([], lambda _: Evidence(), "shop-dev").cancelled


def test_what_the_root_says_last_is_told_and_nothing_where_it_says_nothing() -> None:
    refused = "Export x cannot be deleted as it is in use by y"

    def lines(first: str | None, last: str | None) -> tuple[str, ...]:
        events = [
            _event(1, "", "DELETE_IN_PROGRESS", first, own=True),
            _event(2, "", "UPDATE_COMPLETE", last, own=True),
        ]
        return diagnose(events, lambda _: Evidence(), "shop-dev").lines

    assert lines(None, refused) == (f"shop-dev UPDATE_COMPLETE: {refused}",)
    assert lines("User Initiated", None) == ()


def test_three_that_were_at_work_are_all_named_and_of_four_the_last_is_counted() -> None:
    def told(number: int) -> list[str]:
        at_work = [_event(second, f"App/R{second}", "CREATE_IN_PROGRESS") for second in range(number)]
        over = _event(9, "", "ROLLBACK_IN_PROGRESS", TIME_OVER, own=True)
        return list(diagnose([*at_work, over], lambda _: Evidence(), "shop-dev").lines[1:])

    assert told(3) == ["at work: App/R0 AWS::X", "at work: App/R1 AWS::X", "at work: App/R2 AWS::X"]
    assert told(4)[3:] == ["at work: 1 more"]


def test_what_began_and_did_not_end_was_not_refused_and_what_a_stack_says_of_itself_is_no_resource() -> None:
    began = _event(1, "", "DELETE_IN_PROGRESS", "User Initiated", own=True)
    assert diagnose([began], lambda _: Evidence(), "shop-dev").lines == ()
    rolling = _event(1, "", "UPDATE_ROLLBACK_IN_PROGRESS", own=True)
    own = _event(2, "App", "UPDATE_ROLLBACK_FAILED", "In use by eni-1", own=True)
    left = _event(3, "App/Group", "UPDATE_FAILED", "In use by eni-1")
    assert not_rolled_back([rolling, own, left]) == [left]
    assert not_rolled_back([own, left]) == []


def test_a_failure_without_a_reason_says_so() -> None:
    failed = _event(5, "App/Role", "CREATE_FAILED")
    assert diagnose([failed], lambda _: Evidence(), "shop").lines == ("App/Role CREATE_FAILED: no reason was given",)
