"""A file of a bundle, and how values are written that other programs read."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from templates.bundle.errors import BundleError


@dataclass(frozen=True)
class BundleFile:
    """One file by its path in the bundle, with `/` on every system."""

    path: str
    content: bytes
    executable: bool = False

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def mode(self) -> int:
        """The same on every machine, whatever is masked there."""
        return 0o755 if self.executable else 0o644


def text_file(path: str, text: str, *, executable: bool = False) -> BundleFile:
    """A file of UTF-8 text."""
    return BundleFile(path, text.encode(), executable)


def json_file(path: str, content: Any) -> BundleFile:
    """A file of JSON."""
    return text_file(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def assignments(path: str, values: dict[str, str]) -> BundleFile:
    """A file of lines NAME='value' that a POSIX shell reads, and nothing else.

    Raises BundleError for a value that such a line cannot contain unchanged.
    """
    for name, value in values.items():
        if "'" in value or not value.isprintable():
            raise BundleError(
                f"{name} cannot be written to {path}: {value!r}", "remove quotes and control characters from the value"
            )
    return text_file(path, "".join(f"{name}='{value}'\n" for name, value in values.items()))
