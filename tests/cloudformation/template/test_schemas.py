"""The registry schemas on this machine, and what a type's handlers may call."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from cloudformation.template.schemas import (
    handler_actions,
    naming_properties,
    property_types,
    schema_folder,
    schema_of,
)


def test_the_folder_holds_each_region_and_the_schemas_that_it_names() -> None:
    folder = schema_folder()
    assert folder is not None
    files = json.loads((folder / "providers" / "us-east-1.json").read_text("utf-8"))
    assert (folder / "resources" / f"{files['AWS::S3::Bucket']}.json").is_file()


def test_without_cfn_lint_there_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert schema_folder() is None


def test_a_package_of_that_name_without_schemas_has_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Elsewhere:
        submodule_search_locations = (str(tmp_path),)

    (tmp_path / "data" / "schemas").mkdir(parents=True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: Elsewhere)
    assert schema_folder() is None


def test_of_the_handlers_only_actions_of_iam_are_given() -> None:
    permissions = ["s3:GetObject", "s3:REST.PUT.OBJECT", "s3:*"]
    schema = {"handlers": {"create": {"permissions": permissions}, "delete": {}, "list": {"permissions": ["s3:List"]}}}
    assert handler_actions(schema) == {"create": frozenset({"s3:GetObject"}), "delete": frozenset()}
    assert handler_actions({}) == {}


def test_the_type_of_a_property_is_found_through_definitions_and_lists() -> None:
    schema = {
        "properties": {
            "A": {"type": "array", "items": {"$ref": "#/definitions/D"}},
            "N": {"type": ["integer", "string"]},
        },
        "definitions": {"D": {"properties": {"B": {"$ref": "#/definitions/E"}}}, "E": {"type": "integer"}},
    }
    assert property_types(schema, ["A", "*", "B"]) == {"integer"}
    assert property_types(schema, ["N"]) == {"integer", "string"}
    for unknown in (["X"], ["A", "*", "X"], ["N", "*"], ["A", "*", "B", "C"]):
        assert property_types(schema, unknown) == frozenset()


def test_a_schema_is_found_by_its_type() -> None:
    schema = schema_of("AWS::ECS::Cluster")
    assert schema is not None
    assert naming_properties(schema) == ("ClusterName",)
    assert schema_of("Custom::Thing") is None


def test_what_the_service_names_has_no_naming_property() -> None:
    service = schema_of("AWS::ECS::Service")
    assert service is not None
    assert naming_properties(service) == ()
