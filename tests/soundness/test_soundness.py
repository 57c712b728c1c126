"""What the review says is all that happens, and only that: held over random systems, from fixed seeds.

Here are the first of the 120 that `make check` plays; the others follow without pytest. `make soundness` plays 500.
`python -m tests.soundness --seeds 500-5000` plays others; `--family read-back` those that read back what they store,
`--verbose SEED` shows one of them whole, `--keep DIR SEED` writes its systems.
"""

from __future__ import annotations

import pytest

from tests.soundness.played import Telling, play_all
from tests.soundness.read_back import story
from tests.soundness.story import tied_story
from tests.soundness.verdict import violations

_AT_ONCE = 20


@pytest.mark.slow
@pytest.mark.parametrize(("tell", "first"), [(tied_story, 0), (story, 0)])
def test_the_review_tells_all_that_happens(tell: Telling, first: int) -> None:
    untrue, discarded = [], []
    for played in play_all(range(first, first + _AT_ONCE), tell):
        if played.facts is None:
            discarded.append(played.detail)
        else:
            untrue += [f"seed {played.seed}: {each}" for each in violations(played.facts)]
    assert not untrue, "\n".join(untrue)
    assert len(discarded) <= 2, "\n".join(discarded)
