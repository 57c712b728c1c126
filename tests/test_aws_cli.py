"""The real AWS CLI drives the rehearsal: the wire is CloudFormation's, and ops needs no Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from templates.layers import LAYERS
from tests import own_system
from tests.deployment.this_process import RehearsalHere
from tests.templates.resolved import document

PROJECT = Path(__file__).parent.parent
AWS = Path(sys.executable).with_name("aws")
_MODELS = Path(sysconfig.get_path("purelib")) / "awscli/data"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shell:
    """A terminal of the ops team: the AWS CLI, an endpoint, a folder to work in."""

    rehearsal: RehearsalHere
    folder: Path

    def aws(self, *arguments: str) -> str:
        """What a command writes to stdout; in this process, which has read most of the CLI's modules already."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in set(os.environ) - self._environment.keys():
                patch.delenv(name)
            for name, value in self._environment.items():
                patch.setenv(name, value)
            patch.chdir(PROJECT)
            # A waiter would sleep half a minute for what is over by then.
            patch.setattr(
                "botocore.waiter.time", SimpleNamespace(sleep=lambda _: self.rehearsal.cloud.run_until_idle())
            )
            # Importing awscli sets it, and else it would stay for every SDK that is used afterwards.
            patch.setenv("AWS_DATA_PATH", str(_MODELS))
            from awscli.clidriver import create_clidriver

            code = create_clidriver().main(list(arguments))
        assert code == 0, err.getvalue()
        return out.getvalue()

    def refused(self, *arguments: str) -> str:
        """What the command that is installed writes to stderr where it ends badly."""
        done = subprocess.run(
            [str(AWS), *arguments], env=self._environment, cwd=PROJECT, capture_output=True, text=True, timeout=100
        )
        assert done.returncode != 0, done.stdout
        return done.stderr

    def _end_all(self, _: float) -> None:
        self.rehearsal.cloud.run_until_idle()

    @property
    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        return own | {
            "AWS_ENDPOINT_URL": self.rehearsal.url(),
            "AWS_ACCESS_KEY_ID": "ops",
            "AWS_SECRET_ACCESS_KEY": "ops",
            "AWS_DEFAULT_REGION": "ap-northeast-1",
            "AWS_PAGER": "",
            "AWS_CONFIG_FILE": str(self.folder / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "none"),
        }

    def cloudformation(self, *arguments: str) -> Any:
        """The answer to a command, parsed."""
        answer = self.aws("cloudformation", *arguments, "--output", "json")
        return json.loads(answer) if answer.strip() else None


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("ops")
    with RehearsalHere(PROJECT, []) as rehearsal:
        yield Shell(rehearsal, folder)


@pytest.fixture(scope="module")
def packaged(shell: Shell) -> Path:
    """The rendered tree, with its nested templates uploaded by `aws cloudformation package`."""
    out = shell.folder / "packaged.yaml"
    shell.aws("s3", "mb", "s3://ops-artifacts")
    shell.aws(
        *("cloudformation", "package", "--template-file", "rendered/root.yaml"),
        *("--s3-bucket", "ops-artifacts", "--output-template-file", str(out)),
    )
    return out


def test_package_uploads_every_layer_and_points_the_root_at_them(packaged: Path) -> None:
    urls = [line.split()[1] for line in packaged.read_text().splitlines() if "TemplateURL:" in line]
    assert len(urls) == len(set(urls)) == len(LAYERS)
    assert all("/ops-artifacts/" in url for url in urls)


def test_ops_reviews_creates_watches_and_deletes_the_rendered_tree_with_the_cli_alone(
    shell: Shell, packaged: Path
) -> None:
    named = ("--stack-name", "ops", "--change-set-name", "first")
    shell.aws("s3", "cp", str(packaged), "s3://ops-artifacts/packaged.yaml")
    url = "https://ops-artifacts.s3.ap-northeast-1.amazonaws.com/packaged.yaml"
    created = shell.cloudformation(
        *("create-change-set", *named, "--change-set-type", "CREATE", "--template-url", url),
        *("--parameters", "file://rendered/params/dev.json", "--capabilities", "CAPABILITY_IAM"),
        "--include-nested-stacks",
    )
    assert created["Id"].startswith("arn:aws:cloudformation:ap-northeast-1:123456789012:changeSet/first/")
    shell.cloudformation("wait", "change-set-create-complete", *named)
    described = shell.cloudformation("describe-change-set", *named, "--include-property-values")
    added = {change["ResourceChange"]["LogicalResourceId"] for change in described["Changes"]}
    assert added == set(document("root")["Resources"]) - {"Data"}  # without a database
    assert all("ChangeSetId" in change["ResourceChange"] for change in described["Changes"])

    shell.cloudformation("execute-change-set", *named)
    shell.cloudformation("wait", "stack-create-complete", "--stack-name", "ops")
    stack = shell.cloudformation("describe-stacks", "--stack-name", "ops")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}["Url"].startswith("https://")

    events = shell.cloudformation("describe-stack-events", "--stack-name", "ops")["StackEvents"]
    assert events[0]["ResourceStatus"] == "CREATE_COMPLETE"
    assert events[0]["PhysicalResourceId"] == stack["StackId"]
    assert events[-1]["ResourceStatus"] == "REVIEW_IN_PROGRESS"

    shell.cloudformation("delete-stack", "--stack-name", "ops")
    shell.cloudformation("wait", "stack-delete-complete", "--stack-name", stack["StackId"])
    assert shell.cloudformation("describe-stacks")["Stacks"] == []


def test_deploy_creates_the_packaged_tree_and_updates_it(shell: Shell, packaged: Path) -> None:
    values = [f"{name}={value}" for name, value in own_system.values("dev").items() if value]
    command = ["cloudformation", "deploy", "--stack-name", "deployed", "--template-file", str(packaged)]
    command += ["--s3-bucket", "ops-artifacts", "--capabilities", "CAPABILITY_IAM", "--parameter-overrides", *values]
    assert "Successfully created/updated stack" in shell.aws(*command)
    assert "Successfully created/updated stack" in shell.aws(*command, "DesiredCount=5")
    stack = shell.cloudformation("describe-stacks", "--stack-name", "deployed")["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert {"ParameterKey": "DesiredCount", "ParameterValue": "5"} in stack["Parameters"]


def test_what_the_stack_lacks_is_said_in_the_words_of_aws(shell: Shell) -> None:
    said = shell.refused("cloudformation", "describe-stacks", "--stack-name", "nowhere")
    assert "(ValidationError) when calling the DescribeStacks operation: Stack with id nowhere does not exist" in said


def test_validate_template_tells_parameters_and_capabilities_of_a_layer(shell: Shell) -> None:
    answer = shell.cloudformation("validate-template", "--template-body", "file://rendered/ecs.yaml")
    assert answer["Capabilities"] == ["CAPABILITY_IAM"]
    assert "DesiredCount" in {parameter["ParameterKey"] for parameter in answer["Parameters"]}
