"""The rehearsal as a child process: its URL when it answers, its words when it does not, and always an end."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from rehearsal.control.child import RehearsalDidNotStartError, RehearsalProcess
from tests.rehearsal.boto import client

_PROJECT = Path(__file__).resolve().parents[3]


def test_it_answers_under_its_url_until_the_block_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command's own streams are written in."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-16")
    with RehearsalProcess(_PROJECT, ["--state", str(tmp_path / "state")]) as process:
        url = process.url()
        port = int(url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=20).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=20)
    assert process._child.returncode == 0  # it ended by itself and was not killed
    process.stop()


def test_what_it_says_when_it_cannot_start_is_passed_on() -> None:
    with RehearsalProcess(_PROJECT, ["--account", "me"]) as process, pytest.raises(RehearsalDidNotStartError) as caught:
        process.url()
    assert "'me' is not twelve digits" in str(caught.value)


def test_what_it_says_is_to_be_done_and_what_it_lacks_are_told_apart() -> None:
    error = RehearsalDidNotStartError("rehearsal: it is in use\nnext: wait: --state x")
    assert (str(error), error.remedy, error.missing) == ("rehearsal: it is in use", "wait: --state x", None)
    lacking = RehearsalDidNotStartError("Traceback\nModuleNotFoundError: No module named 'moto'")
    assert (str(lacking), lacking.remedy, lacking.missing) == ("moto is not installed", None, "moto")


def test_what_met_nothing_is_known_once_it_has_ended(tmp_path: Path) -> None:
    arguments = ["--state", str(tmp_path / "state"), "--fail", "Ecs/Servic=boom"]
    with RehearsalProcess(_PROJECT, arguments) as process:
        cloudformation = client("cloudformation", process.url())
        cloudformation.create_stack(StackName="x", TemplateBody="Resources: {Topic: {Type: AWS::SNS::Topic}}")
        cloudformation.close()
    assert process.unmet == ["Ecs/Servic; there is no similar name"]
    assert process._child.returncode == 3
