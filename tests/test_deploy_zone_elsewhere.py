"""A system whose names are in a hosted zone of another account: with a certificate and no records it needs no zone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import deploy as command
from rehearsal.loopback.wire import Call
from tests.deployment.project import own_project
from tests.deployment.standing import PROJECT, Standing
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV

CERTIFICATE = f"arn:aws:acm:{DEV.region}:{DEV.account}:certificate/12345678-1234-1234-1234-123456789012"
ELSEWHERE = (f"ExistingCertificateArn={CERTIFICATE}", "CreateDnsRecords=false")
OWN = DEV.parameters["HostedZoneId"].text


class Deployed:
    """dev's files on one rehearsal."""

    def __init__(self, project: Path, here: RehearsalHere, capsys: pytest.CaptureFixture[str]) -> None:
        self._project, self._here, self._capsys = project, here, capsys

    def __call__(self, *settings: str, allow: tuple[str, ...] = (), action: str = "deploy") -> tuple[int, str]:
        """Deploys with these values; the exit code, and what was said."""
        given = [argument for setting in settings for argument in ("--set", setting)]
        given += [argument for path in allow for argument in ("--allow", path)]
        code = command.main(
            [action, "--env", "dev", "--rehearse", "--yes", *given],
            self._project,
            rehearsal=Standing(self._here.url(), self._here.cloud),
        )
        return code, " ".join(self._capsys.readouterr().err.split())

    def types(self) -> set[str]:
        """The types of all that stands, in whatever nested stack."""
        called = Call("DescribeStacks", {}, DEV.region, DEV.account, "asked")
        names = [stack["StackName"] for stack in self._here.cloud.handle(called)["Stacks"]]
        rows = [
            row
            for name in names
            for row in self._here.cloud.handle(
                Call("DescribeStackResources", {"StackName": name}, DEV.region, DEV.account, "asked")
            )["StackResources"]
        ]
        return {row["ResourceType"] for row in rows if row["ResourceStatus"] != "DELETE_COMPLETE"}


@pytest.fixture
def deployed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Deployed]:
    project = own_project(tmp_path)
    with RehearsalHere(PROJECT, ["--account", DEV.account]) as here:
        yield Deployed(project, here, capsys)


IN_THE_ZONE = {"AWS::Route53::RecordSet", "AWS::CertificateManager::Certificate"}


@pytest.mark.slow
# A zone that is not the account's is neither asked about nor used.
@pytest.mark.parametrize("zone", ["", "ZOFANOTHERACCOUNT"])
def test_with_a_certificate_and_no_records_no_zone_is_looked_up(deployed: Deployed, zone: str) -> None:
    code, err = deployed(*ELSEWHERE, f"HostedZoneId={zone}")
    assert code == 0, err
    assert "AWS::ElasticLoadBalancingV2::Listener" in deployed.types()
    assert not deployed.types() & IN_THE_ZONE


@pytest.mark.parametrize("setting", [(), ELSEWHERE[:1], ELSEWHERE[1:]])
def test_where_something_is_made_in_the_zone_it_has_to_be_given_and_to_be_the_account_s(
    deployed: Deployed, setting: tuple[str, ...]
) -> None:
    code, err = deployed(*setting, "HostedZoneId=")
    assert code == 2
    assert "HostedZoneId is needed, unless ExistingCertificateArn is given and CreateDnsRecords is false" in err
    code, err = deployed(*setting, "HostedZoneId=ZOFANOTHERACCOUNT")
    assert code == 2
    assert "hosted zone ZOFANOTHERACCOUNT does not exist in this account" in err
    assert not deployed.types()


@pytest.mark.slow
def test_a_system_that_stands_comes_to_a_zone_and_leaves_it_again(deployed: Deployed) -> None:
    assert deployed(*ELSEWHERE, "HostedZoneId=ZOFANOTHERACCOUNT")[0] == 0
    # What was never looked up is looked up when it is used.
    code, err = deployed(ELSEWHERE[0], "HostedZoneId=ZOFANOTHERACCOUNT")
    assert code == 2
    assert "does not exist in this account" in err
    code, err = deployed()
    assert code == 0, err
    assert deployed.types() >= IN_THE_ZONE
    code, err = deployed(*ELSEWHERE, "HostedZoneId=", allow=("Alb/AliasA", "Cert"))
    assert code == 0, err
    assert not deployed.types() & IN_THE_ZONE


@pytest.mark.slow
def test_a_deletion_ends_with_what_stays(deployed: Deployed) -> None:
    assert deployed()[0] == 0
    code, err = deployed(action="delete", allow=(DEV.stack,))
    assert code == 0, err
    end = err.partition("DELETE_IN_PROGRESS")[2]
    assert "the record that validated Cert/Certificate stays in its hosted zone" in end
    assert "log group /aws/ecs/containerinsights/" in end
    assert "the revisions of Ecs/TaskDefinition stay, INACTIVE" in end
