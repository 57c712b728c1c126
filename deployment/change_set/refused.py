"""A change set that CloudFormation's checks refused: what failed is asked for while the change set still stands.

Early validation names nothing in the reason of a change set: it points to DescribeEvents, which reports what failed by
the ARN of the very set that did, nested or not. The root's ARN shows only that its nested sets were made.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cloudformation.environment.findings import Place, Problem
from cloudformation.template.failed_check import FailedCheck
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.aws.texts import named, says
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.holder import Asking, Holder, taken_line, taken_remedy
from deployment.change_set.lifecycle import failures, has_changes, reasons_of
from deployment.errors import AwsRefusal, ChangeSetFailed, ChecksFailed, DeploymentError
from deployment.stack.failed_checks import failed_checks
from deployment.template.named_places import Templates, named_places, names_in, place_lines
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import Template

Rows = tuple[Mapping[str, Any], ...]

_LOOKS = 3
_INVALID = "ValidationError"
# `Unsupported property [DelaySecondz]`: the path of such a finding ends above the property.
_property = named(r"\[(\w+)\]")
_points_to_events = says(r"(?i)\bhook|validation|DescribeEvents")
_says_taken = says(r"\balready exists\b")
_MEND = "fix what the lines above name, then deploy again"


def executable(
    cloudformation: Client,
    tree: ChangeSet,
    waiting: Waiting,
    templates: Templates,
    environments: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Whether the tree can be executed; False where it has no change.

    Raises ChecksFailed where hooks or validations refused it, with all that they found in all nested stacks, and where
    that is written in `templates`, the files that it was made from; ChangeSetFailed for any other failure.
    `environments` are those of other stacks, by the names of these.
    """
    try:
        return has_changes(tree)
    except ChangeSetFailed as error:
        asking = Asking(cloudformation, waiting, tree.stack_arn, environments)
        raise _explained(asking, tree, templates, error) from error


def located(
    error: AwsRefusal, templates: Templates, given: Mapping[str, Place | None], roles: Mapping[str, Place], again: str
) -> AwsRefusal:
    """The same refusal of root's template or of its settings, with the place in the files that its words name.

    `given` is where each parameter has its value, `roles` where other names that are sent with it are written; `again`
    the command as it is typed once more.
    """
    if error.code != _INVALID:
        return error
    words = error.message
    places = [*named_places(words, ROOT, templates)]
    if "arameter" in words:
        places += [Problem(place, name) for name in names_in(words) if (place := given.get(name))]
    places += [Problem(place, name) for name, place in roles.items() if name in words]
    if places:
        error.places, error.findings = tuple(places), (*error.findings, *place_lines(places))
        error.remedy = error.remedy or f"fix what the lines above name, then: {again}"
    return error


def failed_check_lines(cloudformation: Client, tree: ChangeSet, waiting: Waiting) -> list[str]:
    """What failed of a tree that somebody else may have made, a line each."""
    answers = at_once(lambda layer: _asked(cloudformation, layer, waiting), failures(tree))
    return [str(check) for path, rows in answers.items() if not isinstance(rows, str) for check in _checks(path, rows)]


def _explained(asking: Asking, tree: ChangeSet, templates: Templates, error: ChangeSetFailed) -> ChangeSetFailed:
    """The same failure with what DescribeEvents reports of every set that failed."""
    failed = failures(tree)
    answers = at_once(lambda layer: _asked(asking.cloudformation, layer, asking.waiting), failed)
    told = {path: rows for path, rows in answers.items() if rows and not isinstance(rows, str)}
    others: list[str] = []
    places: list[Problem] = []
    for path, reason in reasons_of(failed).items():
        if path not in told:
            named = named_places(reason, path, templates)
            others += [f"{path or 'root'}: {reason}", *place_lines(named)]
            places += named
    others += [f"{path or 'root'}: {answer}" for path, answer in answers.items() if isinstance(answer, str)]
    checks = [check for path, rows in told.items() for check in _checks(path, rows, templates.get(path))]
    checks.sort(key=lambda check: (check.file or "", check.line or 0))
    if checks:
        holders = _holders(asking, checks)
        others += [taken_line(name, holder) for name, holder in holders.items()]
        remedies = dict.fromkeys(taken_remedy(holder) for holder in holders.values())
        remedy = f"{'; '.join(remedies)}; then deploy again" if remedies else _MEND
        explained: ChangeSetFailed = ChecksFailed(error.happened, checks, others, remedy)
    else:
        explained = ChangeSetFailed(error.happened, findings=others, remedy=error.remedy)
    explained.places = tuple(places)
    return explained


def _holders(asking: Asking, checks: Sequence[FailedCheck]) -> dict[str, Holder | str]:
    """Who has each name that is taken, or why that is not known."""
    taken = {check.physical_id or str(check): check for check in checks if _says_taken(check.reason)}
    return at_once(lambda check: asking.holder(check.physical_id or "", check.type), taken)


def _asked(cloudformation: Client, change_set: ChangeSet, waiting: Waiting) -> Rows | str:
    """What failed of one change set, asked again where that is not reported yet; else why it is not known."""
    if not _points_to_events(change_set.reason):
        return ()
    try:
        for _ in range(_LOOKS):
            if rows := failed_checks(cloudformation, ChangeSetName=change_set.arn):
                return rows
            waiting.clock.sleep(waiting.polling.first)
    except DeploymentError as refused:
        return f"the cause could not be read: {refused.happened}"
    return "DescribeEvents does not report what failed"


def _checks(path: ResourcePath, rows: Rows, template: Template | None = None) -> Iterator[FailedCheck]:
    """The rows of one nested stack in the order in which they were found: DescribeEvents gives the newest first."""
    for row in reversed(rows):
        hook = row.get("EventType") == "HOOK_INVOCATION_ERROR"
        resource, at = row.get("LogicalResourceId"), row.get("ValidationPath")
        name, mode, said, status = _HOOK if hook else _VALIDATION
        reason = str(row.get(said) or row.get(status) or "failed")
        where = at or (f"/Resources/{resource}" if resource else None)
        place = template.place(where, _property(reason)) if template and where else None
        yield FailedCheck(
            layer=str(path),
            resource=resource,
            type=row.get("ResourceType"),
            path=at,
            name=str(row.get(name) or row["EventType"]),
            reason=reason,
            physical_id=row.get("PhysicalResourceId"),
            warning=row.get(mode) == "WARN",
            file=place.file if place else None,
            line=place.line if place else None,
        )


_HOOK = ("HookType", "HookFailureMode", "HookStatusReason", "HookStatus")
_VALIDATION = ("ValidationName", "ValidationFailureMode", "ValidationStatusReason", "ValidationStatus")
