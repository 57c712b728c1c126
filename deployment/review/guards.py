"""Which changes nobody makes unattended: the loss of what holds data, of what people reach, of what a file protects.

`--yes` approves none of them: each is approved by its own path, typed or given with `--allow`. A resource that MAY be
replaced counts as replaced. What is only added or changed in place is never guarded, nor is a new revision of an ECS
task definition: that is how ECS deploys. Pure functions: what is in a removed layer comes in as `contents`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from deployment.errors import UnknownAllowance
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE

# By the last word of a resource type, so that every service's clusters, tables and buckets count: what goes with it.
HOLDS_DATA = {
    "Bucket": "the objects in it",
    "Cluster": "what runs in it",
    "DBCluster": "its data",
    "DBInstance": "its data",
    "Database": "its data",
    "DirectoryBucket": "the objects in it",
    "Domain": "its data",
    "FileSystem": "its files",
    "GlobalCluster": "its data",
    "GlobalTable": "its items",
    "HostedZone": "its records",
    "Instance": "its disks and addresses",
    "Key": "all that is encrypted with it",
    "LogGroup": "its logs",
    "Queue": "its messages",
    "ReplicationGroup": "its data",
    "Repository": "its contents",
    "Secret": "its value",
    "ServerlessCache": "its data",
    "Stream": "its records",
    "Table": "its data",
    "UserPool": "its users",
    "BackupVault": "its backups",
    "Volume": "its data",
}
IS_REACHED = {
    "Api": "its address",
    "Certificate": "what HTTPS answers with",
    "Distribution": "its address",
    "DomainName": "the name that people use",
    "EIP": "its address",
    "InternetGateway": "the way to and from the internet",
    "Listener": "the port that people reach",
    "LoadBalancer": "its DNS name and all traffic through it",
    "NatGateway": "its address",
    "RecordSet": "the name that people use",
    "RecordSetGroup": "the names that people use",
    "RestApi": "its address",
    "Subnet": "its addresses and what stands in it",
    "VPC": "the network and what stands in it",
}
_UNREAD = "is a whole layer whose templates could not be compared: anything in it may be replaced or deleted"
_LOSES = (Kind.REMOVED, Kind.REPLACED, Kind.MAY_BE_REPLACED)


@dataclass(frozen=True)
class Held:
    """One resource of a layer that goes; `policy` is its DeletionPolicy."""

    path: ResourcePath
    type: str
    policy: str


Contents = Mapping[ResourcePath, Sequence[Held]]


def with_guards(review: Review, protect: Sequence[str], contents: Contents) -> Review:
    """The same review, where each guarded change says why it is one.

    `protect` holds the environment file's paths: of a resource, of a layer with all in it, or with `*`. `contents`
    has what is in the nested stacks that go.
    """

    def marked(layer: LayerReview) -> LayerReview:
        resources = tuple(replace(change, guard=_reason(change, protect, contents)) for change in layer.resources)
        return replace(layer, resources=resources, layers=tuple(marked(below) for below in layer.layers))

    return replace(review, root=marked(review.root))


def guarded(review: Review) -> tuple[ResourceChange, ...]:
    """The changes that need an approval of their own."""
    return tuple(change for change in review.resources if change.guard is not None)


def needing_approval(review: Review) -> dict[str, str]:
    """What needs an approval of its own, as `--allow` takes it: the path of a resource or the name of a setting."""
    settings = {setting.name: setting.guard for setting in review.settings if setting.guard is not None}
    return {str(change.path): change.guard or "" for change in guarded(review)} | settings


def refuse_unknown(allowed: Iterable[str], guards: Sequence[str]) -> None:
    """Raises UnknownAllowance where an approval given beforehand is for no guarded change."""
    unknown = [path for path in allowed if path not in guards]
    if unknown:
        raise UnknownAllowance(unknown, guards)


def protecting(path: ResourcePath, protect: Sequence[str]) -> str | None:
    """The entry of the environment file that protects a path, if any does."""
    prefixes = ["/".join(path[:length]) for length in range(1, len(path) + 1)]
    return next((entry for entry in protect if any(fnmatchcase(prefix, entry.strip("/")) for prefix in prefixes)), None)


def unmatched(protect: Sequence[str], paths: Iterable[ResourcePath]) -> tuple[str, ...]:
    """The entries that protect nothing there is: most likely misspelt."""
    known = list(paths)
    return tuple(entry for entry in protect if not any(protecting(path, [entry]) for path in known))


def _reason(change: ResourceChange, protect: Sequence[str], contents: Contents) -> str | None:
    """Why a change is guarded and what it costs, as one sentence; None where it is not guarded."""
    if change.kind not in _LOSES:
        return None
    if change.type == STACK_TYPE:
        if change.kind is Kind.REMOVED:
            return _layer_goes(change, contents.get(change.path, ()))
        return _UNREAD if change.local else None
    entry = protecting(change.path, protect)
    nature, lost = _nature(change.type)
    if nature is None and entry is None:
        return None
    because = [nature] if nature else []
    because += [f"is protected by the environment file ({entry})"] if entry else []
    return f"{' and '.join(because)}: {_fate(change, lost)}"


def _nature(kind: str) -> tuple[str | None, str | None]:
    noun = kind.rpartition("::")[2]
    if noun in HOLDS_DATA:
        return "holds data", HOLDS_DATA[noun]
    return ("is public-facing", IS_REACHED[noun]) if noun in IS_REACHED else (None, None)


def _fate(change: ResourceChange, lost: str | None) -> str:
    """What becomes of the old resource, by CloudFormation's PolicyAction; a change set may leave that out."""
    policy, lost = change.policy or "Delete", f", with {lost}" if lost else ""
    if change.kind is Kind.REMOVED:
        is_, leaves = ("is", "leaves") if change.certain else ("may be", "may leave")
        if policy == "Retain":
            return f"it {leaves} the stack and stays in the account"
        return f"it {is_} deleted{' after a snapshot' if policy == 'Snapshot' else lost}"
    new = "a new one may take its place" if change.kind is Kind.MAY_BE_REPLACED else "a new one takes its place"
    if policy == "ReplaceAndRetain":
        return f"{new}; the old one stays in the account, outside the stack"
    return f"{new}; the old one is deleted{' after a snapshot' if policy == 'ReplaceAndSnapshot' else lost}"


def _layer_goes(change: ResourceChange, held: Sequence[Held]) -> str:
    """What a whole layer takes with it; a nested stack's own policy decides before those of its resources."""
    if change.policy == "Retain":
        return "is a whole layer: it leaves the stack and stays in the account, with all that is in it"
    start = f"is a whole layer: it is deleted with its {len(held)} resources" if held else "is a whole layer: it goes"
    grave = [resource for resource in held if _nature(resource.type)[0]]
    going = [_name(resource) for resource in grave if not resource.policy.startswith("Retain")]
    staying = [_name(resource) for resource in held if resource.policy.startswith("Retain")]
    among = f", among them {', '.join(going)}" if going else ""
    left = f"; {', '.join(staying)} stays in the account" if staying else ""
    return f"{start}{among}{left}"


def _name(held: Held) -> str:
    snapshot = ", after a snapshot" if held.policy == "Snapshot" else ""
    return f"{held.path} ({held.type}{snapshot})"
