"""One hook or validation of CloudFormation that refused a change set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FailedCheck:
    """Of which resource of which nested stack; `name` is AWS's for the check, `path` leads to a property in the
    template.

    `file` and `line` are where that is written, where the template is one of the files.
    """

    layer: str
    resource: str | None
    type: str | None
    path: str | None
    name: str
    reason: str
    physical_id: str | None
    warning: bool
    file: str | None
    line: int | None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        subject = "/".join(part for part in (self.layer, self.resource) if part) or "root"
        kind = f" {self.type}" if self.type else ""
        path = f" {self.path}" if self.path else ""
        return f"{place}{subject}{kind}: {self.reason} ({self.name}{path}{', a warning' if self.warning else ''})"
