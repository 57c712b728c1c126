"""What holds for every test: properties are tried on the same examples each time, and never against the clock."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# `HYPOTHESIS_PROFILE=explore make test` looks for new examples instead.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
