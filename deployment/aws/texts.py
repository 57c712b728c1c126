"""The texts of AWS that distinguish refusals, reasons and events, each beside its source.

AWS gives most refusals of CloudFormation one code, ValidationError, and a reason is prose: there is no better way.
"""

import re
from collections.abc import Callable

from deployment.errors import AwsRefusal, DeploymentError


def says(pattern: str) -> Callable[[str | None], bool]:
    """The question whether a text has that pattern anywhere; no text has none."""
    compiled = re.compile(pattern)
    return lambda text: compiled.search(text or "") is not None


def named(pattern: str) -> Callable[[str | None], str | None]:
    """What a text names in a group of that pattern, of several groups the first that is there; else None."""
    compiled = re.compile(pattern)

    def name(text: str | None) -> str | None:
        match = compiled.search(text or "")
        return next((group for group in match.groups() if group), None) if match else None

    return name


says_no_changes = says(r"The submitted information didn't contain changes|No updates are to be performed")
"""Whether a FAILED change set failed because there is nothing to change: its template and values are the stack's own.

The first text is CreateChangeSet's, the second UpdateStack's, which some sets have too.
"""
says_only_from_root = says(r"Only executable from the root change set|Executable from root change set")
"""Whether a nested change set is in order: only its root can be executed."""
failed_nested_set = named(r"Nested change set (\S+) was not successfully created")
"""The ARN of the nested change set that a failed root names; it names only the first, without the cause."""

# What a nested set says that could not evaluate a placeholder. Some name it, some the function, the parameter, the
# resource or the export that met it, and some nothing at all (change_set/unresolved.py asks the templates then).
names_placeholder = says(r"\{\{(IntrinsicFunction|changeSet):")
"""Whether a reason quotes the placeholder of a value that is not known yet."""
failed_function = named(r"^Template error: .*\b(Fn::(?:Select|Split))\b")
"""Fn::Select or Fn::Split where that could not be evaluated; other functions were never seen to fail so."""
refused_parameter = named(
    r"^(?:Each value of parameter|Parameter) '(\w+)' |^Parameter validation failed: .* for parameter name (\w+) "
)
"""The parameter whose value was refused; what follows its name may be its own ConstraintDescription."""
_unresolved = named(r"Unresolved resource dependencies \[([^\]]*)\] in the (?:Resources|Outputs) block")
says_duplicate_exports = says("duplicate Export names")
"""Whether two exports have one name; names of values that are not known yet are all one placeholder."""
says_unsupported_url = says("TemplateURL must be a supported URL")
"""Whether a TemplateURL is none, as one that is not known yet is none."""

says_cancelled = says(r"Resource (creation|update|deletion) cancelled|Stack update cancelled")
"""Whether an event reports a victim of another failure, not a failure of its own."""
says_embedded = says(r"^Embedded stack \S+ was not successfully \w+")
"""Whether a parent reports the result of a nested stack's own operation: then the cause is in that stack.

Any other reason of a nested stack that failed is a cause: its template could not be read, a parameter did not fit.
"""
says_of_resources = says(r"^(The following resource\(s\) failed to|Validation failed for following resources)")
"""Whether a stack only reports which of its resources failed: the cause is theirs."""
says_requested = says(r"^User Initiated$")
"""Whether somebody asked for what begins."""
# The event of a certificate that waits for its validation: {Name: _x.example.com.,Type: CNAME,Value: _y.acm...}
_VALIDATION_RECORD = re.compile(r"Content of DNS Record is: \{Name: ([^,]+),\s*Type: (\w+),\s*Value: ([^}]+)\}")
_in_execution = says(r"current execution status of \[EXECUTE_\w+\]")
_obsolete = says(r"current execution status of \[OBSOLETE\]")
_overtaken = says(
    r"current execution status of \[OBSOLETE\]"
    r"|is in \w+ state and can not be updated"
    r"|already exists and cannot be created again with the changeSet"
)
_being_made = says(r"Cannot delete ChangeSet in status CREATE_|operation on this ChangeSet is currently in progress")
_too_late = says("CancelUpdateStack cannot be called from current stack status")


def unresolved_resources(reason: str) -> tuple[str, ...]:
    """The logical ids that are referred to and not there, or switched off by their conditions."""
    names = _unresolved(reason)
    return tuple(name.strip() for name in names.split(",")) if names else ()


def validation_record(reason: str | None) -> str | None:
    """Name, type and value of the DNS record in an event of a certificate."""
    match = _VALIDATION_RECORD.search(reason or "")
    return " ".join(part.strip() for part in match.groups()) if match else None


def says_in_execution(error: DeploymentError) -> bool:
    """Whether an execute was refused because that very set is executing: the reply to our first try was lost."""
    codes = ("InvalidChangeSetStatus", "InvalidChangeSetStatusException")
    return isinstance(error, AwsRefusal) and error.code in codes and _in_execution(error.message)


def says_overtaken(error: AwsRefusal) -> bool:
    """Whether a change set was refused as where somebody else began, or ended, an operation in the meantime."""
    return _overtaken(error.message)


def says_obsolete(error: AwsRefusal) -> bool:
    """Whether a change set was refused because another one of its stack was executed meanwhile."""
    return _obsolete(error.message)


def says_being_made(error: AwsRefusal) -> bool:
    """Whether a change set cannot be deleted yet because it is still being made."""
    return _being_made(error.message)


def says_too_late(error: AwsRefusal) -> bool:
    """Whether an update cannot be cancelled any more."""
    return _too_late(error.message)


def says_exists(error: DeploymentError) -> bool:
    """Whether something of that name exists already: with a random name, the reply to our first try was lost."""
    return isinstance(error, AwsRefusal) and error.code in ("AlreadyExistsException", "TokenAlreadyExistsException")
