"""An environment file, params/<name>.yaml, read with the line of everything that it says.

Scalars keep the text that was written: `0123`, `true` and `1.0` reach CloudFormation as those characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from deployment.environment.value_sources import KEPT, Source, SourceKind, taken, variable
from deployment.errors import FileProblems, NothingSent, Place, Problem, UnknownEnvironment

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
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
    "parameters": "a mapping of parameter names to values",
}
_ELSEWHERE = {SourceKind.ENVIRONMENT.value, SourceKind.KEPT.value}
_REQUIRED = ("account", "region", "stack", "parameters")
_PATTERNS = {
    "account": r"[0-9]{12}",
    "region": r"[a-z]{2,}(-[a-z]+)+-[0-9]+",
    "stack": r"[a-zA-Z][-a-zA-Z0-9]{0,127}",
    "artifacts_bucket": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "termination_protection": r"true|false",
    "role": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+",
}


@dataclass(frozen=True)
class Setting:
    """One value as it was written; `items` holds the members where a list was written.

    One that is written nowhere has a `source`, and its text once that was read.
    """

    text: str
    place: Place
    items: tuple[str, ...] | None = None
    source: Source | None = None


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
    """The parameters that options of the command give a value for this run."""
    replaced: tuple[tuple[str, Setting], ...] = ()
    """What the file says of those: a stack may have it."""
    role: str | None = None
    """What CloudFormation works as; where none is named, as the caller."""

    def place_of(self, key: str) -> Place:
        """Where a top-level key is written; the file where it is not."""
        return self.places.get(key, self.place)

    def overriding(self, assignments: Sequence[str]) -> Environment:
        """The environment with `--set KEY=VALUE` applied; raises NothingSent for text without `=`."""
        environment = self
        for number, assignment in enumerate(assignments, 1):
            key, equals, value = assignment.partition("=")
            if not equals or not key:
                # The text may be a secret with a slip of the finger before it.
                count = f" number {number}" if len(assignments) > 1 else ""
                raise NothingSent(f"--set{count}: KEY=VALUE is needed", remedy="for example: --set DesiredCount=3")
            environment = environment.with_setting(key, Setting(value, Place(f"--set {key}")))
        return environment

    def with_setting(self, name: str, setting: Setting) -> Environment:
        """The environment with one parameter set otherwise than the file says, for this run."""
        before = self.parameters.get(name)
        return replace(
            self,
            parameters={**self.parameters, name: setting},
            overridden=tuple(dict.fromkeys([*self.overridden, name])),
            replaced=(*self.replaced, *([(name, before)] if before else [])),
        )

    def read(self, variables: Mapping[str, str], read: Callable[[str], str] | None) -> Environment:
        """The environment with the values that come from elsewhere.

        `read` gives what standard input holds for a parameter; None where that is not to be waited for.
        """
        return replace(
            self, parameters={name: _read(name, setting, variables, read) for name, setting in self.parameters.items()}
        )


def read_environment(folder: Path, name: str) -> Environment:
    """params/<name>.yaml; raises UnknownEnvironment, or FileProblems with everything that is wrong in it."""
    path = folder / f"{name}.yaml"
    if "/" in name or not path.is_file():
        raise UnknownEnvironment(name, sorted(file.stem for file in folder.glob("*.yaml")))
    shown = f"{folder.name}/{path.name}"
    reader = _Reader(shown)
    settings = reader.mapping(_compose(path, shown), shown)
    environment = _environment(reader, name, settings)
    if reader.problems:
        raise FileProblems(shown, sorted(reader.problems, key=lambda problem: problem.place.line or 0), f"mend {shown}")
    return environment


def _read(name: str, setting: Setting, variables: Mapping[str, str], read: Callable[[str], str] | None) -> Setting:
    if setting.source is None:
        return setting
    text, source = taken(setting.source, variables, None if read is None else lambda: read(name))
    return replace(setting, text=text, source=source)


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or nothing where no known name is near."""
    lowered = {word.lower(): word for word in known}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f"; did you mean {lowered[near[0]]}?" if near else ""


def _compose(path: Path, shown: str) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_bytes().decode(), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _invalid(shown, line, str(error.problem)) from error
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise _invalid(shown, None, str(error)) from error


def _invalid(shown: str, line: int | None, text: str) -> FileProblems:
    return FileProblems(shown, [Problem(Place(shown, line), f"is not valid YAML: {text}")], f"mend {shown}")


class _Reader:
    """Reads nodes of one file and gathers what is wrong with them."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []

    def place(self, node: yaml.Node) -> Place:
        return Place(self.shown, node.start_mark.line + 1)

    def problem(self, place: Place, text: str) -> None:
        self.problems.append(Problem(place, text))

    def mapping(self, node: yaml.Node | None, what: str) -> dict[str, tuple[Place, yaml.Node]]:
        """The entries of a mapping by key, each key once."""
        if not isinstance(node, yaml.MappingNode):
            place = Place(self.shown, 1) if node is None else self.place(node)
            self.problem(place, f"{what}: a mapping is needed")
            return {}
        entries: dict[str, tuple[Place, yaml.Node]] = {}
        for key, value in node.value:
            if key.value in entries:
                self.problem(
                    self.place(key), f"{key.value} is written twice; first in line {entries[key.value][0].line}"
                )
            entries[key.value] = (self.place(key), value)
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
        """A parameter's value: a scalar, a list of scalars for the list types, or where it comes from."""
        if isinstance(node, yaml.MappingNode) and {name.value for name, _ in node.value} & _ELSEWHERE:
            return Setting("", place, source=self.source(key, place, node))
        if isinstance(node, yaml.SequenceNode):
            items = self.items(key, place, node)
            return Setting(",".join(items), place, items)
        return Setting(self.text(key, place, node), place)

    def source(self, key: str, place: Place, node: yaml.MappingNode) -> Source:
        """`{from_environment: VARIABLE}` or `{keep: true}`."""
        entries = self.mapping(node, key)
        texts = {word: self.text(f"{key}, {word}", *entry) for word, entry in entries.items()}
        named = texts.get(SourceKind.ENVIRONMENT.value, "")
        if len(texts) == 1 and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", named):
            return variable(named)
        if texts != {SourceKind.KEPT.value: "true"}:
            self.problem(place, f"{key}: a value, {{from_environment: VARIABLE}} or {{keep: true}} is needed")
        return KEPT


def _environment(reader: _Reader, name: str, entries: Mapping[str, tuple[Place, yaml.Node]]) -> Environment:
    _check_keys(reader, entries)
    scalars = {key: reader.text(key, *entries[key]) for key in (*_PATTERNS, "hosted_zone") if key in entries}
    for key, text in scalars.items():
        if key in _PATTERNS and text and not re.fullmatch(_PATTERNS[key], text):
            reader.problem(entries[key][0], f"{key}: {text!r} is not {_KEYS[key]}")
    account, region = scalars.get("account", ""), scalars.get("region", "")
    return Environment(
        name=name,
        place=Place(reader.shown),
        account=account,
        region=region,
        stack=scalars.get("stack", ""),
        bucket=scalars.get("artifacts_bucket") or f"cfn-artifacts-{account}-{region}",
        termination_protection=scalars.get("termination_protection") == "true",
        tags={key: reader.text(key, *entry) for key, entry in _within(reader, entries, "tags").items()},
        protect=reader.items("protect", *entries["protect"]) if "protect" in entries else (),
        parameters={key: reader.setting(key, *entry) for key, entry in _within(reader, entries, "parameters").items()},
        places={key: place for key, (place, _) in entries.items()},
        role=scalars.get("role") or None,
    )


def _check_keys(reader: _Reader, entries: Mapping[str, tuple[Place, yaml.Node]]) -> None:
    for key, (place, _) in entries.items():
        if key not in _KEYS:
            reader.problem(place, f"{key} is not a key of an environment file{nearest(key, _KEYS)}")
    for key in _REQUIRED:
        if key not in entries:
            reader.problem(Place(reader.shown, 1), f"{key} is missing: {_KEYS[key]}")


def _within(
    reader: _Reader, entries: Mapping[str, tuple[Place, yaml.Node]], key: str
) -> dict[str, tuple[Place, yaml.Node]]:
    return reader.mapping(entries[key][1], key) if key in entries else {}
