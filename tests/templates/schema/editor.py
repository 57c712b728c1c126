"""An editor's view of an environment file: YAML 1.2's core schema, and JSON Schema checked against what it reads."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from cloudformation.environment.findings import Problem
from cloudformation.template.tree import PlainTree
from templates.rendering.environment import EnvironmentFileError, environments
from templates.rendering.tree import templates as rendered_templates
from tests.own_system import PROJECT

_CORE = {
    "tag:yaml.org,2002:null": (r"null|Null|NULL|~|", "nN~"),
    "tag:yaml.org,2002:bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "tag:yaml.org,2002:int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "tag:yaml.org,2002:float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
        "-+.0123456789",
    ),
}


class CoreLoader(yaml.SafeLoader):
    """Reads YAML 1.2, as editors do; a key is always its text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the loader's own shape

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}


for _tag, (_form, _first) in _CORE.items():
    CoreLoader.add_implicit_resolver(_tag, re.compile(f"^(?:{_form})$"), [*_first, ""])


def _int(loader: CoreLoader, node: yaml.ScalarNode) -> int:
    text = node.value
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _float(loader: CoreLoader, node: yaml.ScalarNode) -> float:
    return float(node.value.replace(".inf", "inf").replace(".nan", "nan"))


CoreLoader.add_constructor("tag:yaml.org,2002:int", _int)
CoreLoader.add_constructor("tag:yaml.org,2002:float", _float)
SCHEMA: dict[str, Any] = json.loads((PROJECT / "rendered/schema/environment.json").read_text(encoding="utf-8"))
ROOT = PlainTree({name: template.to_dict() for name, template in rendered_templates()}["root"])
_VALIDATOR = Draft7Validator(SCHEMA)


def read_as_editor(text: str) -> Any:
    return yaml.load(text, Loader=CoreLoader)


def refused_by_schema(text: str, validator: Draft7Validator = _VALIDATOR) -> list[str]:
    """Where the schema refuses the file, and why."""
    return _refused(read_as_editor(text), validator)


def parameter_refused_by_schema(text: str, name: str, value: str) -> list[str]:
    """The same for the file with one parameter of another value, of which only that is read anew."""
    read = _read_once(text)
    return _refused({**read, "parameters": {**read["parameters"], **read_as_editor(f"{name}: {value}")}}, _VALIDATOR)


_read_once = cache(read_as_editor)


def _refused(read: Any, validator: Draft7Validator) -> list[str]:
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(read)]


def parameter_refused_by_deploy(name: str, value: str, folder: Path) -> list[Problem]:
    """The same for a file with one parameter, of a tree that has no other."""
    declared = {"Parameters": {name: ROOT.document["Parameters"][name]}, "Resources": {}}
    text = f"account: '123456789012'\nregion: ap-northeast-1\nstack: shop\nparameters:\n  {name}: {value}\n"
    return refused_by_deploy(text, folder, PlainTree(declared))


def refused_by_deploy(text: str, folder: Path, tree: PlainTree = ROOT) -> list[Problem]:
    """What render.py and deploy.py find wrong with the file."""
    (file := folder / "dev.yaml").write_text(text, encoding="utf-8")
    try:
        environments([file], tree, thorough=True)
    except EnvironmentFileError as error:
        return list(error.problems)
    return []
