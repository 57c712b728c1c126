"""A rendered template: its text, what the text says, and where the text names other templates.

The text is what travels. What it says is read as CloudFormation reads it (`cloudformation.text`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cloudformation.environment.findings import Place, Problem, in_order
from cloudformation.template.capabilities import template_capabilities
from cloudformation.text import TextError, read
from deployment.errors import FileProblems
from deployment.template.local_files import NamedFile, is_local, named_files
from deployment.template.nodes import Span, composed, line_at, span_of
from deployment.template.resource_path import ROOT, ResourcePath

STACK_TYPE = "AWS::CloudFormation::Stack"
Documents: TypeAlias = Mapping[ResourcePath, Mapping[str, Any]]
"""What the templates of a tree say, by where they are nested."""
_EMPTY = "''"
WHERE_FROM = "what is in rendered/ is written by render.py, from templates/"
"""Where what is wrong with a template is put right."""


@dataclass(frozen=True)
class NestedReference:
    """A nested stack whose TemplateURL is a file beside the template."""

    logical_id: str
    file: str
    span: Span


@dataclass(frozen=True)
class FileReference:
    """A property that names a file of this machine, which travels as an object of its own; `file` is where it is."""

    named: NamedFile
    file: Path
    span: Span


@dataclass(frozen=True)
class Template:
    """One template as text and as a document, with the templates it nests."""

    path: Path
    text: str
    document: Mapping[str, Any]
    references: tuple[NestedReference, ...]
    nested: Mapping[str, Template]
    files: tuple[FileReference, ...] = ()
    shown: str = ""
    """The file as messages name it: `rendered/app.yaml`."""

    def place(self, path: str, key: str | None = None) -> Place:
        """Where in its file something is written, by a path such as /Resources/Topic, and of a key below that."""
        return Place(self.shown or self.path.name, line_at(self.text, path, key))

    def at_line(self, line: int) -> Place:
        """A line of its file."""
        return Place(self.shown or self.path.name, line)

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
        own = frozenset(template_capabilities(self.document))
        return own.union(*(template.capabilities for template in self.nested.values()))

    def walk(self, path: ResourcePath = ROOT) -> Iterator[tuple[ResourcePath, Template]]:
        """This template and all below it, each with the logical ids that lead to it."""
        yield path, self
        for logical_id, template in self.nested.items():
            yield from template.walk(path / logical_id)

    def with_urls(self, urls: Mapping[str, str], objects: Mapping[FileReference, str] | None = None) -> str:
        """The text with the TemplateURL of each named nested stack replaced, and not a byte besides.

        `objects` says how each file is named there: the text that takes its place, quotes and all.
        """
        places = [
            (nested.span, f"{nested.span.quote}{urls[nested.logical_id]}{nested.span.quote}")
            for nested in self.references
        ]
        places += [(reference.span, (objects or {})[reference]) for reference in self.files]
        lines = self.text.split("\n")
        for span, text in sorted(places, key=lambda place: place[0].start, reverse=True):
            (first, start), (last, end) = span.start, span.end
            lines[first : last + 1] = [lines[first][:start] + text + lines[last][end:]]
        return "\n".join(lines)


def read_template(path: Path, shown: str | None = None) -> Template:
    """The template at `path` and, recursively, the files that its nested stacks name; raises FileProblems."""
    template, problems = template_reading(path, shown)
    if template is None or problems:
        raise template_problems(problems)
    return template


NO_TEMPLATE = Template(Path("none"), "", {}, (), {})
"""In the place of one that there is none of any more."""


def template_reading(path: Path, shown: str | None = None) -> tuple[Template | None, tuple[Problem, ...]]:
    """The same as far as it can be read, and everything that is wrong with it and with what it names."""
    problems: list[Problem] = []
    template = _read(path, shown or path.name, (), problems)
    return template, in_order(problems)


def template_problems(problems: Sequence[Problem]) -> FileProblems:
    """The error with what is wrong with a tree of templates."""
    return FileProblems("the template", problems, f"correct the template; {WHERE_FROM}")


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


def _read(path: Path, shown: str, above: tuple[Path, ...], problems: list[Problem]) -> Template | None:
    try:
        text, document = _document(path, shown, above)
        nodes = _Nodes(text, shown)
        references = tuple(_references(nodes, _templates(document["Resources"])))
    except FileProblems as error:
        problems += error.problems
        return None
    nested: dict[str, Template] = {}
    for reference in references:
        file, line = path.parent / reference.file, reference.span.start[0] + 1
        if not _stands(file) or not file.is_file():
            absent = f"{reference.logical_id} nests {reference.file or _EMPTY}, which does not exist"
            problems.append(Problem(Place(shown, line), absent))
            continue
        below = f"{shown.rpartition('/')[0]}/{reference.file}".lstrip("/")
        if template := _read(file, below, (*above, path.resolve()), problems):
            nested[reference.logical_id] = template
    files = tuple(_file_references(nodes, path, document, problems))
    return Template(path, text, document, references, nested, files, shown)


def _document(path: Path, shown: str, above: tuple[Path, ...]) -> tuple[str, Mapping[str, Any]]:
    if path.resolve() in above:
        raise _problem(shown, None, "nests itself")
    if path.exists() and not path.is_file():  # reading a pipe or a device may never end
        raise _problem(shown, None, "is not a regular file")
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise _problem(shown, None, f"cannot be read: {error}") from error
    document = parse_document(text, shown)
    if not isinstance(document.get("Resources"), dict):
        raise _problem(shown, None, "is not a CloudFormation template: it has no Resources")
    return text, document


def _templates(resources: Mapping[str, Any]) -> dict[str, str]:
    """The TemplateURL of each nested stack that names a file: text, not an intrinsic, and not a URL already."""
    stacks = {
        name: body for name, body in resources.items() if isinstance(body, dict) and body.get("Type") == STACK_TYPE
    }
    properties = {name: body.get("Properties") for name, body in stacks.items()}
    urls = {name: given.get("TemplateURL") for name, given in properties.items() if isinstance(given, dict)}
    return {name: url for name, url in urls.items() if is_local(url)}


def _references(nodes: _Nodes, files: Mapping[str, str]) -> Iterator[NestedReference]:
    for logical_id, file in files.items():
        yield NestedReference(logical_id, file, nodes.span(("Resources", logical_id, "Properties", "TemplateURL")))


def _file_references(
    nodes: _Nodes, path: Path, document: Mapping[str, Any], problems: list[Problem]
) -> Iterator[FileReference]:
    for named in named_files(document):
        try:
            yield _file_reference(nodes, path, named)
        except FileProblems as error:
            problems += error.problems


def _file_reference(nodes: _Nodes, path: Path, named: NamedFile) -> FileReference:
    span, file = nodes.span(named.path), path.parent / named.name
    where = ".".join(str(step) for step in named.path if step != "Properties")
    if not named.name or not _stands(file):
        raise _problem(nodes.shown, span.start[0] + 1, f"{where} names {named.name or _EMPTY}, which does not exist")
    if named.property.is_template and _names_files(read_template(file, named.name)):
        problem = f"{where}: {named.name} names files of its own, which only a nested stack's template may"
        raise _problem(nodes.shown, span.start[0] + 1, problem)
    return FileReference(named, file, span)


def _stands(file: Path) -> bool:
    """Whether there is anything of that name, which may also be one that no file can have."""
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _names_files(template: Template) -> bool:
    return bool(template.references or template.files)


@dataclass(frozen=True)
class _Nodes:
    """Where in a text something stands. Values come from the reader alone: nodes give the marks of what it read."""

    text: str
    shown: str

    @cached_property
    def _root(self) -> yaml.Node | None:
        try:
            return composed(self.text)
        except yaml.YAMLError as error:
            problem = f"is JSON that names files of this machine, and not valid YAML: {error}"
            raise _problem(self.shown, None, problem) from error

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def span(self, path: tuple[str | int, ...]) -> Span:
        """Where the scalar at a path stands."""
        span = span_of(self._lines, self._root, path)
        if span is None:
            raise _problem(self.shown, None, f"{'.'.join(map(str, path))} is not found in the text")
        return span


def _problem(shown: str, line: int | None, text: str) -> FileProblems:
    return template_problems([Problem(Place(shown, line), text)])
