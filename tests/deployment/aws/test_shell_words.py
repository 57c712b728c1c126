"""Commands are read by a shell as the words that they were made of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployment.aws.shell_words import aws_command, command, python_command, starts_command
from tests.examples import examples

_ECHO = "import json, os, sys; print(json.dumps([os.fsencode(word).hex() for word in sys.argv[1:]]))"
# What a command line can hold: anything but the end of a text; bytes that are no UTF-8 come as surrogates.
_WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])) | st.binary().map(
    lambda raw: os.fsdecode(raw.replace(b"\x00", b""))
)


def _read(line: str) -> list[str]:
    """The words of a line, as bash gives them to a program."""
    said = subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout
    return [os.fsdecode(bytes.fromhex(word)) for word in json.loads(said)]


@settings(max_examples=examples(40))
@given(st.lists(_WORDS, min_size=1, max_size=12))
def test_a_shell_reads_the_words_that_were_meant(words: list[str]) -> None:
    line = command(sys.executable, "-c", _ECHO, *words)
    assert "\n" not in line
    assert _read(line) == words


def test_what_a_terminal_would_not_show_is_written_as_its_bytes() -> None:
    assert command("a b", "it's", "x\ny", "\u202e") == """'a b' 'it'"'"'s' $'x\\x0ay' $'\\xe2\\x80\\xae'"""


def test_a_script_is_named_so_that_the_current_folder_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert python_command(tmp_path / "deploy.py")[1] == "deploy.py"
    assert python_command(tmp_path / "-x.py")[1] == "./-x.py"
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert python_command(tmp_path / "deploy.py")[1] == str(tmp_path / "deploy.py")


def test_the_interpreter_is_the_one_that_runs_and_as_short_as_it_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "env/bin"
    own.mkdir(parents=True)
    (own / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(own / "python"))
    monkeypatch.setenv("PATH", str(own))
    assert python_command(Path("deploy.py"))[0] == "python"
    # Another interpreter of that name, to which the same link leads, has not the same packages.
    other = tmp_path / "other"
    other.mkdir()
    (other / "python").symlink_to(own / "python")
    monkeypatch.setenv("PATH", str(other))
    monkeypatch.chdir(tmp_path)
    assert python_command(Path("deploy.py"))[0] == "env/bin/python"
    monkeypatch.chdir(own)
    assert python_command(Path("deploy.py"))[0] == "./python"


def test_a_command_of_the_aws_cli_names_its_region() -> None:
    assert aws_command("eu-west-1", "s3", "ls") == "aws s3 ls --region eu-west-1"


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("next: run: .venv/bin/python deploy.py", 11),
        ("aws s3 ls", 0),
        ("what it saws off", None),
        ("run .venv/bin/pythonic", None),
    ],
)
def test_a_command_is_found_in_a_sentence(line: str, start: int | None) -> None:
    assert starts_command(line, [".venv/bin/python"]) == start
