"""Findings held against the skips: what is open, which skips nothing needs, and whether each tool sees anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tests.scanners.finding import Finding, Scanner
from tests.scanners.planted import ENVIRONMENT
from tests.scanners.skips import EVERY, Skip


@dataclass(frozen=True)
class Verdict:
    """What a scan came to: `problems` in words, and how many findings are skipped."""

    problems: tuple[str, ...]
    skipped: int


def judged(
    scanners: Sequence[Scanner], findings: Sequence[Finding], skips: Sequence[Skip], environments: Collection[str]
) -> Verdict:
    """Of the tools that ran, in these environments."""
    of_ours = [finding for finding in findings if finding.environment != ENVIRONMENT]
    unskipped = [finding for finding in of_ours if not any(skip.covers(finding) for skip in skips)]
    problems = (
        *map(str, unskipped),
        *_blind(scanners, findings),
        *_unused({scanner.name for scanner in scanners}, of_ours, skips, environments),
    )
    return Verdict(problems, len(of_ours) - len(unskipped))


def _blind(scanners: Sequence[Scanner], findings: Sequence[Finding]) -> Iterator[str]:
    """A tool that does not find what is planted finds nothing at all, or was given nothing."""
    planted = {(finding.tool, finding.rule) for finding in findings if finding.environment == ENVIRONMENT}
    for scanner in scanners:
        if (scanner.name, scanner.planted) not in planted:
            yield f"{scanner.name} does not find the planted fault ({scanner.planted}): it is not believed"


def _unused(
    tools: Collection[str], findings: Sequence[Finding], skips: Sequence[Skip], environments: Collection[str]
) -> Iterator[str]:
    """Every rule of a skip must be needed, in every environment that it names."""
    for skip in skips:
        named = environments if skip.environments == EVERY else skip.environments
        for environment in named:
            needing = [finding for finding in findings if finding.environment == environment and skip.covers(finding)]
            needed = {f"{finding.tool} {finding.rule}" for finding in needing}
            for rule in skip.rules:
                if rule.partition(" ")[0] in tools and rule not in needed:
                    yield f"nothing in {environment} needs the skip of {rule} at {skip.place}: remove it"
