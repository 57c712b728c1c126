"""Findings checked against the skips: what is open, which skips nothing needs, and whether each tool sees anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.scanners.finding import Finding, Scanner
from tests.scanners.planted import ENVIRONMENT
from tests.scanners.resolved import ResolvedLayer
from tests.scanners.skips import Skip

Template = tuple[str, str]
"""An environment and a layer, or a service."""
ValuesOf = Mapping[Template, Mapping[str, str]]


@dataclass(frozen=True)
class Verdict:
    """What a scan came to: `problems` in words, and how many findings are skipped."""

    problems: tuple[str, ...]
    skipped: int


def judged(
    scanners: Sequence[Scanner],
    findings: Sequence[Finding],
    skips: Sequence[Skip],
    templates: Sequence[ResolvedLayer],
) -> Verdict:
    """Of the tools that ran, over these templates."""
    values = {(template.environment, template.layer): template.values for template in templates}
    of_ours = [finding for finding in findings if finding.environment != ENVIRONMENT]
    unskipped = [
        finding for finding in of_ours if not any(skip.covers(finding, values[_of(finding)]) for skip in skips)
    ]
    problems = (
        *map(str, unskipped),
        *_blind(scanners, findings),
        *_unused({scanner.name for scanner in scanners}, of_ours, skips, values),
    )
    return Verdict(problems, len(of_ours) - len(unskipped))


def _of(finding: Finding) -> Template:
    return finding.environment, finding.place.partition("/")[0]


def _blind(scanners: Sequence[Scanner], findings: Sequence[Finding]) -> Iterator[str]:
    """A tool that does not find what is planted finds nothing at all, or was given nothing."""
    planted = {(finding.tool, finding.rule) for finding in findings if finding.environment == ENVIRONMENT}
    for scanner in scanners:
        if (scanner.name, scanner.planted) not in planted:
            yield f"{scanner.name} does not find the planted fault ({scanner.planted}): it is not believed"


def _unused(
    tools: Collection[str], findings: Sequence[Finding], skips: Sequence[Skip], values: ValuesOf
) -> Iterator[str]:
    """Every rule of a skip must be needed, in every template that it is about."""
    for skip in skips:
        for template in _about(skip, values):
            needing = [finding for finding in findings if _of(finding) == template]
            needed = {f"{one.tool} {one.rule}" for one in needing if skip.covers(one, values[template])}
            for rule in skip.rules:
                if rule.partition(" ")[0] in tools and rule not in needed:
                    environment, layer = template
                    within = f" {layer}" if layer != skip.layer else ""
                    yield f"nothing in {environment}{within} needs the skip of {rule} at {skip.place}: remove it"


def _about(skip: Skip, values: ValuesOf) -> Iterator[Template]:
    """The templates that a skip is about: of services those that there are, of a layer one in every environment."""
    if skip.about_services:
        everywhere: Iterable[Template] = [one for one in values if fnmatchcase(one[1], skip.layer)]
    else:
        # Of an environment that is made up for one layer there is no root.
        there = {environment for environment, layer in values if layer in ("root", skip.layer)}
        everywhere = [(name, skip.layer) for name in skip.named or sorted(there)]
    for template in everywhere:
        # A layer that is not there is one whose absence root's values decide.
        if skip.holds(template[0], values.get(template, values.get((template[0], "root"), {}))):
            yield template
