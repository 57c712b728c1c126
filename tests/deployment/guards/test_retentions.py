"""What is kept for less time after an update in place is guarded, and where that is not known, too."""

from __future__ import annotations

import pytest

from cloudformation.resource_types.retentions import RETENTIONS
from cloudformation.statuses import RequiresRecreation
from deployment.guards.guards import needing_approval, with_guards
from deployment.guards.retentions import shortened
from deployment.review.review import Kind, LayerReview, PropertyChange, ResourceChange, Review
from deployment.template.resource_path import ROOT

_DATABASE, _LOGS, _QUEUE = "AWS::RDS::DBInstance", "AWS::Logs::LogGroup", "AWS::SQS::Queue"


def kept(
    type_: str, before: str | None, after: str | None, *, known: bool = True, certain: bool = True, name: str = ""
) -> ResourceChange:
    named = name or RETENTIONS[type_].name
    changed = PropertyChange(named, before, after, known, certain, RequiresRecreation.CONDITIONALLY, None)
    return ResourceChange(ROOT / "Data" / "Kept", type_, Kind.MAY_BE_REPLACED, "id", None, (changed,))


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        (kept(_DATABASE, "7", "1"), "keeps its backups for 1 days instead of 7: older ones are deleted"),
        (kept(_DATABASE, "7", "0"), "keeps its backups for 0 days instead of 7"),
        (kept(_LOGS, "30", "7"), "keeps its log events for 7 days instead of 30: older ones are deleted"),
        (kept(_LOGS, None, "365"), "keeps its log events for 365 days instead of without limit"),
        (kept(_QUEUE, None, "60"), "keeps its messages for 60 seconds instead of 345600"),
        (kept(_QUEUE, "1209600", None), "keeps its messages for 345600 seconds instead of 1209600"),
        (kept("AWS::Kinesis::Stream", "168", None), "keeps its records for 24 hours instead of 168"),
    ],
)
def test_what_is_kept_for_less_time_is_guarded(change: ResourceChange, begins: str) -> None:
    assert str(shortened(change)).startswith(begins)


@pytest.mark.parametrize(
    "change",
    [
        kept(_DATABASE, "7", None),
        kept(_DATABASE, None, "7"),
        kept(_LOGS, "30", None, known=False),
        kept(_LOGS, "30", "90", certain=False),
        kept(_LOGS, "{{resolve:ssm:/days}}", "90"),
    ],
)
def test_where_a_time_is_not_known_it_may_be_shorter(change: ResourceChange) -> None:
    assert str(shortened(change)).startswith("may keep its ")


@pytest.mark.parametrize(
    "change",
    [
        kept(_DATABASE, "7", "14"),
        kept(_LOGS, "30", "90"),
        kept(_LOGS, "30", None),
        kept("AWS::ElastiCache::CacheCluster", None, "7"),
        kept(_QUEUE, "60", "60"),
        kept(_LOGS, "a", "b", name="KmsKeyId"),
        kept("AWS::SNS::Topic", "7", "1", name="RetentionInDays"),
    ],
)
def test_what_is_kept_as_long_or_longer_is_not_guarded(change: ResourceChange) -> None:
    assert shortened(change) is None


def test_the_guard_is_one_of_the_review() -> None:
    change = kept(_LOGS, "30", "7")
    update = ResourceChange(change.path, change.type, Kind.CHANGED, "id", None, change.properties)
    review = Review(LayerReview(ROOT, None, (update,), (), ()), ())
    assert needing_approval(with_guards(review, (), {})) == {
        "Data/Kept": "keeps its log events for 7 days instead of 30: older ones are deleted, and a rollback does not "
        "restore them; export them first"
    }
