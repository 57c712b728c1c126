"""What is wrong with the machine's configuration ends with exit code 2 and what to do, and nothing was sent."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import deploy
from tests.deployment.project import ENVIRONMENT, write_project

_ROLE = "role_arn = arn:aws:iam::111122223333:role/x\n"
_DEVICE = "arn:aws:iam::111122223333:mfa/x"
_KEYS = "aws_access_key_id = AKID\naws_secret_access_key = secret\n"
CASES = {
    "an MFA code, and nobody to type it": (
        f"[default]\n{_ROLE}source_profile = keys\nmfa_serial = {_DEVICE}\n[profile keys]\n{_KEYS}",
        {},
        ["MFA code, and nobody is here to type one", "aws sts get-session-token"],
    ),
    "a web identity without its file": (
        "",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/x"},
        ["/nowhere/token cannot be read", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    ),
    "a program that prints no JSON": (
        f"[default]\ncredential_process = {sys.executable} -c print(1,2)\n",
        {},
        ["credential_process names printed no JSON", "run it by hand"],
    ),
    "a program that is not there": (
        "[default]\ncredential_process = /nowhere/program\n",
        {},
        ["/nowhere/program cannot be read", "credential_process"],
    ),
    "a configuration that is none": ("no INI at all\n", {}, ["Unable to parse config file", "mend that file"]),
    "an endpoint without its scheme": (
        "",
        {"AWS_ENDPOINT_URL": "127.0.0.1:4566", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"},
        ["Invalid endpoint: 127.0.0.1:4566", "with its scheme: AWS_ENDPOINT_URL=http://"],
    ),
    "a source profile that is missing": (
        f"[default]\n{_ROLE}source_profile = nobody\n",
        {},
        ['The source_profile "nobody" referenced in the profile "default" does not exist', "mend that profile"],
    ),
}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """One that configures nothing, and where nothing can be reached."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr("sys.stdin", None)
    return monkeypatch


@pytest.mark.parametrize("name", CASES)
def test_what_the_credential_chain_meets_is_told_with_what_to_do(
    name: str, machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, variables, told = CASES[name]
    (tmp_path / "config").write_text(config)
    for variable, value in variables.items():
        machine.setenv(variable, value)
    code = deploy.main(["--env", "dev", "plan"], write_project(tmp_path))
    said = capsys.readouterr().err
    assert code == 2, said
    assert [text for text in told if text not in said] == [], said
    assert "next: " in said


def test_a_region_that_aws_does_not_have_is_told_before_anything_is_asked(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("eu-west-1", "xx-nowhere-9"))
    assert deploy.main(["--env", "dev", "plan"], project) == 2
    said = capsys.readouterr().err
    assert "AWS has no xx-nowhere-9" in said
