"""The YAML writer against troposphere's to_yaml, over templates with up to 1000 services."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from bench.measure import Line, growth, sizes_in_turn

SIZES = (125, 250, 500, 1000)
# A service has twelve resources, a template at most 500.
EACH = 40
TURNS = 7


def _templates(services: int) -> list[Any]:
    """Templates with that many services in all, built as the ecs layer builds one, EACH in a template."""
    return [_template(range(start, min(start + EACH, services))) for start in range(0, services, EACH)]


def _template(numbers: range) -> Any:
    from troposphere import Parameter, Ref, Template

    from templates.service.platform import Platform
    from templates.service.service import service

    template = Template("Many services.")
    given = Parameter("Given", Type="String")
    template.add_parameter(given)
    platform = Platform(*(Ref(given) for _ in range(7)))
    for number in numbers:
        for resource in service(platform, prefix=f"S{number}").resources:
            template.add_resource(resource)
    return template


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def lines() -> Iterator[Line]:
    """How much faster than to_yaml, and how the time grows when the size doubles."""
    from templates.rendering.yaml_writer import write

    documents = {size: [template.to_dict() for template in _templates(size)] for size in SIZES}
    largest = _templates(SIZES[-1])

    def written(size: int) -> dict[str, float]:
        return {"written": _seconds(lambda: [write(document, "bench") for document in documents[size]])}

    turns = sizes_in_turn(SIZES, written, TURNS)
    theirs = _seconds(lambda: [template.to_yaml() for template in largest])
    own = statistics.median(
        _seconds(lambda: [write(template.to_dict(), "bench") for template in largest]) for _ in range(3)
    )
    yield Line(f"to_yaml / the writer, {SIZES[-1]} services", theirs / own, 8, "times", at_least=True)
    for small, large in pairwise(SIZES):
        figure = growth(turns, small, large, "written")
        yield Line(f"writing {large} services / {small} services (2 is linear)", figure, 2.6)
