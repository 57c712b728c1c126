"""The commands, exit codes and settings that the pages name are those that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deployment.commands import command_line
from deployment.settings import setting_change
from rehearsal.scenario.scenario_file import read_scenario
from tests.documents.transcripts import PAGES, PROJECT, blocks_of

# Where people look up what a command does; the other pages name options of other programs beside ours.
OF_OTHER_PROGRAMS = {"docs/comparison.md", "docs/handoff.md", "docs/tools.md"}
PAGES_OF_COMMANDS = tuple(page for page in PAGES if page == "README.md" or Path(page).parent == Path("docs"))
GUIDES = tuple(page for page in PAGES_OF_COMMANDS if page not in OF_OTHER_PROGRAMS)


def text_of(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def help_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        command_line.read_arguments(arguments)
    return capsys.readouterr().out


def typed(page: str) -> Iterator[str]:
    """The commands of deploy.py in shell blocks and between backticks, without their comments."""
    code = [block.text.replace("\\\n", " ") for block in blocks_of(page) if block.language == "sh"]
    lines = [line for text in code for line in text.splitlines()]
    quoted = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S))
    for line in [*lines, *quoted]:
        if match := re.fullmatch(r"(?:\w+=\S+ )*(?:(?:\.venv/bin/)?python )?deploy\.py (.*)", line):
            yield match[1].partition(" > ")[0]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = text_of(page).split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[1:]]


def readable(words: list[str]) -> bool:
    try:
        command_line.read_arguments(words)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("page", PAGES)
def test_a_command_that_a_page_names_is_one_that_can_be_typed(page: str) -> None:
    for line in typed(page):
        words = shlex.split(line, comments=True)
        if "--env" not in words:  # a word in a sentence: what it says stands without the environment
            words += ["--env", "dev"]
        assert words[0] == "--help" or readable(words), f"{page}: deploy.py {line}"


def test_there_are_commands_among_what_is_read() -> None:
    wanted = r"--env \S+ --rehearse --from \S+ plan --output markdown --html review.html"
    assert any(re.fullmatch(wanted, line) for line in typed("README.md"))
    assert sum(len([*typed(page)]) for page in PAGES) > 15


def test_the_guide_and_the_help_list_the_same_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    told = help_of(["--help"], capsys).split("exit codes\n")[1].split("\n\n")[0]
    listed = re.findall(r"^  (\d+) ", told, re.MULTILINE)
    returned = set(re.findall(r"return (\d+)\b", (PROJECT / "deploy.py").read_text(encoding="utf-8")))
    assert [row[0] for row in rows("docs/exit-codes.md", "The codes")] == listed
    assert set(listed) == returned


def test_the_guide_lists_every_setting() -> None:
    names = {value for name, value in vars(setting_change).items() if name.isupper() and isinstance(value, str)}
    names = {name for name in names if " " not in name}  # when they are applied is said in sentences
    assert {row[0].strip("`") for row in rows("docs/settings.md", "The settings")} == names


def test_the_guides_name_every_action() -> None:
    text = "".join(map(text_of, GUIDES))
    assert [action for action in command_line.ACTIONS if not re.search(rf"`(deploy\\.py )?{action}`", text)] == []


def test_the_scenarios_that_are_shown_can_be_read(tmp_path: Path) -> None:
    blocks = [block.text for block in blocks_of("docs/rehearsal.md") if block.language == "yaml"]
    files = [*(PROJECT / "docs/scenarios").iterdir()]
    for number, text in enumerate(blocks):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text, encoding="utf-8")
        files.append(file)
    assert len(blocks) == 1
    for file in files:
        assert yaml.safe_load(file.read_text(encoding="utf-8"))
        read_scenario(file, [])
    assert all(f"docs/scenarios/{file.name}" in "".join(map(text_of, GUIDES)) for file in files if "docs" in file.parts)


def test_a_command_that_cannot_be_typed_is_seen() -> None:
    assert not readable(["--env", "dev", "--no-such-option"])
    assert readable(["--env", "dev", "--rehearse", "plan"])
