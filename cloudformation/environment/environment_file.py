"""An environment file, params/<name>.yaml, read with the line of everything that it says.

Scalars keep the text that was written: `0123`, `true` and `1.0` reach CloudFormation as those characters.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cloudformation.environment.findings import Place, Problem, in_order
from cloudformation.environment.operation_settings import KEYS as OPERATION_KEYS
from cloudformation.environment.operation_settings import NOTHING_SAID, OperationSettings, operation_settings
from cloudformation.environment.regions import REGION, has_the_form, is_known, known_regions
from cloudformation.environment.tags import MOST_TAGS, refused_tag

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OWN_TREE = "rendered"
_NULL = "tag:yaml.org,2002:null"
Entries: TypeAlias = Mapping[str, tuple[Place, yaml.Node]]
"""Key -> where it is written, and its value."""
_KEYS = {
    "account": "the account's 12 digits, in quotes",
    "region": "a region, for example ap-northeast-1",
    "stack": "a letter, then letters, digits and hyphens, at most 128 characters",
    "artifacts_bucket": "an S3 bucket name",
    "termination_protection": "true or false",
    "tags": "a mapping of names to texts",
    "protect": "a list of paths such as Ecs/Service",
    "role": "the ARN of the IAM role that CloudFormation takes",
    "hosted_zone": "the name of the hosted zone",
    "rendered": "the folder of another rendered tree, seen from the project's: ../shop/rendered",
    "parameters": "a mapping of parameter names to values",
    **OPERATION_KEYS,
}
_REQUIRED = ("account", "region", "stack", "parameters")
_PATTERNS = {
    "account": r"[0-9]{12}",
    "region": REGION.pattern,
    "stack": r"[a-zA-Z][-a-zA-Z0-9]{0,127}",
    "artifacts_bucket": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "termination_protection": r"true|false",
    "role": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+",
}
_SCALARS = (*_PATTERNS, "hosted_zone", "rendered")


class AssignmentError(ValueError):
    """What `--set` was given assigns nothing."""


@dataclass(frozen=True)
class Setting:
    """One value as it was written; `items` holds the members where a list was written."""

    text: str
    place: Place
    items: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Environment:
    """What an environment file says; `places` holds the place of each top-level key."""

    name: str
    place: Place
    account: str
    region: str
    stack: str
    bucket: str
    termination_protection: bool
    tags: Mapping[str, str]
    protect: tuple[str, ...]
    parameters: Mapping[str, Setting]
    places: Mapping[str, Place]
    overridden: tuple[str, ...] = ()
    role: str | None = None
    """What CloudFormation works as; where none is named, as the caller."""
    rendered: str | None = None
    """The tree that it is an environment of, where that is not the project's own."""
    operation: OperationSettings = NOTHING_SAID
    """What it says of the stack beside that: its policy, who is told, what rolls it back."""

    def place_of(self, key: str) -> Place:
        """Where a top-level key is written; the file where it is not."""
        return self.places.get(key, self.place)

    def overriding(self, assignments: Sequence[str]) -> Environment:
        """The environment with `--set KEY=VALUE` applied; raises AssignmentError for text without `=`."""
        parameters = dict(self.parameters)
        for assignment in assignments:
            key, equals, value = assignment.partition("=")
            if not equals or not key:
                raise AssignmentError(f"--set {assignment}: KEY=VALUE is needed")
            parameters[key] = Setting(value, Place(f"--set {key}"))
        names = tuple(dict.fromkeys(assignment.partition("=")[0] for assignment in assignments))
        return replace(self, parameters=parameters, overridden=names)


@dataclass(frozen=True)
class Reading:
    """An environment file as far as it could be read, and everything that is wrong with its form."""

    environment: Environment
    problems: tuple[Problem, ...]
    unread: frozenset[str] = frozenset()
    """Parameters whose value could not be read, so that nothing can be said of it."""


def read_file(path: Path, shown: str | None = None) -> Reading:
    """The environment file at `path`, which findings call `shown`."""
    reader = _Reader(shown or f"{path.parent.name}/{path.name}", path.parent)
    environment = _environment(reader, path.stem, reader.document(path))
    return Reading(environment, in_order(reader.problems), frozenset(reader.unread))


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or nothing where no known name is near."""
    from difflib import get_close_matches  # slow to import, and most files are in order

    lowered = {word.lower(): word for word in known}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[near[0]]}?" if near else ""


class _Reader:
    """Reads nodes of one file and gathers what is wrong with them."""

    def __init__(self, shown: str, folder: Path) -> None:
        self.shown = shown
        self.folder = folder
        self.problems: list[Problem] = []
        self.unread: set[str] = set()

    def document(self, path: Path) -> Entries | None:
        """The top level of the file; None where it is no YAML, so that no key of it can be missed."""
        try:
            node = yaml.compose(path.read_bytes().decode(), Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.invalid(mark.line + 1 if mark else None, str(error.problem))
            return None
        except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
            self.invalid(None, str(error))
            return None
        return self.mapping(node, self.shown)

    def invalid(self, line: int | None, text: str) -> None:
        self.problem(Place(self.shown, line), f"is not valid YAML: {text}")

    def place(self, node: yaml.Node) -> Place:
        return Place(self.shown, node.start_mark.line + 1)

    def problem(self, place: Place, text: str) -> None:
        self.problems.append(Problem(place, text))

    def mapping(self, node: yaml.Node | None, what: str) -> Entries:
        """The entries of a mapping by key, each key once; a key is one text."""
        if not isinstance(node, yaml.MappingNode):
            place = Place(self.shown, 1) if node is None else self.place(node)
            self.problem(place, f"{what}: a mapping is needed")
            return {}
        entries: dict[str, tuple[Place, yaml.Node]] = {}
        for key, value in node.value:
            place = self.place(key)
            if not isinstance(key, yaml.ScalarNode):
                self.problem(place, f"{what}: a key is one text, not a list or a mapping")
                continue
            if key.value in entries:
                self.problem(place, f"{key.value} is written twice; first in line {entries[key.value][0].line}")
            entries[key.value] = (place, value)
        return entries

    def text(self, key: str, place: Place, node: yaml.Node) -> str:
        """A scalar as it was written; an empty value must be written as ''."""
        if not isinstance(node, yaml.ScalarNode):
            self.problem(place, f"{key}: one value is needed")
        elif node.tag == _NULL:
            self.problem(place, f"{key} has no value; write '' for an empty one")
        else:
            return str(node.value)
        return ""

    def items(self, key: str, place: Place, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.problem(place, f"{key}: a list is needed")
            return ()
        return tuple(self.text(f"{key}, item {number}", place, item) for number, item in enumerate(node.value, 1))

    def setting(self, key: str, place: Place, node: yaml.Node) -> Setting:
        """A parameter's value: a scalar, or a list of scalars for the list types."""
        known = len(self.problems)
        items = self.items(key, place, node) if isinstance(node, yaml.SequenceNode) else None
        text = ",".join(items) if items is not None else self.text(key, place, node)
        if len(self.problems) > known:
            self.unread.add(key)
        return Setting(text, place, items)


def _environment(reader: _Reader, name: str, read: Entries | None) -> Environment:
    if read is not None:
        _check_keys(reader, read)
    entries = read or {}
    scalars = {key: reader.text(key, *entries[key]) for key in _SCALARS if key in entries}
    for key, text in scalars.items():
        if key in _PATTERNS and text and not re.fullmatch(_PATTERNS[key], text):
            reader.problem(entries[key][0], f"{key}: {text!r} is not {_KEYS[key]}")
    _check_region(reader, entries, scalars.get("region", ""))
    account, region = scalars.get("account", ""), scalars.get("region", "")
    return Environment(
        name=name,
        place=Place(reader.shown),
        account=account,
        region=region,
        stack=scalars.get("stack", ""),
        bucket=scalars.get("artifacts_bucket") or f"cfn-artifacts-{account}-{region}",
        termination_protection=scalars.get("termination_protection") == "true",
        tags=_tags(reader, entries),
        protect=reader.items("protect", *entries["protect"]) if "protect" in entries else (),
        parameters={key: reader.setting(key, *entry) for key, entry in _within(reader, entries, "parameters").items()},
        places={key: place for key, (place, _) in entries.items()},
        role=scalars.get("role") or None,
        rendered=_tree(scalars.get("rendered", "")),
        operation=operation_settings(reader, entries, region),
    )


def _check_keys(reader: _Reader, entries: Entries) -> None:
    for key, (place, _) in entries.items():
        if key not in _KEYS:
            reader.problem(place, f"{key} is not a key of an environment file{nearest(key, _KEYS)}")
    for key in _REQUIRED:
        if key not in entries:
            reader.problem(Place(reader.shown, 1), f"{key} is missing: {_KEYS[key]}")


def _check_region(reader: _Reader, entries: Entries, region: str) -> None:
    """A Region of the right form that there is none of; one that opened since is known to a newer botocore."""
    known = known_regions()
    if has_the_form(region) and not is_known(region, known):
        hint = nearest(region, known or ()) or "; a Region that is new comes with a newer botocore"
        reader.problem(entries["region"][0], f"region: AWS has no {region}{hint}")


def _tags(reader: _Reader, entries: Entries) -> dict[str, str]:
    tags: dict[str, str] = {}
    for key, (place, node) in _within(reader, entries, "tags").items():
        known = len(reader.problems)
        tags[key] = reader.text(key, place, node)
        if len(reader.problems) == known:
            for text in refused_tag(key, tags[key]):
                reader.problem(place, text)
    if len(tags) > MOST_TAGS:
        reader.problem(entries["tags"][0], f"tags: {len(tags)} are written; AWS takes at most {MOST_TAGS}")
    return tags


def _tree(rendered: str) -> str | None:
    """The folder as it is compared; None for the project's own."""
    folder = posixpath.normpath(rendered) if rendered else OWN_TREE
    return None if folder == OWN_TREE else folder


def _within(reader: _Reader, entries: Entries, key: str) -> Entries:
    return reader.mapping(entries[key][1], key) if key in entries else {}
