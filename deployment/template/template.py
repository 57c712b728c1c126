"""A rendered template: its text, what the text says, and where the text names other templates.

The text is what travels. Documents are read with long-form intrinsics (`!Ref X` is `{"Ref": "X"}`), so that
parameters, rules, outputs and capabilities can be looked at; scalars other than these stay as YAML reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from deployment.errors import FileProblems, Place, Problem
from deployment.template.resource_path import ROOT, ResourcePath

STACK_TYPE = "AWS::CloudFormation::Stack"
Documents: TypeAlias = Mapping[ResourcePath, Mapping[str, Any]]
"""What the templates of a tree say, by where they are nested."""
_REMEDY = "mend the template; rendered/ is written by: python render.py"
# Capabilities are asked for by name only where a template names an IAM entity
# (docs: "Acknowledging IAM resources in CloudFormation templates").
_NAMED_IAM = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _TemplateLoader(_Loader):  # type: ignore[misc]
    """YAML with CloudFormation's short-form intrinsics and without dates."""


def _intrinsic(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


_TemplateLoader.add_multi_constructor("!", _intrinsic)
_TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


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

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What must be acknowledged for this template and everything it nests."""
        own: set[str] = set()
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
        for reference in sorted(self.references, key=lambda each: each.start, reverse=True):
            (first, start), (last, end) = reference.start, reference.end
            url = f"{reference.quote}{urls[reference.logical_id]}{reference.quote}"
            lines[first : last + 1] = [lines[first][:start] + url + lines[last][end:]]
        return "\n".join(lines)


def read_template(path: Path, shown: str | None = None) -> Template:
    """The template at `path` and, recursively, the files that its nested stacks name; raises FileProblems."""
    return _read(path, shown or path.name, ())


def parse_document(text: str) -> Mapping[str, Any]:
    """What a template's text says; anything that is not a mapping reads as an empty one."""
    document = yaml.load(text, Loader=_TemplateLoader)
    return document if isinstance(document, dict) else {}


def _read(path: Path, shown: str, above: tuple[Path, ...]) -> Template:
    if path.resolve() in above:
        raise _problem(shown, None, "nests itself")
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(shown, None, f"cannot be read: {error}") from error
    document, node = _load(text, shown)
    references = tuple(_references(node))
    nested = {
        each.logical_id: _read(path.parent / each.file, f"{shown.rpartition('/')[0]}/{each.file}".lstrip("/"), seen)
        for seen in [(*above, path.resolve())]
        for each in references
        if _stands(path.parent / each.file, shown, each)
    }
    return Template(path, text, document, references, nested)


def _load(text: str, shown: str) -> tuple[dict[str, Any], yaml.Node]:
    loader = _TemplateLoader(text)
    try:
        node = loader.get_single_node()
        document = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _problem(shown, line, f"is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _problem(shown, None, f"is not valid YAML: {error}") from error
    finally:
        loader.dispose()
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise _problem(shown, None, "is not a CloudFormation template: it has no Resources")
    return document, node


def _references(node: yaml.Node) -> Iterator[NestedReference]:
    for logical_id, resource in _entries(_child(node, "Resources")):
        kind = _child(resource, "Type")
        url = _file_node(_child(_child(resource, "Properties"), "TemplateURL"))
        if url is None or kind is None or kind.value != STACK_TYPE:
            continue
        start, end = url.start_mark, url.end_mark
        quote = url.style if url.style in ("'", '"') else ""  # plain otherwise
        yield NestedReference(logical_id, url.value, (start.line, start.column), (end.line, end.column), quote)


def _file_node(url: yaml.Node | None) -> yaml.ScalarNode | None:
    """TemplateURL where it names a file: text, not an intrinsic, and not a URL already."""
    text = isinstance(url, yaml.ScalarNode) and url.tag == "tag:yaml.org,2002:str" and "://" not in url.value
    return url if isinstance(url, yaml.ScalarNode) and text else None


def _entries(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    return [(key.value, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _entries(node) if key == name), None)


def _stands(path: Path, shown: str, reference: NestedReference) -> bool:
    if path.is_file():
        return True
    line = reference.start[0] + 1
    raise _problem(shown, line, f"{reference.logical_id} nests {reference.file}, which does not exist")


def _capability(resource: Any) -> set[str]:
    kind = resource.get("Type", "") if isinstance(resource, dict) else ""
    if not kind.startswith("AWS::IAM::"):
        return set()
    named = _NAMED_IAM.get(kind)
    return {"CAPABILITY_NAMED_IAM"} if named in (resource.get("Properties") or {}) else {"CAPABILITY_IAM"}


def _problem(shown: str, line: int | None, text: str) -> FileProblems:
    return FileProblems("the template", [Problem(Place(shown, line), text)], _REMEDY)
