"""The templates of a folder, and the files beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloudformation.refusals import CloudFormationError
from cloudformation.text import read

_REGION = re.compile(r"test-region(-1(?=[a-f]\b))?")
_ENDINGS = (".yaml", ".yml", ".json", ".template", ".cfn", ".txt")
_SECTIONS = frozenset(
    (
        *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions", "Rules"),
        *("Transform", "Globals", "Hooks", "Resources", "Outputs"),
    )
)


@dataclass(frozen=True)
class Sample:
    """A template of the folder: its path from there, its text, and what that says."""

    path: Path
    text: str
    document: Mapping[str, Any]


def as_deployed(text: str, region: str) -> str:
    """A template with a Region and an account in it.

    The CDK's snapshots write `test-region` and `12345678` in the place of those in which they were deployed.
    """
    return _REGION.sub(region, text).replace(":12345678:", ":123456789012:")


def samples(folder: Path, region: str) -> Iterator[Sample]:
    """Every file of the folder that is a template, in the order of their paths. What cannot be read is none.

    What a package has in its `node_modules` is a part of others, and is played with them.
    """
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() in _ENDINGS and file.is_file() and "node_modules" not in file.relative_to(folder).parts:
            sample = _sample(file, file.relative_to(folder), region)
            if sample is not None:
                yield sample


def _sample(file: Path, path: Path, region: str) -> Sample | None:
    try:
        text = as_deployed(file.read_text(encoding="utf-8-sig"), region)
    except (UnicodeError, OSError):
        return None
    document = template_of(text)
    return None if document is None else Sample(path, text, document)


def template_of(text: str) -> Mapping[str, Any] | None:
    """What a template says; None for a text that is none."""
    try:
        document = read(text) if "Resources" in text else None
    except CloudFormationError:
        return None
    return document if isinstance(document, dict) and _is_template(document) else None


def _is_template(document: Mapping[Any, Any]) -> bool:
    """Whether it has the sections of a template alone, and a resource with a type of AWS or of somebody's own.

    A section that is misspelt makes another kind of file of it as often as a template that AWS refuses.
    """
    if not set(map(str, document)) <= _SECTIONS:
        return False
    resources = document.get("Resources")
    return isinstance(resources, dict) and any(
        isinstance(entry, dict) and "::" in str(entry.get("Type")) for entry in resources.values()
    )


def object_for(folder: Path, key: str) -> bytes | None:
    """The file of the folder whose path ends as an object's key does, the longest end first; None where none does."""
    parts = Path(key.lstrip("/")).parts
    named = [file for file in sorted(folder.rglob(parts[-1])) if file.is_file()]
    for start in range(len(parts)):
        for file in named:
            if file.relative_to(folder).parts[-len(parts) + start :] == parts[start:]:
                return file.read_bytes()
    return None
