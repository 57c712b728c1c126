"""Tokens that say who started an operation."""

from __future__ import annotations

import re
import uuid

import pytest

from deployment.stack.request_token import made_by, signed, starter

_UUID = str(uuid.UUID(int=7))


@pytest.mark.parametrize(
    ("caller", "who"),
    [
        ("arn:aws:iam::111122223333:user/ops/ann", "ops-ann"),
        ("arn:aws:sts::111122223333:assumed-role/Deployer/run_17@ci", "Deployer-run-17-ci"),
        ("arn:aws:iam::111122223333:root", "root"),
    ],
)
def test_a_token_names_the_caller_and_reads_back(caller: str, who: str) -> None:
    token = signed(caller, _UUID)
    assert token == f"deploy-{who}-{_UUID}"
    assert starter(token) == f"deploy.py of {who}"


def test_a_token_keeps_to_what_cloudformation_takes() -> None:
    token = signed(f"arn:aws:sts::111122223333:assumed-role/{'x' * 64}/{'é' * 64}y", _UUID)
    assert re.fullmatch(r"[a-zA-Z0-9][-a-zA-Z0-9]*", token)
    assert len(token) <= 128
    assert token.endswith(_UUID)


@pytest.mark.parametrize(
    ("token", "who"),
    [
        (None, "somebody"),
        ("Console-ExecuteChangeSet-1b2c", "somebody in the console"),
        ("their-own", "somebody with token their-own"),
        ("deploy-by-hand", "somebody with token deploy-by-hand"),
    ],
)
def test_what_others_start_is_told_as_far_as_it_is_known(token: str | None, who: str) -> None:
    assert starter(token) == who


def test_a_change_set_says_who_made_it() -> None:
    assert made_by("arn:aws:sts::111122223333:assumed-role/Deployer/ci") == "deploy.py of Deployer/ci"
