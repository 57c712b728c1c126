"""`python -m rehearsal.resources.made_up.published`: write return_values.tsv anew from what AWS publishes, through npm.

AWS's documentation texts of resource types and the identifiers that the CDK reads both come as npm packages of AWS's
own. A form that the type's registry schema would refuse is left out.
"""

import gzip
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rehearsal.resources.made_up.published_forms import Published, forms
from rehearsal.resources.made_up.return_values import TABLE

DOCS, DOCS_FILE = "@aws-cdk/cfnspec@2.72.1", "package/spec/cfn-docs.json"
SPEC, SPEC_FILE = "@aws-cdk/aws-service-spec@0.1.216", "package/db.json.gz"
HEAD = f"""\
# What Ref and identifying attributes of resource types look like: type, what, form, source.
# docs: {DOCS}, {DOCS_FILE}, Types/<type>/...; spec: {SPEC}, {SPEC_FILE}, resource/<type>/...
# Written by `make published`; words in braces are those of identifier_words.py.
"""


def published(docs: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[Published]:
    """Every resource type that either publication has."""
    found = spec["schema"]["resource"]["entities"]
    entities = {one["cloudFormationType"]: one for one in (found.values() if isinstance(found, dict) else found)}
    for name in sorted({*entities, *(name for name in docs["Types"] if "." not in name)}):
        entity = entities.get(name, {})
        yield Published(
            name,
            docs["Types"].get(name, {}).get("attributes", {}),
            entity.get("primaryIdentifier", ()),
            entity.get("cfnRefIdentifier", ()),
            entity.get("arnTemplate", ""),
            frozenset(entity.get("attributes", {})),
            frozenset(entity.get("properties", {})),
        )


def table(docs: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """The text of return_values.tsv."""
    rows = ["\t".join((type_.name, *row)) for type_ in published(docs, spec) for row in forms(type_)]
    return HEAD + "\n".join(rows) + "\n"


def _unpacked(package: str, member: str, folder: Path) -> bytes:
    answer = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, encoding="utf-8"
    )
    with tarfile.open(folder / answer.stdout.split()[-1]) as archive:
        file = archive.extractfile(member)
        assert file is not None
        return file.read()


def main(destination: Path = TABLE) -> None:
    """Fetch both packages by name and write the table."""
    with TemporaryDirectory() as name:
        docs = json.loads(_unpacked(DOCS, DOCS_FILE, Path(name)))
        spec = json.loads(gzip.decompress(_unpacked(SPEC, SPEC_FILE, Path(name))))
    destination.write_text(table(docs, spec), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
