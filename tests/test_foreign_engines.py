"""The project's own system against CloudFormation engines that nobody here wrote: they leave out, and they lie.

What they play is not CloudFormation. But whatever an answer lacks, no success is claimed that is none, and nothing is
replaced unguarded.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

import deploy as command
from tests.own_system import DEV, host, write_params

PROJECT = Path(__file__).resolve().parents[1]
_ACCOUNT = "123456789012"
_OTHER_NETWORK = (
    *("--set", "VpcCidr=10.9.0.0/16", "--set", "PublicSubnet1Cidr=10.9.1.0/24"),
    *("--set", "PublicSubnet2Cidr=10.9.2.0/24"),
)
_TRIES = 100


def _engines() -> dict[str, list[str]]:
    """The engines that are on this machine, by the command that serves one at a port: moto always is."""
    found = {"moto": [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"]}
    if ministack := os.environ.get("MINISTACK"):  # its requirements and ours cannot be in one environment
        found["ministack"] = [ministack]
    return found


@contextmanager
def _served(command: Sequence[str], folder: Path) -> Iterator[str]:
    """The URL of an engine that answers; it is stopped by its process id."""
    port, process = _started(command, folder)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _started(command: Sequence[str], folder: Path) -> tuple[int, subprocess.Popen[bytes]]:
    """An engine that answers at its port; one whose port was taken while it started is started at another."""
    for _ in range(3):
        port = _free_port()
        given = [word.format(port=port) for word in command]
        environment = {**os.environ, "GATEWAY_PORT": str(port), "MOTO_ACCOUNT_ID": _ACCOUNT, "BIND_HOST": "127.0.0.1"}
        with (folder / "engine.log").open("wb") as log:
            process = subprocess.Popen(given, cwd=folder, env=environment, stdout=log, stderr=log)
        if _answers(port, process):
            return port, process
    raise AssertionError(f"the engine ended by itself: {(folder / 'engine.log').read_text()}")


def _free_port() -> int:
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    for _ in range(_TRIES):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
            return False
        with closing(socket.socket()) as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return True
    process.kill()
    raise AssertionError("the engine does not answer")


@pytest.fixture(scope="module", params=sorted(_engines()))
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _served(_engines()[request.param], tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture(scope="module")
def project(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose environment is of the engine's account, with a zone that stands there."""
    folder = tmp_path_factory.mktemp("project")
    write_params(folder)
    for name in ("rendered", "templates", "cloudformation", "deployment", "rehearsal"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("deploy.py", "render.py"):
        shutil.copy(PROJECT / name, folder / name)
    # Not one that deploy.py makes: its policy asks for TLS, which engines on this machine do not speak.
    location = {"LocationConstraint": _region()}
    _client(endpoint, "s3").create_bucket(Bucket="artifacts-of-engines", CreateBucketConfiguration=location)
    zone = _client(endpoint, "route53").create_hosted_zone(Name=host("dev"), CallerReference="1")
    file = folder / "params/dev.yaml"
    text = re.sub(r'account: "\d+"', f'account: "{_ACCOUNT}"', file.read_text())
    text = re.sub(r"HostedZoneId: \S+", f"HostedZoneId: {zone['HostedZone']['Id'].rpartition('/')[2]}", text)
    file.write_text(f"artifacts_bucket: artifacts-of-engines\n{text}")
    assert subprocess.run([sys.executable, "render.py"], cwd=folder, capture_output=True, check=False).returncode == 0
    return folder


def _client(endpoint: str, service: str) -> Any:
    region = "us-east-1" if service == "route53" else _region()
    given = {"aws_access_key_id": _ACCOUNT, "aws_secret_access_key": "x", "region_name": region}
    return boto3.client(service, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}), **given)


def _region() -> str:
    return DEV.region


@dataclass(frozen=True)
class _Ended:
    code: int
    said: str


def _deploy(project: Path, endpoint: str, *arguments: str) -> _Ended:
    """The command in this process, on a machine that works with the engine."""
    machine = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": _ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": _region(),
        "NO_PROXY": "127.0.0.1",
    }
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()), redirect_stderr(said):
        for name, value in machine.items():
            patch.setenv(name, value)
        code = command.main(["--env", "dev", *arguments], project)
    return _Ended(code, said.getvalue())


def _is_whole(endpoint: str, stack: str) -> bool:
    """Whether the stack, all five layers and all its outputs are there."""
    cloudformation = _client(endpoint, "cloudformation")
    try:
        root = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        rows = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    except (ClientError, BotoCoreError, ResponseParserError):
        return False
    finally:
        cloudformation.close()
    layers = {row["LogicalResourceId"] for row in rows if row["ResourceStatus"].endswith("_COMPLETE")}
    outputs = {output["OutputKey"] for output in root.get("Outputs", ())}
    return {"Network", "Cert", "Alb", "AppSg", "Ecs"} <= layers and len(outputs) >= 10


def _stack(project: Path) -> str:
    found = re.search(r"^stack: (\S+)", (project / "params/dev.yaml").read_text(), re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.slow
def test_a_success_is_claimed_only_for_a_system_that_is_there_and_nothing_is_replaced_unguarded(
    project: Path, endpoint: str
) -> None:
    created = _deploy(project, endpoint, "--yes")
    assert not _stumbled(created), created.said
    assert created.code != 0 or _is_whole(endpoint, _stack(project)), created.said
    changed = _deploy(project, endpoint, "--yes", *_OTHER_NETWORK)
    assert not _stumbled(changed), changed.said
    assert changed.code != 0, changed.said


def _stumbled(ended: _Ended) -> bool:
    """Whether it met what it does not foresee: a traceback, or a word about one that is kept."""
    return "Traceback" in ended.said or "does not foresee" in ended.said
