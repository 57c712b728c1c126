"""Registry schemas on disk, and how a property is found in one."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from rehearsal.resources import resource_schema
from rehearsal.resources.resource_schema import at, steps, value_types


def test_without_the_schema_folder_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    resource_schema.schema_folder.cache_clear()
    try:
        with pytest.raises(resource_schema.MissingSchemasError, match="pip install 'cfn-lint"):
            resource_schema.schema_folder()
    finally:
        monkeypatch.undo()
        resource_schema.schema_folder.cache_clear()
    assert (resource_schema.schema_folder() / "providers").is_dir()


def test_a_package_without_schemas_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Elsewhere:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: Elsewhere)
    resource_schema.schema_folder.cache_clear()
    try:
        with pytest.raises(resource_schema.MissingSchemasError):
            resource_schema.schema_folder()
    finally:
        monkeypatch.undo()
        resource_schema.schema_folder.cache_clear()


def test_a_pointer_becomes_steps() -> None:
    assert steps("/properties/Rules/*/Port") == ("Rules", "*", "Port")


def test_a_property_is_found_through_lists_alternatives_and_maps() -> None:
    schema = {
        "definitions": {"Action": {"oneOf": [{"properties": {"Order": {"type": ["integer", "string"]}}}]}},
        "properties": {
            "Actions": {"type": "array", "items": {"$ref": "#/definitions/Action"}},
            "Labels": {"patternProperties": {".*": {"type": "string"}}},
            "Limits": {"additionalProperties": {"type": "number"}},
        },
    }
    assert value_types(at(schema, ("Actions", "0", "Order"))) == {"integer", "string"}
    assert value_types(at(schema, ("Actions", "*", "Order"))) == {"integer", "string"}
    assert value_types(at(schema, ("Labels", "any"))) == {"string"}
    assert value_types(at(schema, ("Limits", "any"))) == {"number"}
    assert at(schema, ("Actions", "first")) == ()


def test_a_schema_that_contains_itself_is_walked_only_as_deep_as_the_path() -> None:
    schema = {
        "definitions": {"Rule": {"properties": {"Not": {"$ref": "#/definitions/Rule"}, "Name": {"type": "string"}}}},
        "properties": {"Rule": {"$ref": "#/definitions/Rule"}},
    }
    assert value_types(at(schema, ("Rule", "Not", "Not", "Name"))) == {"string"}
