"""What AWS would refuse of a service's template is found before it is sent, with the line of the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from render import main as render
from tests.deployment.shop import API_VALUES, IMAGE, write_shop
from tests.own_system import DEV

DECLARED = """\
from awacs import sqs

from templates.parts.parameters import switch
from templates.parts.policies import allow
from templates.service.declaration import Sidecar, web
from templates.service.secrets import from_parameter_store

QUEUES = [f"arn:aws:sqs:ap-northeast-1:123456789012:queue-{number}" for number in range(300)]
SERVICE = web("The API.", {parts})
"""
CASES = {
    'environment={f"V{number}": "x" * 1000 for number in range(70)}': "TaskDefinition: it has 7",
    "permissions=[allow(sqs.SendMessage, on=QUEUES)]": "characters; IAM takes 10,240 of a role",
    'environment={"A": "1"}, secrets={"A": from_parameter_store("/a")}': "container api has two values for A",
    'environment={"": "1"}': "a variable of container api has no name",
    'sidecars=[Sidecar("api", "a/b:1")]': "two containers are named api",
    'sidecars=[Sidecar("a b", "a/b:1")]': "'a b' is no name of a container",
    'sidecars=[Sidecar(f"s{number}", "a/b:1") for number in range(10)]': "it has 11 containers; ECS takes 10",
    'sidecars=[Sidecar("s", "a/b:1", port=80)]': "two containers listen on port 80 (tcp)",
    'environment={"A": switch("TaskRole", "a", "true")}': "TaskRole is the name of a parameter and of a resource",
}


def said_of(folder: Path, module: str, values: str, capsys: pytest.CaptureFixture[str]) -> str:
    write_shop(folder, {"api": module}, {"api": values}, rendered=False)
    capsys.readouterr()
    assert render([], folder) == 2
    assert not (folder / "rendered").exists()
    return capsys.readouterr().err.replace(f"{folder}/", "")


@pytest.mark.parametrize("parts", CASES)
def test_what_no_service_could_be_made_of_is_told_with_the_service(
    parts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_of(tmp_path, DECLARED.replace("{parts}", parts), API_VALUES, capsys)
    line = (tmp_path / "params/dev.yaml").read_text().splitlines().index("  api:") + 1
    assert f"params/dev.yaml:{line}: services/api.yaml: " in said
    assert CASES[parts] in said


def test_a_description_that_cloudformation_does_not_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = DECLARED.replace("The API.", "é" * 600).replace("{parts}", "")
    assert "its description has 1,209 bytes; CloudFormation takes 1,024" in said_of(
        tmp_path, module, API_VALUES, capsys
    )


def test_what_the_platform_does_not_export_is_not_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = f"{API_VALUES}    TaskSubnetTier: private\n"
    said = said_of(tmp_path, DECLARED.replace("{parts}", ""), values, capsys)
    assert f"it imports {DEV.stack}-PrivateSubnetIds, which the platform does not export" in said


def test_a_service_stands_on_the_platform_of_its_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = f"{API_VALUES}    PlatformStackName: another\n"
    said = said_of(tmp_path, DECLARED.replace("{parts}", ""), values, capsys)
    assert f"PlatformStackName is another: a service of this environment stands on {DEV.stack}" in said


def test_a_job_is_not_deployed_after_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = 'from templates.service.declaration import job\nSERVICE = job("x", before="api")\n'
    assert "api is deployed after the job api, which waits for api in turn" in said_of(tmp_path, module, IMAGE, capsys)


def test_the_name_of_a_stack_is_not_longer_than_cloudformation_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_shop(tmp_path, {"api": DECLARED.replace("{parts}", "")}, {"api": API_VALUES}, rendered=False)
    file = tmp_path / "params/dev.yaml"
    file.write_text(file.read_text().replace(f"stack: {DEV.stack}", f"stack: {'s' * 125}"))
    assert render([], tmp_path) == 2
    assert f"stack {'s' * 125}-api: a name has at most 128 characters" in capsys.readouterr().err
