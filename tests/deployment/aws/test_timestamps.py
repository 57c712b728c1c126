"""Timestamps are the moments that botocore reads, whatever form they have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.utils import parse_timestamp

from deployment.aws.session import Endpoint, Session
from deployment.aws.timestamps import timestamp
from tests.deployment.shapes import at, stack_arn
from tests.deployment.wire import Answering

MOMENTS = [
    "2026-03-01T12:00:00.123Z",
    "2026-03-01T12:00:00.123456Z",
    "2026-03-01T12:00:00Z",
    "2024-02-29T23:59:59.000Z",
    "2026-03-01T12:00:00+09:00",
    "2026-03-01T12:00:00.1234567Z",
    "20260301T120000Z",
    "Sun, 01 Mar 2026 12:00:00 GMT",
    "1772366400",
    "1772366400.25",
    1772366400,
    1772366400.25,
]


@pytest.mark.parametrize("value", MOMENTS)
def test_every_form_is_the_moment_that_botocore_reads(value: Any) -> None:
    ours, theirs = timestamp(value), parse_timestamp(value)
    assert ours == theirs
    assert ours.isoformat() == theirs.isoformat()


@pytest.mark.parametrize("value", ["", "yesterday's", "2026-02-30T12:00:00.000Z", "2026-03-01T25:00:00.000Z"])
def test_what_is_no_moment_is_refused_as_botocore_does(value: str) -> None:
    for read in (timestamp, parse_timestamp):
        with pytest.raises(ValueError):  # noqa: PT011  # the words are Python's
            read(value)


def test_the_clients_of_a_session_read_so() -> None:
    stack = {"StackId": stack_arn(), "StackName": "shop-dev", "StackStatus": "CREATE_COMPLETE", "CreationTime": at(7)}
    session = Session("eu-west-1", Endpoint("https://cloudformation.test", "x", "x"))
    client = Answering(lambda operation, _: {"Stacks": [stack]}).instead_of_the_network(session.cloudformation)
    made: datetime = client.describe_stacks()["Stacks"][0]["CreationTime"]
    assert made == at(7)
    assert made.tzinfo is UTC  # Python's own; botocore's would be dateutil's
