"""rendered/schema/environment.json: what params/<env>.yaml may say, for editors; made of the templates' parameters.

It is in the rendered tree because it describes that tree's values: for an environment of another tree (`rendered`), it
checks only the form of the keys, and names the schema of that tree. The same templates give the same bytes: what only
the machine knows, as botocore's list of Regions, is not in it.
"""

from collections.abc import Mapping
from typing import Any

from cloudformation.environment.keys import service_settings
from cloudformation.environment.keys.file_keys import KEYS, OWN_TREE, REQUIRED
from cloudformation.environment.value_sources import SourceKind
from cloudformation.template.tree import Tree, section
from templates.parts.json_text import indented
from templates.schema.key_schemas import key_schemas
from templates.schema.parameter_schema import ELSEWHERE, ELSEWHERE_OR_KEPT, parameter_schema
from templates.schema.scalars import Schema

PATH = "schema/environment.json"
_INTERFACE = "AWS::CloudFormation::Interface"
_VARIABLE: Schema = {"type": ["string", "boolean"], "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
_OF_PARAMETERS, _OF_SERVICES = "parameters", service_settings.KEY


def environment_schema(root: Tree, services: Mapping[str, Tree]) -> Schema:
    """The schema of the environment files of a tree: its root template, and the templates of services by name."""
    own = {name: {"$ref": f"#/definitions/{name}"} for name in (_OF_PARAMETERS, _OF_SERVICES)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Written by render.py from the templates. Do not edit: change them and render again.",
        "title": "An environment: params/<name>.yaml",
        "type": "object",
        "required": list(REQUIRED),
        "additionalProperties": False,
        "properties": _keys(),
        # Of another tree's parameters nothing is known here.
        "if": {"properties": {"rendered": {"enum": [OWN_TREE, ""]}}},
        "then": {"properties": own},
        "definitions": {**_elsewhere(), _OF_PARAMETERS: _parameters(root), _OF_SERVICES: _services(services)},
    }


def written(schema: Schema) -> str:
    """The text of the file."""
    return indented(schema, ascii_only=False)


def _keys() -> dict[str, Schema]:
    schemas = key_schemas()
    schemas[_OF_PARAMETERS] = {"type": "object"}
    schemas[_OF_SERVICES] = {
        "type": "object",
        "propertyNames": {"pattern": f"^{service_settings.NAME.pattern}$"},
        "additionalProperties": {"type": "object"},
    }
    return {key: {"description": f"{means[0].upper()}{means[1:]}.", **schemas[key]} for key, means in KEYS.items()}


def _elsewhere() -> dict[str, Schema]:
    """Where a value comes from that is written nowhere."""
    variable, kept = SourceKind.ENVIRONMENT.value, SourceKind.KEPT.value
    both = {variable: _VARIABLE, kept: {"enum": [True, "true"]}}
    return {
        ELSEWHERE: {"required": [variable], "properties": {variable: _VARIABLE}, "additionalProperties": False},
        ELSEWHERE_OR_KEPT: {"minProperties": 1, "maxProperties": 1, "properties": both, "additionalProperties": False},
    }


def _parameters(template: Tree, given: frozenset[str] = frozenset()) -> Schema:
    """Every parameter by its name; needed is what has no default, and is not `given` by something else."""
    declared, titles = section(template, "Parameters"), _titles(template)
    needed = [name for name, body in declared.items() if "Default" not in body and name not in given]
    return {
        "type": "object",
        "required": needed,
        "additionalProperties": False,
        "properties": {name: parameter_schema(name, body, titles.get(name, name)) for name, body in declared.items()},
    }


def _titles(template: Tree) -> dict[str, str]:
    """The names of parameters with the group that the console's form shows them in."""
    interface = section(template, "Metadata").get(_INTERFACE)
    groups: Any = interface.get("ParameterGroups", []) if isinstance(interface, Mapping) else []
    return {name: f"{name} ({group['Label']['default']})" for group in groups for name in group["Parameters"]}


def _services(templates: Mapping[str, Tree]) -> Schema:
    """Each service that there is a template of, with what the platform does not give it."""
    from cloudformation.environment.services.attached import attachment  # where there is one to be attached

    named = {}
    for name, template in templates.items():
        stated = attachment(template)
        named[name] = _parameters(template, frozenset((stated.platform, *stated.inherits)))
        named[name]["description"] = str(template.document.get("Description", name))
    return {"type": "object", "additionalProperties": False, "properties": named}
