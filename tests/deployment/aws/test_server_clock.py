"""The time that answers bear."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from deployment.aws.server_clock import ServerClock
from deployment.aws.session import Endpoint, Session
from tests.deployment.wire import response

_NO_STACKS = b"<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>"


def _heard(*dates: str | None) -> ServerClock:
    """The clock of a session whose answers bear these dates."""
    url = "http://127.0.0.1:9"
    answers = [response(url, 200, _NO_STACKS, {"date": date} if date else {}) for date in dates]
    with closing(Session("eu-west-1", Endpoint(url, "key", "secret"))) as session:
        session.cloudformation.meta.events.register_first("before-send", lambda **_: answers.pop(0))
        for _ in dates:
            session.cloudformation.describe_stacks()
        return session.server_clock


def test_the_latest_date_of_all_answers_is_the_servers_time() -> None:
    clock = _heard("Mon, 30 Nov 2026 12:00:05 GMT")
    assert clock.now == datetime(2026, 11, 30, 12, 0, 5, tzinfo=UTC)
    clock = _heard("Mon, 30 Nov 2026 12:00:05 GMT", "Mon, 30 Nov 2026 12:00:01 GMT")
    assert clock.now == datetime(2026, 11, 30, 12, 0, 5, tzinfo=UTC)


def test_an_answer_without_a_date_or_with_one_that_is_none_tells_nothing() -> None:
    assert _heard(None).now is None
    assert _heard("yesterday").now is None
    assert _heard().now is None
