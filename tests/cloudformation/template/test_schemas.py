"""The registry schemas on this machine, and what a type's handlers may call."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from cloudformation.template.schemas import handler_actions, schema_folder


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
