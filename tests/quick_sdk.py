"""What is done anew in each of thousands of runs is done once for the whole process: in the SDK, and in Python itself.

A command of its own does each of it once, and saves nothing.
"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.hooks
import botocore.session
import botocore.useragent
from botocore.compat import accepts_kwargs
from botocore.hooks import EventAliaser, HierarchicalEmitter


def remember_in_the_sdk() -> None:
    """Lets botocore remember what it reads and works out: a third of the time of a run here."""
    # A session of botocore reads its service models anew, a tenth of a second for each service.
    botocore.session.create_loader = cache(botocore.session.create_loader)
    # Each request spells the user agent anew, letter by letter, which is a tenth of all that the SDK does here.
    spelled = botocore.useragent.sanitize_user_agent_string_component
    botocore.useragent.sanitize_user_agent_string_component = cache(spelled)
    # Each client learns anew how old names of events are spelled now, and looks up each handler's signature.
    EventAliaser._alias_event_name = staticmethod(EventAliaser(HierarchicalEmitter())._alias_event_name)
    botocore.hooks.accepts_kwargs = _accepts_kwargs


def _accepts_kwargs(handler: Callable[..., Any]) -> bool:
    code = getattr(handler, "__code__", None)
    return bool(code.co_flags & inspect.CO_VARKEYWORDS if code else accepts_kwargs(handler))


def collect_rarely() -> None:
    """What stands by now stays to the end, modules and service models and tests: no full collection walks over it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 100)
