"""The extracted table is what the registry schemas say, for exactly the types that the templates use."""

import importlib.util
import runpy
from pathlib import Path

import pytest

from templates.rendering import registry_schemas as module
from templates.rendering.handler_permissions import TABLE, HandlerPermissionsError, handler_permissions
from templates.rendering.registry_schemas import every_type, extract, write_table

REFRESH = "run: make permissions render"


def used() -> set[str]:
    return every_type()


def test_the_table_is_what_the_installed_schemas_say() -> None:
    assert handler_permissions() == extract(used()), REFRESH


def test_the_table_holds_the_types_of_the_templates_and_no_other() -> None:
    assert set(handler_permissions()) == used(), REFRESH


def test_all_four_handlers_are_asked_and_lists_are_not() -> None:
    [actions] = extract(["AWS::SQS::Queue"]).values()
    assert {"sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "sqs:DeleteQueue"} <= set(actions)
    assert "sqs:ListQueues" not in actions
    assert actions == sorted(set(actions))


def test_what_is_no_action_is_left_out() -> None:
    [actions] = extract(["AWS::S3::Bucket"]).values()
    assert "s3:CreateBucket" in actions
    assert not [action for action in actions if "." in action]


def test_a_type_that_the_registry_does_not_know_is_told() -> None:
    with pytest.raises(HandlerPermissionsError, match="do not have AWS::No::Such"):
        extract(["AWS::No::Such"])


def test_without_cfn_lint_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(HandlerPermissionsError, match="pip install cfn-lint"):
        extract([])


def test_the_table_is_written_as_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    write_table(["AWS::Logs::LogGroup"], file)
    assert handler_permissions(file) == extract(["AWS::Logs::LogGroup"])
    assert [path.name for path in tmp_path.iterdir()] == ["table.json"]


def test_run_as_a_program_it_writes_what_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []

    def replace(self: Path, target: Path) -> Path:
        written.append(target)
        assert self.read_text(encoding="utf-8") == target.read_text(encoding="utf-8"), REFRESH
        self.unlink()
        return target

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.delitem(__import__("sys").modules, module.__name__)
    runpy.run_module(module.__name__, run_name="__main__")
    assert written == [TABLE]
