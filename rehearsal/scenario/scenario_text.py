"""The text of a scenario file: lists of entries, each of which knows its line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class ScenarioError(Exception):
    """A scenario that cannot be read; the text says where and what to write instead."""


class _Loader(yaml.SafeLoader):
    """YAML whose `on` and `off` are words, as in YAML 1.2: only true and false are booleans."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        letter: [(tag, pattern) for tag, pattern in resolvers if not (tag.endswith(":bool") and letter in "yYnNoO")]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Entry:
    """One entry of one list, with `place` as `FILE:LINE`."""

    place: str
    values: dict[str, Any]

    def error(self, text: str) -> ScenarioError:
        return ScenarioError(f"{self.place}: {text}")

    def knows(self, *keys: str) -> None:
        """Refuse members of other names."""
        unknown = [str(key) for key in self.values if key not in keys]
        if unknown:
            raise self.error(f"unknown key: {', '.join(unknown)}; an entry can have {', '.join(keys)}")

    def text(self, key: str, default: str | None = None) -> str:
        """A member that is text; needed where there is no default."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value:
            raise self.error(f"{key} is missing or is not a string" if default is None else f"{key} must be a string")
        return value

    def account_and_region(self) -> tuple[str | None, str | None]:
        """Where an entry applies; None: everywhere."""
        account = self._matching("account", r"\d{12}", "twelve digits in quotes, for example '111122223333'")
        return account, self._matching("region", r"[a-z]{2,}(-[a-z]+)+-\d+", "a Region, for example eu-west-1")

    def _matching(self, key: str, pattern: str, meaning: str) -> str | None:
        value = self.values.get(key)
        if value is not None and not (isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII)):
            raise self.error(f"{key} must be {meaning}, not {value!r}")
        return value

    def choice(self, key: str, allowed: Sequence[str], default: str | None) -> str:
        value = self.values.get(key, default)
        if value not in allowed:
            raise self.error(f"{key}: {value!r} is not one of {', '.join(allowed)}")
        return str(value)

    def count(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise self.error(f"{key} must be an integer of 0 or more, not {value!r}")
        return value

    def number(self, key: str) -> float | None:
        value = self.values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise self.error(f"{key} must be a number of 0 or more, not {value!r}")
        return None if value is None else float(value)


def read_sections(file: Path, names: Sequence[str]) -> dict[str, list[Entry]]:
    """The lists of a file by their names.

    Errors: ScenarioError for a file that cannot be read, is no YAML, or has another form.
    """
    root = _composed(file)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise ScenarioError(f"{_place(file, root)}: a scenario must be a mapping with {', '.join(names)}")
    sections: dict[str, list[Entry]] = {}
    for key, value in root.value:
        if key.value not in names:
            raise ScenarioError(
                f"{_place(file, key)}: unknown section {key.value}; the sections are {', '.join(names)}"
            )
        if not isinstance(value, yaml.SequenceNode):
            raise ScenarioError(f"{_place(file, key)}: {key.value} must be a list of entries, each beginning with `-`")
        sections[key.value] = [_entry(file, node) for node in value.value]
    return sections


def _composed(file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise ScenarioError(f"{file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{file}: not valid YAML: {error}") from None


def _place(file: Path, node: yaml.Node) -> str:
    return f"{file}:{node.start_mark.line + 1}"


def _entry(file: Path, node: yaml.Node) -> Entry:
    place = _place(file, node)
    if not isinstance(node, yaml.MappingNode):
        raise ScenarioError(f"{place}: an entry must be a mapping such as {{path: Ecs/Service}}")
    loader = _Loader("")
    try:
        values = loader.construct_mapping(node, deep=True)
        return Entry(place, {str(key): value for key, value in values.items()})
    except yaml.YAMLError as error:
        raise ScenarioError(f"{place}: {error}") from None
    finally:
        loader.dispose()
