"""What an update does to a database beside its removal: another kind in its place, a major version, fewer backups.

None of it stands in a change set as what it is. Between an instance and a cluster CloudFormation sees one resource that
goes and one that comes: the new one is empty. Another major version is a change in place, with the database down
meanwhile, and RDS takes no older one again: a rollback leaves it as it is. Where backups are kept for fewer days, those
that are older by then are deleted, and no rollback brings them back.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
"""

from collections.abc import Iterator

from deployment.review.review import Kind, PropertyChange, ResourceChange, Review
from deployment.template.resource_path import ResourcePath

_DATABASES = frozenset(
    f"AWS::{service}::{noun}"
    for service, nouns in {
        "RDS": ("DBInstance", "DBCluster", "GlobalCluster"),
        "DocDB": ("DBInstance", "DBCluster", "GlobalCluster"),
        "Neptune": ("DBInstance", "DBCluster", "GlobalCluster"),
    }.items()
    for noun in nouns
)
_VERSION, _KEPT = "EngineVersion", "BackupRetentionPeriod"


def exchanged(review: Review) -> dict[ResourcePath, str]:
    """By database that goes, in which other one, that comes beside it in its layer, its data is not."""
    return dict(_exchanged(review))


def _exchanged(review: Review) -> Iterator[tuple[ResourcePath, str]]:
    databases = [change for change in review.resources if change.type in _DATABASES]
    coming = [change for change in databases if change.kind is Kind.ADDED]
    for change in databases:
        beside = [new.path for new in coming if new.path.parent == change.path.parent]
        if change.kind is Kind.REMOVED and beside:
            names = ", ".join(map(str, beside))
            yield (
                change.path,
                f"is replaced by {names}, which begins empty: the data is not moved; move it before, or restore "
                "the snapshot beside the stack",
            )


def upgraded(change: ResourceChange) -> str | None:
    """Why a database that stays is guarded: another major version has no way back; None where it keeps its own."""
    versions = _property(change, _VERSION)
    if versions is None:
        return None
    majors = [text.partition(".")[0] if text else None for text in (versions.before, versions.after)]
    if versions.known and None not in majors and majors[0] == majors[1]:
        return None
    gets = "gets" if versions.known and versions.certain and None not in majors else "may get"
    return (
        f"{gets} another major version of its engine: it is not available meanwhile, and the change cannot be undone, "
        "not "
        "even by a rollback; take a snapshot before"
    )


def shortened(change: ResourceChange) -> str | None:
    """Why a database that stays is guarded: its backups are kept for fewer days; None where they are not."""
    days = _property(change, _KEPT)
    if days is None:
        return None
    before, after = (int(text) if text and text.isdecimal() else None for text in (days.before, days.after))
    told = days.known and days.certain and before is not None and after is not None
    if told and (after or 0) >= (before or 0):
        return None
    fewer = f"keeps its backups for {after} days instead of {before}"
    keeps = fewer if told else "may keep its backups for fewer days"
    return f"{keeps}: older ones are deleted, and a rollback does not restore them; take a snapshot before"


def _property(change: ResourceChange, name: str) -> PropertyChange | None:
    """What changes of a property of a database that stays; None of all else."""
    if change.type not in _DATABASES or change.kind not in (Kind.CHANGED, Kind.MAY_BE_REPLACED):
        return None
    return next((changed for changed in change.properties if changed.name == name), None)
