"""Faults that were asked for: resources that fail, calls that do not get through.

A scenario is a YAML file:

    resources:
      - {path: Ecs/Service, on: create, reason: "Service limit exceeded", times: 1}
    api:
      - {operation: DescribeStackEvents, fault: throttle, after: 2, times: 3}

`path` is the logical ids from the root stack down, joined by `/`; `on` is create, update, delete or
rollback (create when left out); `times` is how often (always when left out). `fault` is throttle,
error, reset, lose-reply or `slow:<seconds>`; `after` lets that many calls pass first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

ACTIONS = ("create", "update", "delete", "rollback")
API_FAULTS = ("throttle", "error", "reset", "lose-reply")


class ScenarioError(Exception):
    """A scenario that cannot be read; the text says where and what to write instead."""


@dataclass(frozen=True)
class ResourceFault:
    """One resource that fails, `times` times (None: always)."""

    path: str
    on: str = "create"
    reason: str = 'Resource handler returned message: "It was asked to fail"'
    times: int | None = None


@dataclass(frozen=True)
class ApiFault:
    """One operation that does not get through, after `after` calls that do."""

    operation: str
    fault: str
    after: int = 0
    times: int | None = None


@dataclass
class Scenario:
    """The faults of one rehearsal, and how often each has struck."""

    resources: tuple[ResourceFault, ...] = ()
    api: tuple[ApiFault, ...] = ()
    _struck: dict[object, int] = field(default_factory=dict)
    _calls: dict[str, int] = field(default_factory=dict)

    def resource_fault(self, path: str, action: str) -> str | None:
        """The reason with which this action on this resource fails now, or None."""
        for fault in self.resources:
            if fault.on == action and fnmatchcase(path, fault.path) and self._strikes(fault, fault.times):
                return fault.reason
        return None

    def api_fault(self, operation: str) -> str | None:
        """The fault that this call meets, or None; to be asked once a call."""
        seen = self._calls[operation] = self._calls.get(operation, 0) + 1
        for fault in self.api:
            if fnmatchcase(operation, fault.operation) and seen > fault.after and self._strikes(fault, fault.times):
                return fault.fault
        return None

    def _strikes(self, fault: object, times: int | None) -> bool:
        struck = self._struck.get(fault, 0)
        if times is not None and struck >= times:
            return False
        self._struck[fault] = struck + 1
        return True


def read_scenario(file: Path | None, fails: Iterable[str] = ()) -> Scenario:
    """The scenario of a file and of `--fail PATH=REASON` arguments.

    Errors: ScenarioError.
    """
    document = _document(file) if file else {}
    unknown = set(document) - {"resources", "api"}
    if unknown:
        raise ScenarioError(f"{file}: unknown section {', '.join(sorted(unknown))}; there are resources and api")
    resources = [_resource_fault(file, entry) for entry in document.get("resources") or ()]
    resources += [_failing(text) for text in fails]
    return Scenario(tuple(resources), tuple(_api_fault(file, entry) for entry in document.get("api") or ()))


def _document(file: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file}: not YAML: {error}") from None
    if not isinstance(document, dict):
        raise ScenarioError(f"{file}: a scenario is a mapping with resources and api")
    return document


def _failing(text: str) -> ResourceFault:
    path, separator, reason = text.partition("=")
    if not separator or not path or not reason:
        raise ScenarioError(f'--fail {text}: write PATH=REASON, for example Ecs/Service="no capacity"')
    path, _, on = path.partition(":")
    return ResourceFault(path, _one_of(on or "create", ACTIONS, f"--fail {text}"), reason)


def _resource_fault(file: Path | None, entry: Any) -> ResourceFault:
    _known_keys(file, entry, {"path", "on", "reason", "times"}, "path")
    on = _one_of(entry.get("on", "create"), ACTIONS, f"{file}: {entry['path']}")
    return ResourceFault(entry["path"], on, str(entry.get("reason", ResourceFault.reason)), entry.get("times"))


def _api_fault(file: Path | None, entry: Any) -> ApiFault:
    _known_keys(file, entry, {"operation", "fault", "after", "times"}, "operation")
    fault = str(entry.get("fault"))
    if not fault.startswith("slow:"):
        _one_of(fault, API_FAULTS, f"{file}: {entry['operation']}")
    return ApiFault(entry["operation"], fault, int(entry.get("after", 0)), entry.get("times"))


def _known_keys(file: Path | None, entry: Any, known: set[str], needed: str) -> None:
    if not isinstance(entry, dict) or needed not in entry or set(entry) - known:
        raise ScenarioError(
            f"{file}: {entry!r}: an entry has {needed} and may have {', '.join(sorted(known - {needed}))}"
        )


def _one_of(value: str, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise ScenarioError(f"{where}: {value!r} is not one of {', '.join(allowed)}")
    return value
