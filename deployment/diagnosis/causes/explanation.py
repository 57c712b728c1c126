"""What was asked about a failure, and what it comes to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployment.stack.events import Event


@dataclass(frozen=True)
class Explanation:
    """One failure: its kind, one line for each fact that helps, and what to do."""

    kind: str
    facts: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class Evidence:
    """What AWS answered about a failed resource, in its own shapes; empty where it was not asked or did not say.

    `checks` are rows of DescribeEvents (hooks, validations); `service`, `tasks` and `logs` are of ECS, the logs as
    (container, last lines); `certificate` is ACM's, `records` what the hosted zone `zone` holds under the names it
    wants. `holder` says who has a name that is taken, as far as it is known, and what to do about it.
    """

    checks: tuple[Mapping[str, Any], ...] = ()
    service: Mapping[str, Any] | None = None
    tasks: tuple[Mapping[str, Any], ...] = ()
    logs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    certificate: Mapping[str, Any] | None = None
    records: Mapping[str, tuple[str, ...]] | None = None
    zone: str | None = None
    holder: tuple[str, str] | None = None


def properties_of(failed: Event) -> dict[str, Any]:
    """The properties that the resource was to have; empty where the event has none."""
    try:
        read = json.loads(failed.properties or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
