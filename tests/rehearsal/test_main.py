"""`python -m rehearsal`: its arguments, its one line, its end."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rehearsal.__main__ import main
from rehearsal.scenario.faults import Scenario
from rehearsal.state.s3_object import S3Object
from rehearsal.state.services import Services
from rehearsal.state.store import Store
from tests.rehearsal.boto import client
from tests.rehearsal.fake_cloud import FakeCloud

ROOT = Path(__file__).parents[2]
ACCOUNT = "222233334444"
TEMPLATE = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"


@dataclass
class ClosingCloud(FakeCloud):
    """A cloud that notes what it was opened with, and that it was closed."""

    opened: dict[str, Any] = field(default_factory=dict)
    closed: bool = False

    def start(self) -> None:
        self.opened["started"] = True

    def close(self) -> None:
        self.closed = True


class Lines(io.StringIO):
    """An output that says when its first line is there."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = threading.Event()

    def flush(self) -> None:
        self.ready.set()


@dataclass
class Run:
    """One `main` in a thread of its own."""

    cloud: ClosingCloud = field(default_factory=ClosingCloud)
    out: Lines = field(default_factory=Lines)
    errors: io.StringIO = field(default_factory=io.StringIO)
    stop: threading.Event = field(default_factory=threading.Event)
    codes: list[int] = field(default_factory=list)

    def open_cloud(
        self,
        state: Path | None,
        account: str,
        services: Services,
        *,
        pace: float,
        scenario: Scenario,
        seed: int | None,
    ) -> ClosingCloud:
        self.cloud.account = account
        self.cloud.opened |= {
            "state": state,
            "pace": pace,
            "seed": seed,
            "fails": [fault.path for fault in scenario.resources],
            "services": services,
        }
        return self.cloud

    def main(self, *arguments: str) -> int:
        return main(arguments, self.out, self.errors, self.stop, self.open_cloud)


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def url(run: Run, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "dev.yaml").write_text("parameters: {HostedZoneId: Z7, DomainName: dev.example.com}\n")
    arguments = ["--port", "0", "--account", ACCOUNT, "--pace", "0.5", "--state", str(tmp_path / "state")]
    arguments += ["--fail", "Ecs/Service=no capacity", "--zone", "Z8=example.net", "--params", str(tmp_path)]
    thread = threading.Thread(target=lambda: run.codes.append(run.main(*arguments)))
    thread.start()
    assert run.out.ready.wait(20)
    yield run.out.getvalue().strip()
    run.stop.set()
    thread.join()
    from moto.core.base_backend import BackendDict

    BackendDict.reset()


def test_it_says_where_it_answers_and_serves_every_service_there(run: Run, url: str) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    run.cloud.results["DeleteStack"] = {}
    client("cloudformation", url).delete_stack(StackName="web")
    assert client("sts", url).get_caller_identity()["Account"] == ACCOUNT
    names = [client("route53", url).get_hosted_zone(Id=id)["HostedZone"]["Name"] for id in ("Z7", "Z8")]
    assert names == ["example.com.", "example.net."]
    assert run.out.getvalue() == f"{url}\n"


def test_the_cloud_is_opened_with_what_was_asked_for(run: Run, url: str, tmp_path: Path) -> None:
    opened = run.cloud.opened
    assert opened["started"]
    assert (opened["state"], opened["pace"], opened["fails"]) == (tmp_path / "state", 0.5, ["Ecs/Service"])
    assert opened["seed"] is None


def test_the_cloud_asks_the_services_that_answer_behind_the_same_port(run: Run, url: str) -> None:
    services: Services = run.cloud.opened["services"]
    client("ssm", url).put_parameter(Name="/a", Value="1", Type="String")
    assert services.parameter("/a", "ap-northeast-1") == "1"
    assert services.parameter("/b", "ap-northeast-1") is None
    assert services.zones("ap-northeast-1") == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]
    assert services.zones("mars-north-1") == []
    client("secretsmanager", url).create_secret(Name="db", SecretString="s3cret")
    assert services.secret("db", "", "", "ap-northeast-1") == "s3cret"
    assert services.alarm("arn:aws:cloudwatch:ap-northeast-1:1:alarm:a", "ap-northeast-1") is False
    nobody = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = client("iam", url).create_role(RoleName="r", AssumeRolePolicyDocument=nobody)["Role"]["Arn"]
    assert (services.assumable(role), services.assumable(f"{role}2")) == (False, True)
    s3 = client("s3", url, region="us-east-1")
    assert not services.stands("AWS::S3::Bucket", "artifacts", "ap-northeast-1")
    s3.create_bucket(Bucket="artifacts")
    assert services.stands("AWS::S3::Bucket", "artifacts", "ap-northeast-1")
    s3.put_object(Bucket="artifacts", Key="root.yaml", Body=b"x")
    assert services.fetch(S3Object("artifacts", "root.yaml")) == b"x"


def test_with_a_seed_the_same_requests_get_the_same_ids(run: Run, tmp_path: Path) -> None:
    run.stop.set()
    drawn = []
    for seed in ("7", "7", "8"):
        assert run.main("--port", "0", "--params", str(tmp_path), "--seed", seed) == 0
        assert run.cloud.opened["seed"] == int(seed)
        services: Any = run.cloud.opened["services"]
        drawn.append([services._seed() for _ in range(3)])
    assert drawn[0] == drawn[1] != drawn[2]


def test_told_to_stop_it_closes_the_cloud_and_ends_well(run: Run, tmp_path: Path) -> None:
    run.stop.set()
    assert run.main("--port", "0", "--params", str(tmp_path)) == 0
    assert run.cloud.closed
    assert run.errors.getvalue() == ""


def test_a_fresh_start_forgets_what_was_kept(run: Run, tmp_path: Path) -> None:
    kept = [tmp_path / "cloudformation.json", tmp_path / "neighbours.jsonl"]
    for file in kept:
        file.write_text("what an older version kept")
    run.stop.set()
    assert run.main("--port", "0", "--state", str(tmp_path), "--fresh") == 0
    assert not any(file.exists() for file in kept)


def test_a_state_in_use_is_told_in_one_line_and_what_to_do_in_another(run: Run, tmp_path: Path) -> None:
    store = Store(tmp_path)
    try:
        assert run.main("--port", "0", "--state", str(tmp_path), "--fresh") == 1
    finally:
        store.close()
    told, next_ = run.errors.getvalue().splitlines()
    assert told.endswith(" is using it")
    assert next_.startswith("next: ")
    assert run.out.getvalue() == ""


def test_a_port_in_use_is_told_in_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run.main("--port", str(taken.getsockname()[1])) == 1
    assert "in use" in run.errors.getvalue()
    assert run.out.getvalue() == ""
    assert run.cloud.closed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "65536"], "'65536' is not a number from 0 to 65535"),
        (["--port", "http"], "'http' is not a number from 0 to 65535"),
        (["--account", "1234"], "'1234' is not twelve digits"),
        (["--pace", "-1"], "argument --pace"),
        (["--pace", "nan"], "'nan' is not a number"),
        (["--zone", "example.com"], "'example.com' is not ID=NAME"),
        (["--fail", "Ecs/Service"], "PATH=REASON"),
        (["--scenario", "none.yaml"], "none.yaml"),
        (["--prot", "1"], "unrecognized arguments"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_right(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        run.main(*arguments)
    assert caught.value.code == 2
    assert complaint in capsys.readouterr().err


def test_help_shows_how_to_begin(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run.main("--help")
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    for word in ("AWS_ENDPOINT_URL", "--state DIR", "--fail PATH=REASON", "--zone ID=NAME"):
        assert word in shown


@pytest.mark.slow
def test_as_a_process_it_deploys_keeps_its_state_and_ends_on_either_signal(tmp_path: Path) -> None:
    arguments = ["--port", "0", "--state", str(tmp_path / "state"), "--account", ACCOUNT]
    for visit, number in (("first", signal.SIGTERM), ("second", signal.SIGINT)):
        process = _start(arguments)
        try:
            url = _first_line(process)
            cloudformation = client("cloudformation", url)
            if visit == "first":
                client("s3", url, region="us-east-1").create_bucket(Bucket="artifacts")
                cloudformation.create_stack(StackName="web", TemplateBody=TEMPLATE)
            else:
                client("s3", url, region="us-east-1").head_bucket(Bucket="artifacts")
            stack = cloudformation.describe_stacks(StackName="web")["Stacks"][0]
            assert f":{ACCOUNT}:stack/web/" in stack["StackId"]
        finally:
            process.send_signal(number)
            rest, errors = process.communicate(timeout=30)
        assert (process.returncode, rest, errors) == (0, "", "")


def _start(arguments: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "rehearsal", *arguments]
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
