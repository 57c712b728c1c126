"""What holds for every test: properties are tried on the same examples each time, and never against the clock.

And the stage on which many a stack is brought into its state.
"""

from __future__ import annotations

import gc
import inspect
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.hooks
import botocore.session
import botocore.useragent
import pytest
from botocore.compat import accepts_kwargs
from botocore.hooks import EventAliaser, HierarchicalEmitter
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.deployment.scenes import Scene, Stage
    from tests.deployment.standing import Standing

_NUMBERS = itertools.count()

# A session of botocore reads its service models anew, a tenth of a second for each service; here there are thousands.
botocore.session.create_loader = cache(botocore.session.create_loader)
# Each request spells the user agent anew, letter by letter, which is a tenth of all that the SDK does here.
botocore.useragent.sanitize_user_agent_string_component = cache(botocore.useragent.sanitize_user_agent_string_component)
# Each client learns anew how old names of events are spelled now, and looks up the signature of each of its handlers.
_ALIASER = EventAliaser(HierarchicalEmitter())
EventAliaser._alias_event_name = staticmethod(_ALIASER._alias_event_name)


def _accepts_kwargs(handler: Callable[..., Any]) -> bool:
    code = getattr(handler, "__code__", None)
    return bool(code.co_flags & inspect.CO_VARKEYWORDS if code else accepts_kwargs(handler))


botocore.hooks.accepts_kwargs = _accepts_kwargs

# `HYPOTHESIS_PROFILE=explore make test` looks for new examples instead.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is slow is played without coverage, which doubles its time: quicker tests hold the same lines."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """A full collection walks over all tests and service models, which stay to the end: let it be rare."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 100)


@pytest.fixture(scope="module")
def played() -> Iterator[Stage]:
    """A rehearsal for all scenes of a file."""
    from tests.deployment.scenes import stage

    with stage() as made:
        yield made


@pytest.fixture
def scene(played: Stage, tmp_path: Path) -> Iterator[Scene]:
    """A stack of its own, which does not stand yet, and no faults."""
    from tests.deployment.rehearsed import Player
    from tests.deployment.scenes import Scene, project_in

    stack = f"shop{next(_NUMBERS)}"
    played.faults()
    with closing(Player(project_in(tmp_path, stack), played.url)) as player:
        yield Scene(played, player, stack)


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Standing]:
    """One rehearsal for all commands of a file."""
    from tests.deployment.standing import standing

    with standing() as endpoint:
        yield endpoint


@pytest.fixture
def stage(rehearsal: Standing) -> Standing:
    """That rehearsal, in which nothing stands."""
    rehearsal.empty()
    return rehearsal
