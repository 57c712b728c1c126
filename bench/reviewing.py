"""How exact the review is over random systems: how many certain rows were right, and how many unknown rows

did not change. `make soundness` verifies that no row is wrong. An unknown row is honest, and one that does not change
is still a false alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bench.measure import Line
from tests.soundness.played import play_all
from tests.soundness.verdict import precision

_SEEDS = range(80)


def lines() -> Iterator[Line]:
    """Shares over systems from fixed seeds; nothing here is timed."""
    counts: Counter[str] = Counter()
    for played in play_all(_SEEDS):
        if played.facts is not None:
            counts.update(precision(played.facts))
    certain, unknown = counts["certain rows"], counts["unknown rows"]
    so, idle = counts["certain rows that were right"], counts["unknown rows that did not change"]
    yield Line(f"share of {certain} rows shown as certain that were right", so / certain, 0.97, at_least=True)
    yield Line(
        f"share of false alarms: unknown rows that did not change, of {certain + unknown} rows",
        idle / (certain + unknown),
        0.15,
    )
