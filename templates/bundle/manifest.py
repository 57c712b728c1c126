"""MANIFEST.json: what release a bundle is, and what every file of it must be; SHA256SUMS, which covers that too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cloudformation.environment.delivery.release_stamp import Stamp
from templates.bundle.deployables import Deployable
from templates.bundle.files import BundleFile, json_file, text_file
from templates.bundle.live_templates import LiveTemplate
from templates.bundle.review import Since

MANIFEST, SUMS = "MANIFEST.json", "SHA256SUMS"
FORM = 1
"""Of the manifest; another number is for what a reader of this one would misread."""


def manifest(
    stamp: Stamp,
    files: Iterable[BundleFile],
    digests: Mapping[str, str],
    live: Sequence[tuple[Deployable, list[LiveTemplate]]],
    since: Since | None = None,
) -> BundleFile:
    """The manifest; `digests` are the SHA-256 of the templates as rendered, which the release's own is made of."""
    content = {
        "bundle": FORM,
        "version": stamp.version,
        "commit": stamp.commit,
        "digest": stamp.digest,
        **({"reviewed_since": since.commit} if since else {}),
        "rendered": {path: digests[path] for path in sorted(digests)},
        "stacks": [_stack(one, rows) for one, rows in live],
        "files": {file.path: _file(file) for file in sorted(files, key=lambda file: file.path)},
    }
    return json_file(MANIFEST, content)


def _stack(one: Deployable, rows: list[LiveTemplate]) -> dict[str, Any]:
    environment = one.environment
    own = {"service": environment.service} if environment.service else {}
    return {
        "environment": environment.name,
        **own,
        "stack": environment.stack,
        "account": environment.account,
        "region": environment.region,
        "templates": [{"stack": row.path, "file": row.file, "sha256": row.sha256, "url": row.url} for row in rows],
    }


def _file(file: BundleFile) -> dict[str, Any]:
    return {"sha256": file.sha256, "size": len(file.content), "mode": f"{file.mode:04o}"}


def checksums(files: Iterable[BundleFile]) -> BundleFile:
    """What `sha256sum -c` takes, sorted by path."""
    return text_file(SUMS, "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda f: f.path)))
