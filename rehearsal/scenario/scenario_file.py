"""The faults of a scenario file and of `--fail`, checked entry by entry; the head of `faults` describes them."""

from collections.abc import Iterable
from pathlib import Path

from rehearsal.scenario.faults import (
    ACTIONS,
    ANSWER_FAULTS,
    API_FAULTS,
    RESOURCE_FAULTS,
    Alarm,
    ApiFault,
    Drift,
    ResourceFault,
    SaidAttribute,
    Scenario,
)
from rehearsal.scenario.scenario_text import Entry, ScenarioError, read_sections
from rehearsal.scenario.task_scenes import ENDS_WELL, PlayedTask

_MEMBERS_OF_ONE_FAULT = {
    "minutes": ("hang", "how long a resource hangs"),
    "hook": ("hook", "the type of a hook that refuses"),
    "mode": ("hook", "the failure mode of a hook"),
}


def read_scenario(file: Path | None, fails: Iterable[str] = ()) -> Scenario:
    """The scenario of a file and of `--fail PATH=REASON` (or `PATH:update=REASON`) arguments.

    Errors: ScenarioError, with file and line.
    """
    sections = read_sections(file, ("resources", "drift", "api", "alarms", "attributes", "tasks")) if file else {}
    resources = [_resource_fault(entry) for entry in sections.get("resources", ())]
    resources += [_failing(text) for text in fails]
    return Scenario(
        tuple(resources),
        tuple(_api_fault(entry) for entry in sections.get("api", ())),
        tuple(_drift(entry) for entry in sections.get("drift", ())),
        tuple(_alarm(entry) for entry in sections.get("alarms", ())),
        tuple(_said(entry) for entry in sections.get("attributes", ())),
        tuple(_task(entry) for entry in sections.get("tasks", ())),
    )


def _failing(text: str) -> ResourceFault:
    path, separator, reason = text.partition("=")
    if not separator or not path or not reason:
        raise ScenarioError(f'--fail {text}: write PATH=REASON, for example Ecs/Service="no capacity"')
    path, _, on = path.partition(":")
    if (on or "create") not in ACTIONS:
        raise ScenarioError(f"--fail {text}: {on!r} is not one of {', '.join(ACTIONS)}")
    return ResourceFault(path, on or "create", reason)


def _resource_fault(entry: Entry) -> ResourceFault:
    entry.knows("path", "on", "fault", "reason", "times", "minutes", "hook", "mode", "account", "region")
    fault = entry.choice("fault", RESOURCE_FAULTS, "fail")
    for member, (wanted, meaning) in _MEMBERS_OF_ONE_FAULT.items():
        if member in entry.values and fault != wanted:
            raise entry.error(f"{member} is {meaning}; it needs fault: {wanted}")
    if fault == "hook" and entry.values.get("on", "create") != "create":
        raise entry.error("a hook runs only on create")
    return ResourceFault(
        entry.text("path"),
        entry.choice("on", ACTIONS, "create"),
        entry.text("reason", "") if "reason" in entry.values else "",
        entry.count("times"),
        fault == "hang",
        entry.number("minutes"),
        entry.text("hook") if fault == "hook" else None,
        entry.choice("mode", ("FAIL", "WARN"), "FAIL"),
        *entry.account_and_region(),
    )


def _drift(entry: Entry) -> Drift:
    entry.knows("path", "property", "actual", "account", "region")
    return Drift(entry.text("path"), entry.text("property"), entry.values.get("actual"), *entry.account_and_region())


def _said(entry: Entry) -> SaidAttribute:
    entry.knows("path", "attribute", "value", "account", "region")
    value = entry.values.get("value")
    scalars = value if isinstance(value, list) else [value]
    if not all(isinstance(scalar, str | int | float) for scalar in scalars):
        raise entry.error("value must be a string, a number, true, false, or a list of these")
    return SaidAttribute(entry.text("path"), entry.text("attribute"), value, *entry.account_and_region())


def _alarm(entry: Entry) -> Alarm:
    entry.knows("alarm", "after", "times")
    return Alarm(entry.text("alarm"), (entry.number("after") or 0.0) * 60, entry.count("times"))


def _task(entry: Entry) -> PlayedTask:
    entry.knows("task", "exit_code", "log", "minutes", "not_started", "refused", "times")
    log = entry.values.get("log", [])
    if not (isinstance(log, list) and all(isinstance(line, str) for line in log)):
        raise entry.error("log must be a list of strings, one for each line")
    code = entry.count("exit_code") or 0
    if code > 255:
        raise entry.error(f"exit_code must be a number from 0 to 255, not {code}")
    if {"not_started", "refused"} <= entry.values.keys():
        raise entry.error("not_started and refused cannot be combined")
    minutes = entry.number("minutes")
    return PlayedTask(
        entry.text("task"),
        code,
        tuple(log),
        ENDS_WELL.seconds if minutes is None else minutes * 60,
        entry.text("not_started") if "not_started" in entry.values else None,
        entry.text("refused") if "refused" in entry.values else None,
        entry.count("times"),
    )


def _api_fault(entry: Entry) -> ApiFault:
    entry.knows("operation", "fault", "after", "times")
    fault = entry.text("fault")
    if fault.startswith("pages:"):
        rows = fault.removeprefix("pages:")
        if not (rows.isascii() and rows.isdecimal() and int(rows[:9]) > 0):
            raise entry.error("write pages:<rows>, for example pages:2")
    elif not fault.startswith("slow:"):
        entry.choice("fault", (*API_FAULTS, *ANSWER_FAULTS), None)
    elif not _is_seconds(fault.removeprefix("slow:")):
        raise entry.error("write slow:<seconds>, for example slow:2.5")
    return ApiFault(entry.text("operation"), fault, entry.count("after") or 0, entry.count("times"))


def _is_seconds(text: str) -> bool:
    try:
        return 0 <= float(text) < 86400
    except ValueError:
        return False
