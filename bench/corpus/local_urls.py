"""Templates that name others by a local path, as `aws cloudformation package` takes them."""

from __future__ import annotations

import json
import posixpath
from typing import Any

from bench.corpus.account import BUCKET
from bench.corpus.folder import Sample


def with_objects(sample: Sample) -> str | None:
    """The template with URLs in the place of local paths; None where it names none."""
    if not any(_is_local(entry) for entry in sample.document["Resources"].values()):
        return None
    resources = {name: _uploaded(entry, sample) for name, entry in sample.document["Resources"].items()}
    return json.dumps({**sample.document, "Resources": resources}, default=str)


def _is_local(entry: Any) -> bool:
    return isinstance(_url(entry), str) and not _url(entry).startswith(("http:", "https:", "s3:"))


def _url(entry: Any) -> Any:
    properties = entry.get("Properties") if isinstance(entry, dict) else None
    return properties.get("TemplateURL") if isinstance(properties, dict) else None


def _uploaded(entry: Any, sample: Sample) -> Any:
    if not _is_local(entry):
        return entry
    path = posixpath.normpath(posixpath.join(sample.path.parent.as_posix(), _url(entry)))
    url = f"https://{BUCKET}.s3.amazonaws.com/{path}"
    return {**entry, "Properties": {**entry["Properties"], "TemplateURL": url}}
