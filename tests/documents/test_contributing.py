"""CONTRIBUTING.md: its map is the tree, its checklists lead to tests; hooks and Dependabot read what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.documents.project_files import files
from tests.documents.transcripts import PROJECT

PAGE = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WINGS = ("cloudformation", "templates", "deployment", "rehearsal", "bench", "tests")
# What a project writes about its own services has no place among the rooms that all projects have.
OF_A_PROJECT = {"templates/services/"}
FILES = sorted(files())
_SENTENCE = re.compile(r"^- `((?:\w+/){2})` (.*(?:\n  .*)*)$", re.MULTILINE)
CHECKLISTS = dict(
    re.findall(r"^### (An? .*)\n\n((?:.*\n)*?)(?=^##)", PAGE.partition("\n## Checklists\n")[2], re.MULTILINE)
)


def rooms(folder: str) -> set[str]:
    """The folders of a wing that hold something."""
    inside = (Path(path).parts for path in FILES if path.startswith(f"{folder}/"))
    return {f"{folder}/{parts[1]}/" for parts in inside if len(parts) > 2} - OF_A_PROJECT


@pytest.mark.parametrize("wing", WINGS)
def test_every_room_has_its_sentence_and_no_other(wing: str) -> None:
    section = PAGE.partition(f"### `{wing}/`: ")[2].partition("\n###")[0]
    named = [room for room, _ in _SENTENCE.findall(section)]
    assert named == sorted(rooms(wing))


def test_each_room_is_told_of_in_one_sentence() -> None:
    sentences = [" ".join(sentence.split()) for _, sentence in _SENTENCE.findall(PAGE)]
    assert len(sentences) > 50
    assert [sentence for sentence in sentences if not sentence.endswith(".") or ". " in sentence] == []


def test_whatever_lies_beside_the_programs_is_named() -> None:
    beside = {path.partition("/")[0] + ("/" if "/" in path else "") for path in FILES}
    pages = PAGE + (PROJECT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\n]+)`", pages)) | set(re.findall(r"\]\(([^)#]+)\)", pages))
    assert beside - named - {"README.md"} == set()


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_no_line_is_longer_than_a_line_of_code(page: str) -> None:
    lines = (PROJECT / page).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []


def test_there_is_a_checklist_for_each_kind_of_change() -> None:
    assert list(CHECKLISTS) == [
        *("A layer", "A parameter", "A cause of failure", "A resource type's behaviour"),
        "An operation of the rehearsal",
    ]


@pytest.mark.parametrize("name", CHECKLISTS)
def test_a_checklist_has_numbered_steps_and_names_its_tests(name: str) -> None:
    text = CHECKLISTS[name]
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 3
    assert "`tests/" in text


def test_the_hooks_of_a_commit_call_targets_and_need_nothing_from_elsewhere() -> None:
    config = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    targets = {hook["entry"].removeprefix("make ") for hook in hooks}
    assert "style" in targets
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert [name for name in targets if not re.search(rf"^{name}: .*## ", makefile, re.MULTILINE)] == []
    stages = {stage for hook in hooks for stage in hook.get("stages", config["default_stages"])}
    assert stages == set(config["default_install_hook_types"])


def test_dependabot_looks_wherever_versions_are_pinned() -> None:
    config = yaml.safe_load((PROJECT / ".github/dependabot.yml").read_text(encoding="utf-8"))
    looked_at = {
        (update["package-ecosystem"], folder)
        for update in config["updates"]
        for folder in update.get("directories", [update.get("directory")])
    }
    locked = {str(Path(path).parent) for path in FILES if path.endswith("package-lock.json")}
    assert looked_at == {
        *(("npm", f"/{folder}") for folder in locked),
        ("pip", "/requirements"),
        ("github-actions", "/"),
    }


def test_the_forms_of_issues_ask_for_something_and_name_each_question_once() -> None:
    forms = [path for path in FILES if path.startswith(".github/ISSUE_TEMPLATE/") and "config" not in path]
    assert len(forms) == 2
    for path in forms:
        form = yaml.safe_load((PROJECT / path).read_text(encoding="utf-8"))
        assert form["name"]
        assert form["description"]
        asked = [question for question in form["body"] if question["type"] != "markdown"]
        names = [question["id"] for question in asked]
        assert len(set(names)) == len(names)
        assert any(question.get("validations", {}).get("required") for question in asked)
