"""What the stacks of an environment have as their templates once the bundle is deployed there.

A nested stack has the bytes of its file. A root names each nested template by the URL of its object in the
environment's bucket, in the version that the bucket gave it; its digest is therefore taken without the versions:

    GetTemplate | sed 's/?versionId=[^ ]*$//' | sha256sum
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cloudformation.environment.delivery.artifact_names import bucket_host, object_url, template_key
from cloudformation.template.decided import decided
from cloudformation.template.tree import Tree
from templates.bundle.deployables import Deployable
from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile, text_file

HEADER = ("stack", "file", "sha256", "url")


@dataclass(frozen=True)
class LiveTemplate:
    """The template of one stack: `path` is the logical ids that lead to it, `.` of the root.

    `url` has no version; it is `-` for a template that names others, because its bytes have their versions.
    """

    path: str
    file: str
    sha256: str
    url: str


def live_templates(one: Deployable, texts: Mapping[str, str]) -> list[LiveTemplate]:
    """Every template of a stack that is made, the root first; `texts` are the files of the bundle's templates/."""
    rows = list(_live(one, texts, ".", one.environment.root, one.tree))
    absent = {name for name in one.tree.nested if _is_absent(one, name)}
    return [row for row in rows if row.path.partition("/")[0] not in absent]


def _is_absent(one: Deployable, layer: str) -> bool:
    """Whether the environment's values leave a layer out: nothing runs its template."""
    condition = one.tree.document["Resources"][layer].get("Condition")
    return condition is not None and decided(one.tree, condition, lambda node: _text(one, node)) is False


def _text(one: Deployable, node: Any) -> str | None:
    if isinstance(node, Mapping):
        return one.values.get(str(node.get("Ref"))) if len(node) == 1 else None
    return node if isinstance(node, str) else None


def _live(one: Deployable, texts: Mapping[str, str], path: str, file: str, tree: Tree) -> Iterator[LiveTemplate]:
    text = texts[file]
    below: list[LiveTemplate] = []
    for logical_id, nested in tree.nested.items():
        name = str(tree.document["Resources"][logical_id]["Properties"]["TemplateURL"])
        inner = list(_live(one, texts, f"{path}/{logical_id}".removeprefix("./"), name, nested))
        text, below = _pinned(text, name, inner[0].url), [*below, *inner]
    url = "-" if below else _url(one, file, text.encode())
    yield LiveTemplate(path, file, sha256(text.encode()).hexdigest(), url)
    yield from below


def _pinned(text: str, file: str, url: str) -> str:
    """The text with one TemplateURL replaced, as sed does it; raises BundleError where sed would miss it."""
    line = re.compile(rf"^( +TemplateURL: ){re.escape(file)}$", re.MULTILINE)
    pinned, count = line.subn(lambda found: found[1] + url, text)
    if not count:
        raise BundleError(f"no line of the template is TemplateURL: {file}", "python render.py")
    return pinned


def _url(one: Deployable, file: str, body: bytes) -> str:
    environment = one.environment
    stem = file.rpartition("/")[2].removesuffix(".yaml")
    host = bucket_host(environment.bucket, environment.region, one.partition.dns_suffix)
    return object_url(host, template_key(environment.folder, stem, body))


def live_file(one: Deployable, rows: list[LiveTemplate]) -> BundleFile:
    """The same as a table that a shell reads."""
    lines = (HEADER, *((row.path, row.file, row.sha256, row.url) for row in rows))
    return text_file(f"config/{one.folder}/templates.tsv", "".join("\t".join(line) + "\n" for line in lines))
