"""What a service deletes by itself after a time that a property sets: a shorter one deletes what is older at once.

No change set shows that: the property is updated in place. A rollback sets the earlier time again and brings nothing
back. The times that hold where the property is absent are those of the pages of the properties.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple


class Retention(NamedTuple):
    """What is kept for how long: by the property `name`, in which unit; `absent` without it, None if not known."""

    name: str
    kept: str
    unit: str
    absent: float | None
    first: str

    def shorter(self, before: float, after: float) -> str:
        """What happens where it is kept for less time."""
        was = "without limit" if before == inf else str(int(before))
        return f"keeps {self.kept} for {int(after)} {self.unit} instead of {was}: {self._lost}"

    @property
    def perhaps(self) -> str:
        """What may happen where one of the times is not known."""
        return f"may keep {self.kept} for fewer {self.unit}: {self._lost}"

    @property
    def another(self) -> str:
        """What may happen where both times are not looked at."""
        return f"keeps {self.kept} for another number of {self.unit}: where that is smaller, {self._lost}"

    @property
    def _lost(self) -> str:
        return f"older ones are deleted, and a rollback does not restore them; {self.first} first"


_SNAPSHOT = "take a snapshot"
_BACKUPS = Retention("BackupRetentionPeriod", "its backups", "days", None, _SNAPSHOT)
_CACHE = Retention("SnapshotRetentionLimit", "its snapshots", "days", 0, "take one of your own")
RETENTIONS: Mapping[str, Retention] = {
    "AWS::DocDB::DBCluster": _BACKUPS,
    "AWS::ElastiCache::CacheCluster": _CACHE,
    "AWS::ElastiCache::ReplicationGroup": _CACHE,
    "AWS::Kinesis::Stream": Retention("RetentionPeriodHours", "its records", "hours", 24, "read them"),
    "AWS::Logs::LogGroup": Retention("RetentionInDays", "its log events", "days", inf, "export them"),
    "AWS::MemoryDB::Cluster": _CACHE,
    "AWS::Neptune::DBCluster": _BACKUPS,
    "AWS::RDS::DBCluster": _BACKUPS,
    "AWS::RDS::DBInstance": _BACKUPS,
    "AWS::Redshift::Cluster": Retention("AutomatedSnapshotRetentionPeriod", "its snapshots", "days", 1, _SNAPSHOT),
    "AWS::SQS::Queue": Retention("MessageRetentionPeriod", "its messages", "seconds", 345600, "receive them"),
}
