"""What a scanner found, and what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

TEMPLATES = "templates"


@dataclass(frozen=True)
class Finding:
    """One rule that one resource of one environment breaks; `place` is `layer/LogicalId`, or the layer alone."""

    tool: str
    environment: str
    place: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.tool} {self.environment} {self.place} {self.rule}: {self.text}"


class ScannerError(Exception):
    """A scanner that did not come to a verdict."""


@dataclass(frozen=True)
class Work:
    """Where resolved templates lie, and the Region of each; a file is `<environment>.<layer>.json`."""

    folder: Path
    regions: Mapping[str, str]

    @property
    def templates(self) -> Path:
        return self.folder / TEMPLATES

    def files(self) -> list[Path]:
        return sorted(self.templates.glob("*.json"))

    def check_read(self, tool: str, files: Iterable[str]) -> None:
        """Refuse the word of a tool that has not read every file."""
        unread = {file.name for file in self.files()} - {Path(file).name for file in files}
        if unread:
            raise ScannerError(f"{tool} has not read {', '.join(sorted(unread))}")

    def finding(self, tool: str, file: str, logical_id: str, rule: str, text: str) -> Finding:
        """A finding in one of the files."""
        environment, layer, _ = Path(file).name.rsplit(".", 2)
        if not (self.templates / Path(file).name).exists():
            raise ScannerError(f"{tool} reports {file}, which it was not given")
        place = f"{layer}/{logical_id}" if logical_id else layer
        return Finding(tool, environment, place, rule, " ".join(text.split()))


@dataclass(frozen=True)
class Scanner:
    """A tool: what it finds, what must be there for it to run, and a rule that the planted fault breaks."""

    name: str
    scan: Callable[[Work], list[Finding]]
    planted: str
    installed: Path | None = None
