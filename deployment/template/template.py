"""A rendered template: its text, what the text says, and where the text names other templates.

The text is what travels. What it says is read as CloudFormation reads it (`cloudformation.text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cloudformation.environment.findings import Place, Problem
from cloudformation.template.capabilities import AUTO_EXPAND, IAM, required_capability
from cloudformation.template.transforms import transforms
from cloudformation.text import TextError, read
from deployment.errors import FileProblems
from deployment.template.resource_path import ROOT, ResourcePath

STACK_TYPE = "AWS::CloudFormation::Stack"
Documents: TypeAlias = Mapping[ResourcePath, Mapping[str, Any]]
"""What the templates of a tree say, by where they are nested."""
_REMEDY = "mend the template; what is in rendered/ is written by render.py, from templates/"
# JSON writes 😀 as two escapes, which a YAML parser refuses.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


@dataclass(frozen=True)
class NestedReference:
    """A nested stack whose TemplateURL is a file beside the template: `start` and `end` are (line, column) marks."""

    logical_id: str
    file: str
    start: tuple[int, int]
    end: tuple[int, int]
    quote: str


@dataclass(frozen=True)
class Template:
    """One template as text and as a document, with the templates it nests."""

    path: Path
    text: str
    document: Mapping[str, Any]
    references: tuple[NestedReference, ...]
    nested: Mapping[str, Template]

    def section(self, name: str) -> Mapping[str, Any]:
        """A top-level section of the document, empty where the template has none."""
        return self.document.get(name) or {}

    @property
    def documents(self) -> dict[ResourcePath, Mapping[str, Any]]:
        """What this template and all below it say, by where they are nested."""
        return {path: template.document for path, template in self.walk()}

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What must be acknowledged for this template and everything it nests.

        What a nested stack's transform makes is never shown before the execution, which therefore asks for it.
        """
        own: set[str] = {AUTO_EXPAND} if transforms(self.document) else set()
        for resource in self.section("Resources").values():
            own |= _capability(resource)
        return frozenset(own).union(*(child.capabilities for child in self.nested.values()))

    def walk(self, path: ResourcePath = ROOT) -> Iterator[tuple[ResourcePath, Template]]:
        """This template and all below it, each with the logical ids that lead to it."""
        yield path, self
        for logical_id, child in self.nested.items():
            yield from child.walk(path / logical_id)

    def with_urls(self, urls: Mapping[str, str]) -> str:
        """The text with the TemplateURL of each named nested stack replaced, and not a byte besides."""
        lines = self.text.split("\n")
        for reference in sorted(self.references, key=lambda nested: nested.start, reverse=True):
            (first, start), (last, end) = reference.start, reference.end
            url = f"{reference.quote}{urls[reference.logical_id]}{reference.quote}"
            lines[first : last + 1] = [lines[first][:start] + url + lines[last][end:]]
        return "\n".join(lines)


def read_template(path: Path, shown: str | None = None) -> Template:
    """The template at `path` and, recursively, the files that its nested stacks name; raises FileProblems."""
    return _read(path, shown or path.name, ())


def parse_document(text: str, shown: str = "the stack's template") -> Mapping[str, Any]:
    """What a template's text says; anything that is not a mapping reads as an empty one. Raises FileProblems."""
    try:
        document = read(text)
    except TextError as error:
        problem = error.message if error.problem is None else f"is not valid YAML: {error.problem}"
        raise _problem(shown, error.line, problem) from error
    return document if isinstance(document, dict) else {}


def same_text(one: str, other: str) -> bool:
    """Whether two texts are one template; of JSON, which the SDK writes anew, what they say."""
    return one == other or (other.lstrip().startswith("{") and parse_document(one) == parse_document(other))


def _read(path: Path, shown: str, above: tuple[Path, ...]) -> Template:
    if path.resolve() in above:
        raise _problem(shown, None, "nests itself")
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(shown, None, f"cannot be read: {error}") from error
    document = parse_document(text, shown)
    if not isinstance(document.get("Resources"), dict):
        raise _problem(shown, None, "is not a CloudFormation template: it has no Resources")
    references = tuple(_references(text, shown, _files(document["Resources"])))
    nested: dict[str, Template] = {}
    for reference in references:
        file, line = path.parent / reference.file, reference.start[0] + 1
        if not file.is_file():
            raise _problem(shown, line, f"{reference.logical_id} nests {reference.file}, which does not exist")
        below = f"{shown.rpartition('/')[0]}/{reference.file}".lstrip("/")
        nested[reference.logical_id] = _read(file, below, (*above, path.resolve()))
    return Template(path, text, document, references, nested)


def _files(resources: Mapping[str, Any]) -> dict[str, str]:
    """The TemplateURL of each nested stack that names a file: text, not an intrinsic, and not a URL already."""
    stacks = {
        name: body for name, body in resources.items() if isinstance(body, dict) and body.get("Type") == STACK_TYPE
    }
    properties = {name: body.get("Properties") for name, body in stacks.items()}
    urls = {name: given.get("TemplateURL") for name, given in properties.items() if isinstance(given, dict)}
    return {name: url for name, url in urls.items() if isinstance(url, str) and "://" not in url}


def _references(text: str, shown: str, files: Mapping[str, str]) -> Iterator[NestedReference]:
    """Where in the text each file is named. Values come from the reader alone: nodes give the marks of what it read."""
    resources = _child(_root(text, shown), "Resources") if files else None
    for logical_id, file in files.items():
        url = _child(_child(_child(resources, logical_id), "Properties"), "TemplateURL")
        if not isinstance(url, yaml.ScalarNode):
            raise _problem(shown, None, f"{logical_id}: its TemplateURL is not found in the text")
        start, end = url.start_mark, url.end_mark
        quote = url.style if url.style in ("'", '"') else ""  # plain otherwise
        yield NestedReference(logical_id, file, (start.line, start.column), (end.line, end.column), quote)


def _root(text: str, shown: str) -> yaml.Node | None:
    try:
        return yaml.compose(_SURROGATE.sub(r"\\u0041", text), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise _problem(shown, None, f"is JSON that names nested templates, and not valid YAML: {error}") from error


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """The value of a key; of a repeated one the last, which is the one that counts."""
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in reversed(entries) if key.value == name), None)


def _capability(resource: Any) -> set[str]:
    """What is asked for with a resource: of a newer type of IAM that AWS's list may lack, too; it costs nothing."""
    kind = resource.get("Type", "") if isinstance(resource, dict) else ""
    needed = required_capability(kind, resource.get("Properties")) if kind else None
    return {needed} if needed else {IAM} if kind.startswith("AWS::IAM::") else set()


def _problem(shown: str, line: int | None, text: str) -> FileProblems:
    return FileProblems("the template", [Problem(Place(shown, line), text)], _REMEDY)
