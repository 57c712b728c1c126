"""What an update does to a database beside its removal: another kind in its place, or a major version.

None of it stands in a change set as what it is. Between an instance and a cluster CloudFormation sees one resource that
goes and one that comes: the new one is empty. Another major version is a change in place, with the database down
meanwhile, and RDS takes no older one again: a rollback leaves it as it is.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
"""

from collections.abc import Iterator

from cloudformation.resource_types.engine_versions import DATABASES, VERSION
from deployment.review.review import Kind, ResourceChange, Review
from deployment.template.resource_path import ResourcePath


def exchanged(review: Review) -> dict[ResourcePath, str]:
    """By database that goes, in which other one, that comes beside it in its layer, its data is not."""
    return dict(_exchanged(review))


def _exchanged(review: Review) -> Iterator[tuple[ResourcePath, str]]:
    databases = [change for change in review.resources if change.type in DATABASES]
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
    versions = change.updated(VERSION) if change.type in DATABASES else None
    if versions is None:
        return None
    majors = [text.partition(".")[0] if text else None for text in (versions.before, versions.after)]
    if versions.known and None not in majors and majors[0] == majors[1]:
        return None
    gets = "gets" if versions.known and versions.certain and None not in majors else "may get"
    return (
        f"{gets} another major version of its engine: it is not available meanwhile, and the change cannot be undone, "
        "not even by a rollback; take a snapshot before"
    )
