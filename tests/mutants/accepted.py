"""The mutations that may live: named in accepted.yaml with the reason, module by module."""

from __future__ import annotations

from pathlib import Path

import yaml

FILE = Path(__file__).parent / "accepted.yaml"
Accepted = dict[str, dict[str, str]]


def accepted(file: Path = FILE) -> Accepted:
    """Reason by mutation by module."""
    read = yaml.safe_load(file.read_text()) or {}
    return {
        module: {name: reason for reason, names in reasons.items() for name in names}
        for module, reasons in read.items()
    }
