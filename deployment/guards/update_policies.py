"""Updates in place that replace a resource, or all that runs in it: decided by its UpdatePolicy, told by no change set.

A change set tells what the resource type's schema says of a property. What CloudFormation then does is decided by the
template that it is given; where that is not known, or where the attribute is a function, the worst is assumed.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.scalars import is_number, is_true, text_of
from deployment.review.review import Kind, ResourceChange


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
_NO_UPDATE = (Kind.ADDED, Kind.IMPORTED, Kind.REMOVED, Kind.REPLACED, Kind.MAY_BE_REPLACED)
_FUNCTION = re.compile(r"Fn::|Ref$|Condition$")


def update_effect(change: ResourceChange, body: Mapping[str, Any] | None) -> UpdateEffect | None:
    """What an update in place does beyond what it says; `body` is the resource as it is sent, None where unknown."""
    rule = _RULES.get(change.type)
    if change.kind in _NO_UPDATE or rule is None or not _touches(change, rule.properties):
        return None
    return rule.effect(_UNKNOWN if body is None else body.get("UpdatePolicy"))


def _touches(change: ResourceChange, properties: frozenset[str] | None) -> bool:
    """Whether one of these may change; a row that does not say what changes may change all."""
    names = {re.split(r"[/.\[]", changed.name)[0] for changed in change.properties}
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


def _unless(name: str) -> Callable[[Any], UpdateEffect | None]:
    """Replaced, unless the policy of this name is plainly true."""

    def effect(policy: Any) -> UpdateEffect | None:
        spared = is_true(_setting(policy, name))
        return None if spared else UpdateEffect(f"no UpdatePolicy {name} keeps CloudFormation from replacing it", True)

    return effect


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


_VERSION = "EnableVersionUpgrade"
_RULES: Mapping[str, _Rule] = {
    "AWS::ElastiCache::ReplicationGroup": _Rule(
        frozenset(("NumNodeGroups", "NodeGroupConfiguration")), _unless("UseOnlineResharding")
    ),
    "AWS::OpenSearchService::Domain": _Rule(frozenset(("EngineVersion",)), _unless(_VERSION)),
    "AWS::Elasticsearch::Domain": _Rule(frozenset(("ElasticsearchVersion",)), _unless(_VERSION)),
    "AWS::AutoScaling::AutoScalingGroup": _Rule(
        frozenset(
            (
                *("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy"),
                *("PlacementGroup", "VPCZoneIdentifier"),
            )
        ),
        _of_group,
    ),
    "AWS::AppStream::Fleet": _Rule(None, _of_fleet),
}
