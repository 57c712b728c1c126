"""The texts of AWS that tell refusals, reasons and events apart, each beside where it is known from.

AWS gives most refusals of CloudFormation one code, ValidationError, and a reason is prose: there is no better way.
"""

from __future__ import annotations

import re

from deployment.errors import AwsRefusal, DeploymentError

# Of a change set whose template and values are the stack's own: the first text is CreateChangeSet's, the second
# UpdateStack's, which some sets carry too.
_NO_CHANGES = ("The submitted information didn't contain changes", "No updates are to be performed")
_WARNING = "[WARN] --include-property-values"
_ONLY_FROM_ROOT = ("Only executable from the root change set", "Executable from root change set")
_CANCELLED = re.compile(r"Resource (creation|update|deletion) cancelled|Stack update cancelled")
_EMBEDDED = re.compile(r"^Embedded stack \S+ was not successfully \w+")
_NESTED_SET = re.compile(r"Nested change set (\S+) was not successfully created")
# What a nested set says that could not evaluate a placeholder. Some name it, some the function, the parameter, the
# resource or the export that met it, and some nothing at all (change_set/unresolved.py asks the templates then).
_PLACEHOLDER = re.compile(r"\{\{(IntrinsicFunction|changeSet):")
_FUNCTION_FAILED = re.compile(r"^Template error: .*\b(Fn::(?:Select|Split))\b")
_PARAMETER_REFUSED = re.compile(
    r"^(?:Each value of parameter|Parameter) '(\w+)' |^Parameter validation failed: .* for parameter name (\w+) "
)
_UNRESOLVED = re.compile(r"Unresolved resource dependencies \[([^\]]*)\] in the (?:Resources|Outputs) block")
_DUPLICATE_EXPORTS = "duplicate Export names"
_NO_URL = "TemplateURL must be a supported URL"
_IN_EXECUTION = re.compile(r"current execution status of \[EXECUTE_\w+\]")
_OVERTAKEN = re.compile(
    r"current execution status of \[OBSOLETE\]"
    r"|is in \w+ state and can not be updated"
    r"|already exists and cannot be created again with the changeSet"
)
_BEING_MADE = re.compile(
    r"Cannot delete ChangeSet in status CREATE_|operation on this ChangeSet is currently in progress"
)
_TOO_LATE = "CancelUpdateStack cannot be called from current stack status"
# The event of a certificate that waits for its validation: {Name: _x.example.com.,Type: CNAME,Value: _y.acm...}
_VALIDATION_RECORD = re.compile(r"Content of DNS Record is: \{Name: ([^,]+),\s*Type: (\w+),\s*Value: ([^}]+)\}")


def says_no_changes(reason: str | None) -> bool:
    """Whether a FAILED change set failed because there is nothing to change."""
    return any(text in (reason or "") for text in _NO_CHANGES)


def says_incomplete(reason: str | None) -> bool:
    """Whether a change set described with property values may have left changes out."""
    return (reason or "").startswith(_WARNING)


def says_only_from_root(reason: str | None) -> bool:
    """Whether a nested change set is in order: only its root can be executed."""
    return any(text in (reason or "") for text in _ONLY_FROM_ROOT)


def failed_nested_set(reason: str | None) -> str | None:
    """The ARN of the nested change set that a failed root names; it names only the first, without the cause."""
    match = _NESTED_SET.search(reason or "")
    return match[1] if match else None


def names_placeholder(reason: str) -> bool:
    """Whether a reason quotes what stands for a value that is not known yet."""
    return _PLACEHOLDER.search(reason) is not None


def failed_function(reason: str) -> str | None:
    """Fn::Select or Fn::Split where that could not be evaluated; other functions were never seen to fail so."""
    match = _FUNCTION_FAILED.search(reason)
    return match[1] if match else None


def refused_parameter(reason: str) -> str | None:
    """The parameter whose value was refused; what follows its name may be its own ConstraintDescription."""
    match = _PARAMETER_REFUSED.search(reason)
    return match[1] or match[2] if match else None


def unresolved_resources(reason: str) -> tuple[str, ...]:
    """The logical ids that are referred to and not there, or switched off by their conditions."""
    match = _UNRESOLVED.search(reason)
    return tuple(name.strip() for name in match[1].split(",")) if match else ()


def says_duplicate_exports(reason: str) -> bool:
    """Whether two exports have one name; names of values that are not known yet are all one placeholder."""
    return _DUPLICATE_EXPORTS in reason


def says_unsupported_url(reason: str) -> bool:
    """Whether a TemplateURL is none, as one that is not known yet is none."""
    return _NO_URL in reason


def says_cancelled(reason: str | None) -> bool:
    """Whether an event tells of a victim of another failure, not of a failure of its own."""
    return _CANCELLED.search(reason or "") is not None


def says_embedded(reason: str | None) -> bool:
    """Whether a parent tells what became of a nested stack's own operation: then the cause is in that stack.

    Any other reason of a nested stack that failed is a cause: its template could not be read, a parameter did not fit.
    """
    return _EMBEDDED.search(reason or "") is not None


def says_in_execution(error: DeploymentError) -> bool:
    """Whether an execute was refused because that very set is executing: the reply to our first try was lost."""
    if not isinstance(error, AwsRefusal):
        return False
    return error.code in ("InvalidChangeSetStatus", "InvalidChangeSetStatusException") and bool(
        _IN_EXECUTION.search(error.message)
    )


def says_overtaken(error: AwsRefusal) -> bool:
    """Whether a change set was refused because somebody else began, or ended, an operation in the meantime."""
    return _OVERTAKEN.search(error.message) is not None


def says_being_made(error: AwsRefusal) -> bool:
    """Whether a change set cannot be deleted yet because it is still being made."""
    return _BEING_MADE.search(error.message) is not None


def says_too_late(error: AwsRefusal) -> bool:
    """Whether an update cannot be cancelled any more."""
    return _TOO_LATE in error.message


def validation_record(reason: str | None) -> str | None:
    """Name, type and value of the DNS record that an event of a certificate tells of."""
    match = _VALIDATION_RECORD.search(reason or "")
    return " ".join(part.strip() for part in match.groups()) if match else None


def says_exists(error: DeploymentError) -> bool:
    """Whether something of that name exists already: with a random name, the reply to our first try was lost."""
    return isinstance(error, AwsRefusal) and error.code in ("AlreadyExistsException", "TokenAlreadyExistsException")
