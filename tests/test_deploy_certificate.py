"""A certificate whose record nobody sees, played through the command: its creation, and an update without a limit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from tests.deployment.project import APP, write_project
from tests.deployment.this_process import RehearsalHere

_ROOT_PROPERTIES = "      TemplateURL: cert.yaml\n      TimeoutInMinutes: 60\n      Parameters:\n"
_CERT = """\
Parameters:
  DomainName: {Type: String}
  HostedZoneId: {Type: String}
Resources:
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: !Ref DomainName
      ValidationMethod: DNS
      DomainValidationOptions:
        - {DomainName: !Ref DomainName, HostedZoneId: !Ref HostedZoneId}
"""
_HANGS = "resources:\n  - {path: Cert/Certificate, on: create, fault: hang, minutes: 4000}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project with a layer for its certificate, which has an hour to be created."""
    made = write_project(tmp_path, app=APP)
    root = made / "rendered/root.yaml"
    layer = (
        f"  Cert:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n{_ROOT_PROPERTIES}"
        "        DomainName: !Ref DomainName\n        HostedZoneId: !Ref HostedZoneId\nOutputs:\n"
    )
    root.write_text(root.read_text().replace("Outputs:\n", layer))
    (made / "rendered/cert.yaml").write_text(_CERT)
    (made / "hangs.yaml").write_text(_HANGS)
    return made


def run(project: Path, *arguments: str) -> int:
    given = ["--env", "dev", "--rehearse", *arguments]
    return command.main(given, project, rehearsal=RehearsalHere)


def hanging(project: Path, *arguments: str) -> int:
    """The domain gets another name, and its certificate is never validated."""
    given = ("--set", "DomainName=new.example.com", "--allow", "Cert/Certificate")
    return run(project, "--scenario", str(project / "hangs.yaml"), "--yes", *given, *arguments)


def test_a_creation_that_ran_out_of_time_names_the_record_that_was_waited_for(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--scenario", str(project / "hangs.yaml"), "--yes", "--output", "json") == 1
    body: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert body["status"] == "ROLLBACK_COMPLETE"
    assert (body["cause"]["path"], body["cause"]["reason"]) == (
        "Cert",
        "Stack creation time exceeded the specified timeout",
    )
    first, at_work, pending, zone = body["findings"]
    assert first == "Cert CREATE_FAILED: Stack creation time exceeded the specified timeout"
    assert at_work == "at work: Cert/Certificate AWS::CertificateManager::Certificate"
    assert pending.startswith("pending: _")
    assert ".dev.example.com. CNAME _" in pending
    assert pending.endswith(".acm-validations.aws. (the zone does not have it)")
    assert zone == "hosted zone: Z0123456789"
    assert body["remedy"].startswith("create the pending record in the hosted zone that the public DNS uses, then: ")


@pytest.mark.slow
def test_an_update_that_waits_for_an_hour_says_for_which_record_and_is_cancelled_with_yes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--yes") == 0
    capsys.readouterr()
    assert hanging(project) == 1
    told = capsys.readouterr().err
    waited = told.index("Cert/Certificate has waited for 1h: ACM does not see its validation record\n  pending: _")
    cancelled = told.index("Cancel the update of stack shop-dev? CloudFormation rolls it back. yes (--yes)")
    ended = told.index("error: the update was cancelled; stack shop-dev is in UPDATE_ROLLBACK_COMPLETE")
    assert waited < cancelled < ended
    assert ".new.example.com. CNAME _" in told[waited:cancelled]
    assert "  hosted zone: Z0123456789\n" in told[waited:cancelled]
    assert "(the zone does not have it)" in told[ended:]
    assert "fix the cause" not in told
    assert told.rstrip().endswith("deploy.py --env dev --rehearse --set DomainName=new.example.com")
