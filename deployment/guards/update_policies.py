"""Updates in place that replace a resource, or all that runs in it: decided by its UpdatePolicy, in no change set.

A change set says what the resource type's schema says of a property. What CloudFormation then does is decided by the
template that it is given; where that is not known, or where the attribute is a function, the worst is assumed.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.scalars import is_number, is_true, text_of
from cloudformation.statuses import RequiresRecreation
from cloudformation.template.update_behaviors import CONDITIONAL, DECIDED_BY_POLICY, sparing_policy
from deployment.review.review import Kind, PropertyChange, ResourceChange


@dataclass(frozen=True)
class UpdateEffect:
    """What an update in place comes to: why, and whether the resource itself is replaced."""

    why: str
    replaces: bool


@dataclass(frozen=True)
class _Rule:
    """What the policy of one type makes of a change to these properties (None: any)."""

    properties: frozenset[str] | None
    effect: Callable[[Any], UpdateEffect | None]


_UNKNOWN = object()
# What is no update in place, or is guarded as a replacement anyway.
_NO_UPDATE = (Kind.ADDED, Kind.IMPORTED, Kind.REMOVED, Kind.REPLACED)
_FUNCTION = re.compile(r"Fn::|Ref$|Condition$")


def update_effect(change: ResourceChange, body: Mapping[str, Any] | None) -> UpdateEffect | None:
    """What an update in place does beyond what it says; `body` is the resource as it is sent, None where unknown.

    Of what may be replaced anyway, why it may.
    """
    if change.kind in _NO_UPDATE:
        return None
    policy, rule = _UNKNOWN if body is None else body.get("UpdatePolicy"), _RULES.get(change.type)
    if change.kind is Kind.MAY_BE_REPLACED:
        return _unspared(change, policy)
    effect = rule.effect(policy) if rule is not None and _touches(change, rule.properties) else None
    return effect or _unspared(change, policy)


def is_spared(change: ResourceChange, body: Mapping[str, Any] | None) -> bool:
    """Whether an update policy surely keeps CloudFormation from replacing what a change set says may be replaced.

    A change set shows properties; that the policy decides, it does not know. Every property that might replace the
    resource must be one that a policy spares.
    """
    asking = [changed for changed in change.properties if changed.recreation is not RequiresRecreation.NEVER]
    if change.kind is not Kind.MAY_BE_REPLACED or body is None or not asking:
        return False
    policies = {sparing_policy(change.type, _top(changed)) for changed in asking}
    return all(policy is not None and is_true(_setting(body.get("UpdatePolicy"), policy)) for policy in policies)


def _unspared(change: ResourceChange, policy: Any) -> UpdateEffect | None:
    """What a change may replace by AWS's specification, whatever a change set says, unless a policy spares it."""
    conditional = CONDITIONAL.get(change.type)
    if conditional is None or not _touches(change, conditional):
        return None
    named = sorted({_top(changed) for changed in change.properties} & conditional) or sorted(conditional)
    for name in named:
        sparing = sparing_policy(change.type, name)
        if sparing is None:
            return UpdateEffect(f"AWS's specification says that another {name} replaces it under conditions", True)
        if not is_true(_setting(policy, sparing)):
            return UpdateEffect(f"no UpdatePolicy {sparing} keeps CloudFormation from replacing it", True)
    return None


def _top(changed: PropertyChange) -> str:
    """The property of the resource in which a change is."""
    return re.split(r"[/.\[]", changed.name)[0]


def _touches(change: ResourceChange, properties: frozenset[str] | None) -> bool:
    """Whether one of these may change; a row that does not say what changes may change all."""
    names = {_top(changed) for changed in change.properties}
    return properties is None or not names or "Properties" in names or bool(names & properties)


def _setting(policy: Any, *names: str) -> Any:
    """A value in the policy; None where it is not there, _UNKNOWN where a function decides."""
    for name in names:
        if policy is _UNKNOWN or policy is None:
            return policy
        if not isinstance(policy, Mapping) or any(_FUNCTION.match(key) for key in policy):
            return _UNKNOWN
        policy = policy.get(name)
    return _UNKNOWN if isinstance(policy, Mapping) and any(_FUNCTION.match(key) for key in policy) else policy


def _of_group(policy: Any) -> UpdateEffect | None:
    """The instances of an Auto Scaling group stay as they are where it has none of these policies."""
    replacing = _setting(policy, "AutoScalingReplacingUpdate", "WillReplace")
    if _may_be_true(replacing):
        return UpdateEffect("UpdatePolicy AutoScalingReplacingUpdate replaces it with all its instances", True)
    rolling = _setting(policy, "AutoScalingRollingUpdate")
    # Without it, all instances may be terminated at once: the default is 0.
    if rolling is not None and not _is_some(_setting(rolling, "MinInstancesInService")):
        return UpdateEffect("its instances are terminated, and no MinInstancesInService keeps one in service", False)
    least = _setting(policy, "AutoScalingInstanceRefresh", "Preferences", "MinHealthyPercentage")
    if least is not None and not _is_some(least):
        return UpdateEffect("its instances are terminated, and MinHealthyPercentage keeps none in service", False)
    return None


def _of_fleet(policy: Any) -> UpdateEffect | None:
    if _may_be_true(_setting(policy, "StopBeforeUpdate")):
        return UpdateEffect("UpdatePolicy StopBeforeUpdate stops it for the update: its sessions end", False)
    return None


def _may_be_true(value: Any) -> bool:
    return value is not None and text_of(value).lower() != "false"


def _is_some(value: Any) -> bool:
    """Whether a value is plainly a number of at least one."""
    return is_number(text_of(value)) and float(text_of(value)) >= 1


_EFFECTS = {"AWS::AutoScaling::AutoScalingGroup": _of_group, "AWS::AppStream::Fleet": _of_fleet}
_RULES: Mapping[str, _Rule] = {type_: _Rule(DECIDED_BY_POLICY[type_], effect) for type_, effect in _EFFECTS.items()}
