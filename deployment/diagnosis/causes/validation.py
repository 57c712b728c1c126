"""A hook refused, or properties are invalid: what DescribeEvents reports and stack events do not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import says_hook, says_invalid
from deployment.stack.events import Event


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """Hooks and validations that failed on this resource."""
    reason = failed.reason or ""
    own = [
        row for row in evidence.checks if row.get("LogicalResourceId") in (None, failed.path[-1:] and failed.path.name)
    ]
    facts = tuple(check_lines(own))
    if says_hook(reason) or any(row.get("EventType") == "HOOK_INVOCATION_ERROR" for row in own):
        return Explanation("hook", facts, "change what the hook refuses, or ask the owner of the hook")
    if says_invalid(reason) or any(row.get("EventType") == "VALIDATION_ERROR" for row in own):
        return Explanation("validation", facts, "correct these properties in the template")
    return None


def check_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line for each hook or validation that failed; a warning that was let through is marked."""
    for row in rows:
        place = row.get("ValidationPath") or row.get("LogicalResourceId") or row.get("ResourceType") or "template"
        if row.get("EventType") == "VALIDATION_ERROR":
            mode = " (warning)" if row.get("ValidationFailureMode") == "WARN" else ""
            said = row.get("ValidationStatusReason") or row.get("ValidationStatus") or "failed"
            yield f"{row.get('ValidationName', 'validation')}{mode} {place}: {said}"
        elif row.get("EventType") == "HOOK_INVOCATION_ERROR":
            mode = " (warning)" if row.get("HookFailureMode") == "WARN" else ""
            yield f"hook {row.get('HookType', '')}{mode} {place}: {row.get('HookStatusReason', 'failed')}"
