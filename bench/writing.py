"""The YAML writer against troposphere's to_yaml, over templates that hold up to 1000 services."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from bench.measure import Line

SIZES = (125, 250, 500, 1000)
# A service has six resources, a template at most 500.
EACH = 80


def _templates(services: int) -> list[Any]:
    """Templates that hold that many services in all, built as the ecs layer builds one, EACH in a template."""
    return [_template(range(start, min(start + EACH, services))) for start in range(0, services, EACH)]


def _template(numbers: range) -> Any:
    from troposphere import Parameter, Ref, Template

    from templates.layers.service import Platform, service

    template = Template("Many services.")
    given = Parameter("Given", Type="String")
    template.add_parameter(given)
    platform = Platform(*(Ref(given) for _ in range(6)))
    for number in numbers:
        for resource in service(platform, container=f"c{number}", prefix=f"S{number}").resources:
            template.add_resource(resource)
    return template


def _seconds(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def lines() -> Iterator[Line]:
    """How much faster than to_yaml, and how the time grows when the size doubles."""
    from templates.rendering.yaml_writer import write

    def write_all(documents: list[Any]) -> None:
        for document in documents:
            write(document, "bench")

    times = {}
    for size in SIZES:
        documents = [template.to_dict() for template in _templates(size)]
        times[size] = _seconds(partial(write_all, documents), 5)
    templates = _templates(1000)
    own = _seconds(lambda: write_all([template.to_dict() for template in templates]), 3)
    theirs = _seconds(lambda: [template.to_yaml() for template in templates], 1)
    yield Line("to_yaml / the writer, 1000 services", theirs / own, 8, "times", at_least=True)
    for small, large in pairwise(SIZES):
        yield Line(f"writing {large} services / {small} services (2 is linear)", times[large] / times[small], 2.6)
