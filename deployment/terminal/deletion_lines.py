"""What a deletion deletes, as lines of text that are shown before the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployment.report.escaping import clean
from deployment.run.telling import Deletion
from deployment.template.resource_path import ROOT, ResourcePath


def deletion_lines(deletion: Deletion) -> Iterator[str]:
    """What a deletion deletes, stack by stack, and what it keeps."""
    count = len(deletion.goes)
    yield f"{deletion.stack}: delete {count} resource{'s' if count != 1 else ''}"
    yield from _by_layer(deletion, deletion.goes, "-")
    if deletion.stays:
        yield "kept, because of its DeletionPolicy:"
        yield from _by_layer(deletion, deletion.stays, "=")
    if deletion.exports:
        yield "exports in use: CloudFormation refuses the deletion"
        yield from (f"  {clean(name)}  imported by {clean(importers)}" for name, importers in deletion.exports)


def _by_layer(deletion: Deletion, rows: Sequence[tuple[ResourcePath, str, str]], mark: str) -> Iterator[str]:
    above = ROOT
    for path, kind, _ in rows:
        if path.parent != above:
            above = path.parent
            yield f"  {above}"
        indent = "    " if above else "  "
        yield f"{indent}{mark} {path.name}  {kind}"
        if guard := deletion.guard(path):
            yield f"{indent}    ! guarded: {guard}"
        for number, line in enumerate(deletion.protection(path)):
            yield f"{indent}    {'  ' if number else '! protected: '}{line}"
