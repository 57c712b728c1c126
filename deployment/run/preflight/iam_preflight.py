"""Whether the role that will execute has what a change set's resource types need: asked of IAM before the execution.

IAM is asked while CloudFormation creates the change set, about everything that the templates' types may call; only what
the changes need is reported. What changes and passes roles is asked about a role of this stack, to which the
rendered policy limits it, and passing about each service that a role of the templates trusts; the rest about every
resource ("*"): a policy that is limited to some may be enough all the same, so that what is missing is a warning,
unless a preflight was asked for.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cloudformation.statuses import ChangeAction, Replacement
from cloudformation.template.handler_permissions import Handlers, NoSchemasError, handler_permissions
from cloudformation.template.iam_actions import PASS_ROLE, is_withheld, role_names, writes_roles
from cloudformation.template.transforms import resource_bodies
from deployment.aws.calls import call
from deployment.aws.pages import members
from deployment.aws.session import Client
from deployment.change_set.change_set import Change, ChangeSet
from deployment.errors import DeploymentError, MissingPermissions
from deployment.review.review import Kind, ResourceChange
from deployment.run.prepare import Prepared
from deployment.run.run import Run

_ROLE = "AWS::IAM::Role"
PASSED_TO = "iam:PassedToService"
_PAGE = 1000
_AT_ONCE = 100  # actions a request: AWS documents no limit, and clients that ran into one keep to that many
_ALL = ("create", "read", "update", "delete")
_HANDLERS = {
    ChangeAction.ADD: ("create", "read"),
    ChangeAction.REMOVE: ("delete", "read"),
    ChangeAction.IMPORT: ("read", "update"),
    ChangeAction.SYNC_WITH_ACTUAL: ("read", "update"),
}

_OF_KIND = {
    Kind.ADDED: _HANDLERS[ChangeAction.ADD],
    Kind.REMOVED: _HANDLERS[ChangeAction.REMOVE],
    Kind.CHANGED: ("update", "read"),
}


@dataclass(frozen=True)
class Answered:
    """IAM's answer: of the actions that the types' handlers name, those that the principal is denied."""

    principal: str
    types: dict[str, Handlers]
    denied: frozenset[str]


@dataclass(frozen=True)
class Unanswered:
    """Why IAM could not be asked; nothing is known then."""

    reason: str


Answer: TypeAlias = Answered | Unanswered


def is_due(run: Run, prepared: Prepared) -> bool:
    """Whether to ask at all: where it was asked for, and before a stack is created."""
    return run.choices.preflight or prepared.existing is None


def ask(run: Run, prepared: Prepared) -> Answer:
    """IAM's answer for everything that the templates' types may need."""
    templates = [template for _, template in run.root.walk()]
    resources = [body for template in templates for _, body in resource_bodies(template.section("Resources"))]
    try:
        types = handler_permissions({str(body.get("Type")) for body in resources}, run.environment.region)
        iam = run.session.client("iam", attempts=1)
        principal = _principal(iam, run, prepared)
        needed = {action for handlers in types.values() for actions in handlers.values() for action in actions}
        # Passing is allowed for some roles and services only, rightly: asked without naming them, IAM would say no.
        asked = {action for action in needed - {PASS_ROLE} if not is_withheld(action, resources)}
        on_roles = set(filter(writes_roles, asked))
        denied = {*denied_of(iam, principal, asked - on_roles), *denied_of(iam, principal, on_roles, _a_role(run))}
        for service in sorted(_trusted(resources)) if PASS_ROLE in needed else ():
            denied |= {*denied_of(iam, principal, [PASS_ROLE], _a_role(run), {PASSED_TO: service})}
        return Answered(principal, types, frozenset(denied))
    except (DeploymentError, NoSchemasError) as error:
        return Unanswered(str(error))


def tell_missing(run: Run, answer: Answer, tree: ChangeSet, compared: Iterable[ResourceChange] = ()) -> None:
    """Reports what is missing for these changes; raises MissingPermissions where a preflight was asked for.

    `compared` are those that the change set does not list.
    """
    if isinstance(answer, Unanswered):
        if run.choices.preflight:
            run.say(f"preflight: IAM could not be asked: {answer.reason}; continuing")
        return
    needed = [(change.type, _run_by(change)) for _, change_set in tree.walk() for change in change_set.changes]
    needed += [(change.type, _OF_KIND.get(change.kind, _ALL)) for change in compared]
    missing = _missing(answer, needed)
    if not missing:
        if run.choices.preflight:
            run.say(f"preflight: {answer.principal} has the permissions that the changes need")
        return
    if run.choices.preflight:
        raise MissingPermissions(answer.principal, missing)
    count = len(frozenset().union(*missing.values()))
    run.say(f"warning: {answer.principal} may lack {count} IAM actions that the changes need; --preflight names them")


def _missing(answer: Answered, run: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    """Resource type -> denied actions; `run` has the type of each change and the handlers that it will run."""
    missing: dict[str, frozenset[str]] = {}
    for kind, names in run:
        handlers = answer.types.get(kind, {})
        needed = frozenset().union(*(handlers.get(name, frozenset()) for name in names))
        if denied := needed & answer.denied:
            missing[kind] = missing.get(kind, frozenset()) | denied
    return dict(sorted(missing.items()))


def _run_by(change: Change) -> tuple[str, ...]:
    if change.action is ChangeAction.MODIFY and change.replacement in (None, Replacement.FALSE):
        return ("update", "read")
    return _HANDLERS.get(change.action, _ALL)


def _principal(iam: Client, run: Run, prepared: Prepared) -> str:
    """The ARN of the principal that will execute: the role that is named, the stack's own, or the caller.

    A role stays with its stack for all later operations (CreateChangeSet, RoleARN).
    """
    role = run.environment.role or (prepared.stack.role if prepared.stack else None)
    return role or caller_principal(iam, run, prepared.caller)


def caller_principal(iam: Client, run: Run, caller: str) -> str:
    """The ARN of a caller as IAM knows it: of a session its role's."""
    head, marker, rest = caller.partition(":assumed-role/")
    if not marker:
        return caller
    name = rest.split("/")[0]
    # The ARN of a session omits the path of its role. Without --preflight, a role without a path is tried: one call.
    if run.choices.preflight:
        return str(call(iam.get_role, RoleName=name)["Role"]["Arn"])
    return f"{head.replace(':sts:', ':iam:')}:role/{name}"


def _a_role(run: Run) -> str:
    """The ARN of a role as this stack's templates would make one."""
    account, stack = run.environment.account, run.environment.stack
    return f"arn:{run.session.partition[0]}:iam::{account}:role/{role_names(stack).replace('*', 'preflight')}"


def _trusted(resources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The services that the templates' roles trust, as far as they are literal."""
    for body in resources:
        properties = body.get("Properties") if body.get("Type") == _ROLE else None
        trust = properties.get("AssumeRolePolicyDocument") if isinstance(properties, Mapping) else None
        for statement in _listed(trust.get("Statement") if isinstance(trust, Mapping) else None):
            principal = statement.get("Principal") if isinstance(statement, Mapping) else None
            services = _listed(principal.get("Service") if isinstance(principal, Mapping) else None)
            yield from (service for service in services if isinstance(service, str))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def denied_of(
    iam: Client,
    principal: str,
    actions: Iterable[str],
    resource: str | None = None,
    context: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Those of the actions that IAM denies a principal: on a resource, or on all; `context` has condition keys."""
    names = sorted(actions)
    entries = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in (context or {}).items()
    ]
    for first in range(0, len(names), _AT_ONCE):
        asked = {"PolicySourceArn": principal, "ActionNames": names[first : first + _AT_ONCE], "MaxItems": _PAGE}
        asked |= {"ResourceArns": [resource]} if resource else {}
        asked |= {"ContextEntries": entries} if entries else {}
        for evaluation in members(iam.simulate_principal_policy, "EvaluationResults", **asked):
            # A denial that depends on a condition key is not certain: the key's value is known only at the call.
            if evaluation["EvalDecision"] != "allowed" and not evaluation.get("MissingContextValues"):
                yield evaluation["EvalActionName"]
