"""How exact the review is over random systems: how many certain rows were so, and how many doubts were idle.

That none is untrue, `make soundness` holds. A doubt is honest, and one that was for nothing is still a false alarm.
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
    certain, doubts = counts["certain rows"], counts["doubts"]
    so, idle = counts["certain rows that were so"], counts["doubts about what was not touched"]
    yield Line(f"share of {certain} rows shown as certain that were so", so / certain, 0.97, at_least=True)
    yield Line(
        f"share of false alarms: doubts for nothing, of {certain + doubts} rows", idle / (certain + doubts), 0.15
    )
