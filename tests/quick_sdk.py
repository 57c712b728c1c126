"""What is done anew in each of thousands of runs is done once for the whole process: in the SDK, and in Python itself.

A command of its own does each of it once, and saves nothing.
"""

from __future__ import annotations

import gc
import inspect
import os
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache, lru_cache
from typing import Any

import botocore.client
import botocore.hooks
import botocore.regions
import botocore.session
import botocore.useragent
from botocore.client import ClientCreator
from botocore.compat import accepts_kwargs
from botocore.hooks import EventAliaser, HierarchicalEmitter


def remember_in_the_sdk() -> None:
    """Lets botocore remember what it reads and works out: a third of the time of a run here."""
    # A session of botocore reads its service models anew, a tenth of a second for each service.
    botocore.session.create_loader = cache(botocore.session.create_loader)
    # Each request spells the user agent anew, letter by letter, which is a tenth of all that the SDK does here.
    spelled = botocore.useragent.sanitize_user_agent_string_component
    botocore.useragent.sanitize_user_agent_string_component = cache(spelled)
    component = botocore.useragent.UserAgentComponent
    component.to_string = lru_cache(component.to_string)
    # Each client learns anew how old names of events are spelled now, and looks up each handler's signature.
    EventAliaser._alias_event_name = staticmethod(EventAliaser(HierarchicalEmitter())._alias_event_name)
    botocore.hooks.accepts_kwargs = _accepts_kwargs
    _remember_clients()
    # moto makes up 500 machine images for each EC2 that is asked about its VPCs; nothing here looks for one.
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"


def _remember_clients() -> None:
    """Of clients of one service what is the same for all is made once: two thirds of the time that making one takes."""
    # The model and the rules are never written to, and a method of a client holds nothing but its operation's name.
    botocore.client.ServiceModel = _once(botocore.client.ServiceModel)
    botocore.regions.EndpointProvider = _once(botocore.regions.EndpointProvider)
    make, made = ClientCreator._create_methods, dict[Any, dict[str, Any]]()

    def methods(creator: Any, model: Any) -> dict[str, Any]:
        made[model] = made.get(model) or make(creator, model)
        return dict(made[model])

    ClientCreator._create_methods = methods
    _share_handlers()


def _once(make: Callable[..., Any]) -> Callable[..., Any]:
    """The same, which makes one of each document that was read once."""
    known: dict[Any, tuple[Any, Any]] = {}

    def remembered(*documents: Any, **named: Any) -> Any:
        given = [value if isinstance(value, str | frozenset | None) else id(value) for value in named.values()]
        key = (*map(id, documents), *given)
        if key not in known:
            # What was given stays, so that its identity is nobody else's.
            known[key] = (make(*documents, **named), (documents, named))
        return known[key][0]

    return remembered


def _share_handlers() -> None:
    """A client takes its session's handlers over, and writes only along the names to which it adds some of its own."""
    trie = botocore.hooks._PrefixTrie
    trie.append_item, trie.remove_item = _apart(trie.append_item), _apart(trie.remove_item)
    trie.__copy__ = _sharing


def _sharing(trie: Any) -> Any:
    other = type(trie)()
    other._root = trie._root
    return other


def _apart(change: Callable[..., None]) -> Callable[..., None]:
    """The same, which writes to nodes of its own."""

    def changed(trie: Any, key: str, *given: Any, **named: Any) -> None:
        trie._root = _own(trie._root, key.split("."))
        change(trie, key, *given, **named)

    return changed


def _own(node: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A copy of a node, and of those below it along the names."""
    children, values = dict(node["children"]), node["values"]
    if names and names[0] in children:
        children[names[0]] = _own(children[names[0]], names[1:])
    return {"chunk": node["chunk"], "children": children, "values": values and copy(values)}


def _accepts_kwargs(handler: Callable[..., Any]) -> bool:
    code = getattr(handler, "__code__", None)
    return bool(code.co_flags & inspect.CO_VARKEYWORDS if code else accepts_kwargs(handler))


def collect_rarely() -> None:
    """What exists by now stays to the end, modules and service models and tests: no full collection walks over it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 100)
