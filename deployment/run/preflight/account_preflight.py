"""Whether a new account is ready: the role that ECS needs, and the quotas that a first deployment may exceed.

ECS creates its service-linked role with the first cluster of an account, and that very cluster may fail before the role
exists. A template cannot own it: the second stack with it would collide. Nothing here stops a deployment, and where the
caller may not ask, the deployment continues without an answer.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cloudformation.statuses import ChangeAction, Replacement
from deployment.aws.calls import call
from deployment.aws.pages import members
from deployment.change_set.change_set import Change, ChangeSet
from deployment.diagnosis.causes.service_linked_role import ECS_ROLE, making_the_role
from deployment.errors import AwsRefusal, DeploymentError
from deployment.review.review import Kind, ResourceChange
from deployment.run.run import Run

_CLUSTER, _SERVICE, _VPC = "AWS::ECS::Cluster", "AWS::ECS::Service", "AWS::EC2::VPC"


@dataclass(frozen=True)
class Quota:
    """A quota of the account in the Region; `used` is None where that is not counted."""

    name: str
    value: float
    used: int | None


@dataclass(frozen=True)
class Account:
    """What was found; `unread` is what could not be asked, and why."""

    role_missing: bool = False
    vpcs: Quota | None = None
    fargate: Quota | None = None
    unread: tuple[str, ...] = ()


def look(run: Run) -> Account:
    """Reads what the templates' types need; a rehearsal's quotas mean nothing, and are read only if asked for."""
    bodies = [body for _, template in run.root.walk() for body in template.section("Resources").values()]
    types = {body.get("Type") for body in bodies if isinstance(body, dict)}
    unread: list[str] = []
    missing = bool(types & {_CLUSTER, _SERVICE}) and _role_missing(run, unread)
    if run.choices.rehearsed and not run.choices.preflight:
        return Account(missing, unread=tuple(unread))
    vpcs = _vpcs(run, unread) if _VPC in types else None
    fargate = _fargate(run, unread) if _SERVICE in types else None
    return Account(missing, vpcs, fargate, tuple(unread))


def _role_missing(run: Run, unread: list[str]) -> bool:
    try:
        call(run.session.client("iam", attempts=1).get_role, RoleName=ECS_ROLE)
    except AwsRefusal as error:
        if error.code == "NoSuchEntity":
            return True
        unread.append(f"role {ECS_ROLE}: {error.happened}")
    except DeploymentError as error:
        unread.append(f"role {ECS_ROLE}: {error.happened}")
    return False


def _vpcs(run: Run, unread: list[str]) -> Quota | None:
    try:
        quotas = run.session.client("service-quotas", attempts=1)
        value = call(quotas.get_service_quota, ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"]
        ec2 = run.session.client("ec2", attempts=1)
        return Quota("VPCs per Region", value, sum(1 for _ in members(ec2.describe_vpcs, "Vpcs")))
    except (DeploymentError, LookupError) as error:
        unread.append(f"quota of VPCs per Region: {error}")
        return None


def _fargate(run: Run, unread: list[str]) -> Quota | None:
    try:
        quotas = run.session.client("service-quotas", attempts=1)
        value = call(quotas.get_service_quota, ServiceCode="fargate", QuotaCode="L-3032A538")["Quota"]["Value"]
        return Quota("Fargate On-Demand vCPU", value, None)
    except (DeploymentError, LookupError) as error:
        unread.append(f"quota of Fargate vCPU: {error}")
        return None


def tell_account(run: Run, account: Account, tree: ChangeSet, compared: Iterable[ResourceChange] = ()) -> None:
    """Warns of what these changes would run into; with a preflight also what is in order, or could not be read."""
    if account.role_missing:
        run.say(
            f"warning: the account does not have the role {ECS_ROLE} yet. ECS creates it with the first cluster, "
            f"which may be too late for that cluster. {making_the_role()}"
        )
    made = [*_made(change for _, layer in tree.walk() for change in layer.changes)]
    made += [change.type for change in compared if change.kind in (Kind.ADDED, Kind.REPLACED, Kind.MAY_BE_REPLACED)]
    for line in _quota_lines(account, made.count(_VPC)):
        run.say(line)
    if run.choices.preflight:
        for quota in (account.vpcs, account.fargate):
            if quota is not None:
                used = "" if quota.used is None else f", {quota.used} in use"
                run.say(f"preflight: quota of {quota.name}: {quota.value:g}{used}")
        for line in account.unread:
            run.say(f"preflight: not read: {line}; continuing")


def _made(changes: Iterable[Change]) -> Iterator[str]:
    """The type of each resource that is created: a replacement exists beside the old one until that is deleted."""
    for change in changes:
        replaced = change.replacement in (Replacement.TRUE, Replacement.CONDITIONAL)
        if change.action is ChangeAction.ADD or (change.action is ChangeAction.MODIFY and replaced):
            yield change.type


def _quota_lines(account: Account, vpcs: int) -> Iterator[str]:
    quota = account.vpcs
    if quota and quota.used is not None and vpcs and quota.used + vpcs > quota.value:
        yield (
            f"warning: {quota.used} of {quota.value:g} VPCs of this Region are in use, and {vpcs} more would be "
            "created: delete one, or request an increase in Service Quotas (VPCs per Region)"
        )
    if account.fargate and account.fargate.value < 1:
        yield (
            f"warning: the account may run {account.fargate.value:g} Fargate vCPU in this Region: request an increase "
            "in Service Quotas (Fargate On-Demand vCPU resource count)"
        )
