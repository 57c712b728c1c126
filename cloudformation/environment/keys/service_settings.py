"""`services:` of an environment file: the values of each service, by its name.

    services:
      api:
        ContainerImage: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1.4.2
        ListenerRulePriority: 10100

A service that is not named here is not deployed in the environment.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from cloudformation.environment.findings import Place
from cloudformation.environment.node_reader import Entries, NodeReader
from cloudformation.environment.value_sources import Setting

KEY = "services"
MEANS = "a mapping of service names to mappings of parameter names to values"
NAME = re.compile(r"(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
NAME_MEANS = "at most 32 lower-case letters, digits and single hyphens, starting with a letter"


class ServiceSettings(NamedTuple):
    """What an environment file says of one service; `unread` are the parameters whose value could not be read."""

    place: Place
    parameters: Mapping[str, Setting] = {}
    unread: frozenset[str] = frozenset()


def service_settings(reader: NodeReader, entries: Entries) -> dict[str, ServiceSettings]:
    """Every service of the file; what is wrong with the form goes to the reader."""
    if KEY not in entries:
        return {}
    services = {}
    for name, (place, node) in reader.mapping(entries[KEY][1], KEY).items():
        if not NAME.fullmatch(name):
            reader.problem(place, f"{KEY}: {name!r} is no name of a service: {NAME_MEANS}")
        own = NodeReader(reader.shown, reader.folder)
        values = own.mapping(node, f"{KEY}, {name}")
        parameters = {key: own.setting(key, *entry) for key, entry in values.items()}
        reader.problems += own.problems
        services[name] = ServiceSettings(place, parameters, frozenset(own.unread))
    return services


def service_stack(platform: str, service: str) -> str:
    """The name of the stack of a service, beside the stack `platform`."""
    return f"{platform}-{service}"
