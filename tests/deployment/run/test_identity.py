"""Nobody deploys from another Region or with another account's credentials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deployment.aws.session import Session
from deployment.errors import NoCredentials, WrongAccount, WrongRegion
from deployment.run.identity import caller_of
from deployment.run.run import Run
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import ACCOUNT, write_project
from tests.deployment.runs import fake_run

_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/ann"


def _run(tmp_path: Path, sts: FakeClient, region: tuple[str, str] | None = None) -> Run:
    session: Any = SimpleNamespace(client=lambda *_, **__: sts, configured_region=region)
    return replace(fake_run(write_project(tmp_path), FakeClient("cloudformation")), session=cast(Session, session))


def _sts(account: str = ACCOUNT) -> FakeClient:
    return FakeClient("sts", get_caller_identity={"Account": account, "Arn": _ARN, "UserId": "x"})


def test_the_caller_is_given_by_its_arn(tmp_path: Path) -> None:
    assert caller_of(_run(tmp_path, _sts())) == _ARN


def test_another_region_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    sts = _sts()
    run = _run(tmp_path, sts, ("us-east-1", "AWS_REGION"))
    with pytest.raises(WrongRegion) as caught:
        caller_of(run)
    assert (
        caught.value.happened == f"AWS_REGION is Region us-east-1, but the environment is in {run.environment.region}"
    )
    assert str(caught.value.findings[0]).startswith("params/dev.yaml:")
    assert sts.calls == []


def test_the_environments_own_region_is_no_other(tmp_path: Path) -> None:
    assert caller_of(_run(tmp_path, _sts(), ("eu-west-1", "profile default"))) == _ARN


def test_another_account_is_refused_with_whose_credentials_they_are(tmp_path: Path) -> None:
    with pytest.raises(WrongAccount) as caught:
        caller_of(_run(tmp_path, _sts("999999999999")))
    assert caught.value.happened == (
        f"the credentials belong to account 999999999999, but the environment is in account {ACCOUNT}"
    )
    assert caught.value.findings[1] == f"the credentials belong to {_ARN}"


def test_credentials_that_are_not_known_are_told_as_such(tmp_path: Path) -> None:
    sts = FakeClient("sts", get_caller_identity=refusal("InvalidClientTokenId", "The security token is invalid", 403))
    with pytest.raises(NoCredentials):
        caller_of(_run(tmp_path, sts))
