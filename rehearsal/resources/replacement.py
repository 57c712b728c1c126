"""Whether a change replaces a resource: the one place that decides it, for change sets and for their execution.

Three steps, from the schema to the resource:

1. `requires_recreation`: what a change of one property asks for, by the registry schema of the resource's type
   (`createOnlyProperties`, `conditionalCreateOnlyProperties`; a type without an update handler is always replaced).
2. `replacement`: what a change set says of the whole resource, from the details of its row. A value that is unknown
   until execution (Evaluation `Dynamic`) may turn out to be the same, so it makes no more than `Conditional`.
3. `is_replaced`: what the execution does, when every value is known. `Conditional` is then an update in place,
   unless the condition is known: the resource's UpdatePolicy decides for some properties
   (`cloudformation/template/update_behaviors.py`), and the page of one property describes its own. All others are the
   service's.

Whether the old resource is removed before or after the new one is made is a fact of the type
(`ResourceType.deletes_before_creating`); what becomes of the old one, its UpdateReplacePolicy says.

Target.RequiresRecreation, ResourceChange.Replacement and ResourceChange.PolicyAction in the API reference.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from cloudformation.scalars import is_true
from cloudformation.template.update_behaviors import sparing_policy
from rehearsal.resources.resource_types import ResourceType

Recreation = Literal["Never", "Conditionally", "Always"]
Replacement = Literal["True", "Conditional", "False"]
_BY_INTRUSION: tuple[Recreation, ...] = ("Never", "Conditionally", "Always")


def requires_recreation(kind: ResourceType, path: Sequence[str]) -> Recreation:
    """What a change at this property path does to the resource, e.g. ("VpcConfig", "SubnetIds", "0")."""
    if not kind.supports_update or any(_touches(pattern, path) for pattern in kind.create_only):
        return "Always"
    conditional = any(_touches(pattern, path) for pattern in kind.conditionally_create_only)
    return "Conditionally" if conditional else "Never"


def is_replaced(
    kind: ResourceType,
    paths: Iterable[Sequence[str]],
    update_policy: Any = None,
    after: Mapping[str, Any] | None = None,
) -> bool:
    """Whether the execution replaces the resource, given the paths at which its properties really change.

    `update_policy` is that of the template which the update leads to, `after` the properties.
    """
    policies = update_policy if isinstance(update_policy, Mapping) else {}
    return any(
        requires_recreation(kind, path) == "Always"
        or _unspared(kind, path[0], policies)
        or _moves_nodes(kind, path[0], after or {})
        for path in paths
    )


def _unspared(kind: ResourceType, name: str, policies: Mapping[str, Any]) -> bool:
    policy = sparing_policy(kind.name, name)
    return policy is not None and not is_true(policies.get(policy))


def _moves_nodes(kind: ResourceType, name: str, after: Mapping[str, Any]) -> bool:
    """NumCacheNodes: "if the PreferredAvailabilityZone and PreferredAvailabilityZones properties were not previously
    specified and you don't specify any new values, an update requires replacement" (its page)."""
    if (kind.name, name) != ("AWS::ElastiCache::CacheCluster", "NumCacheNodes"):
        return False
    return not (after.get("PreferredAvailabilityZone") or after.get("PreferredAvailabilityZones"))


def replacement(details: Sequence[Mapping[str, Any]]) -> Replacement:
    """What a change set says of a resource; of its details (ResourceChangeDetail) the most intrusive decides."""
    forced = [detail for detail in details if _recreation(detail) == "Always"]
    if any(detail["Evaluation"] == "Static" for detail in forced):
        return "True"
    conditional = any(_recreation(detail) == "Conditionally" for detail in details)
    return "Conditional" if forced or conditional else "False"


def more_intrusive(detail: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a detail asks for more than another of the same property."""
    return _BY_INTRUSION.index(_recreation(detail)) > _BY_INTRUSION.index(_recreation(other))


def policy_action(update_replace_policy: str | None) -> str:
    """What becomes of the resource that is replaced, as PolicyAction names it."""
    kept = update_replace_policy in ("Retain", "Snapshot")
    return f"ReplaceAnd{update_replace_policy if kept else 'Delete'}"


def _recreation(detail: Mapping[str, Any]) -> Recreation:
    required: Recreation = detail["Target"]["RequiresRecreation"]
    return required


def _touches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Whether one is the other or lies under it; pointers into lists are written with and without `*`."""
    plain = [step for step in pattern if step != "*"]
    return _agree(pattern, path) or _agree(plain, [step for step in path if not step.isdigit()])


def _agree(pattern: Sequence[str], path: Sequence[str]) -> bool:
    return all(left in ("*", right) for left, right in zip(pattern, path, strict=False))
