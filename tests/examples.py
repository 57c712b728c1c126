"""How many examples a property is tried on: all of them in `make check`, a quarter in `make test`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
_FEWEST = 10


def examples(number: int) -> int:
    """Of a property that says itself how many it needs."""
    return max(min(number, _FEWEST), number // 4) if PROFILE == "quick" else number


def load_profile() -> None:
    """`HYPOTHESIS_PROFILE=steady` tries all of the same examples each time, `explore` looks for new ones."""
    slow = [HealthCheck.too_slow]
    settings.register_profile(
        "quick", max_examples=examples(100), derandomize=True, deadline=None, suppress_health_check=slow
    )
    settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=slow)
    settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=slow)
    settings.load_profile(PROFILE)
