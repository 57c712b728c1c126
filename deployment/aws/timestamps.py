"""Timestamps of responses, read in a fraction of the SDK's time.

botocore reads each with dateutil, which tries every form that people write dates in: of a large event log, most of the
time went there. CloudFormation answers with one form, `2026-03-01T12:00:00.000Z`; anything else is left to botocore.
"""

import re
from datetime import datetime
from typing import Any

_ISO_8601 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3}|\.\d{6})?Z", re.ASCII)


def read_timestamps(session: Any) -> Any:
    """The same botocore session, whose clients read timestamps by `timestamp`."""
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=timestamp)
    return session


def timestamp(value: Any) -> datetime:
    """The moment that a member of a response names, aware of its zone. ValueError: it names none."""
    if isinstance(value, str) and _ISO_8601.fullmatch(value):
        return datetime.fromisoformat(value)
    from botocore.utils import parse_timestamp

    moment: datetime = parse_timestamp(value)
    return moment
