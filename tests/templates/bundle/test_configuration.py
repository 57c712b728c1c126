"""Every form of config/ says what the environment file says, and the AWS CLI takes each that is said to be for it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from templates.bundle.bundle import Bundle
from templates.bundle.configuration import configuration
from templates.bundle.errors import BundleError
from tests.examples import examples
from tests.templates.bundle.random_environments import FILES, Sample, sample
from tests.templates.bundle.shop import stacks_of


def _made(one: Sample) -> dict[str, bytes]:
    return {file.path.removeprefix("config/dev/"): file.content for file in configuration(one.one)}


def _parameters(rows: list[dict[str, Any]]) -> tuple[dict[str, str], set[str]]:
    given = {row["ParameterKey"]: row["ParameterValue"] for row in rows if "ParameterValue" in row}
    kept = {row["ParameterKey"] for row in rows if row.get("UsePreviousValue") is True}
    assert len(given) + len(kept) == len(rows)
    return given, kept


def _split(assignments: list[str]) -> dict[str, str]:
    return {name: value for name, _, value in (assignment.partition("=") for assignment in assignments)}


@settings(max_examples=examples(150))
@given(content=FILES)
def test_every_form_says_what_deploy_sends(content: Mapping[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        one = sample(Path(folder), content)
    made, environment = _made(one), one.one.environment
    assert _parameters(json.loads(made["parameters.json"])) == (dict(one.sent), set(one.kept))
    assert _split(json.loads(made["overrides.json"])) == one.sent
    pipeline, git_sync = json.loads(made["codepipeline.json"]), json.loads(made["deployment.json"])
    assert pipeline["Parameters"] == git_sync["parameters"] == one.sent
    tags = dict(environment.tags)
    assert {row["Key"]: row["Value"] for row in json.loads(made["tags.json"])} == tags
    assert pipeline["Tags"] == git_sync["tags"] == _split(json.loads(made["deploy-tags.json"])) == tags
    assert git_sync["template-file-path"] == "published/root.yaml"
    secrets = dict(line.split("=") for line in made.get("secrets.txt", b"").decode().splitlines())
    assert secrets.keys() == one.elsewhere
    _says_the_operation(made, one)


def _says_the_operation(made: Mapping[str, bytes], one: Sample) -> None:
    said, pipeline = one.one.environment.operation, json.loads(made["codepipeline.json"])
    stated = {
        "notifications.json": None if said.notifications is None else list(said.notifications),
        "rollback-triggers.json": None
        if said.triggers is None
        else [{"Arn": trigger.arn, "Type": trigger.type} for trigger in said.triggers],
        "stack-policy.json": None if said.stack_policy is None else json.loads(said.stack_policy),
    }
    for name, content in stated.items():
        assert (json.loads(made[name]) if name in made else None) == content, name
    assert pipeline.get("StackPolicy") == stated["stack-policy.json"]
    assert pipeline.keys() <= {"Parameters", "Tags", "StackPolicy"}
    first = {**one.sent, "Later": "false"} if "Later" in one.sent else one.sent
    assert ("parameters.at-creation.json" in made) is (first != one.sent)
    if first != one.sent:
        assert _parameters(json.loads(made["parameters.at-creation.json"])) == (dict(first), set(one.kept))
        assert _split(json.loads(made["overrides.at-creation.json"])) == first
        assert json.loads(made["codepipeline.at-creation.json"])["Parameters"] == first


@settings(max_examples=examples(25))
@given(content=FILES)
def test_a_shell_reads_environment_as_it_is(content: Mapping[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        one = sample(Path(folder), content)
        Path(folder, "environment.sh").write_bytes(_made(one)["environment.sh"])
        read = subprocess.run(
            ["sh", "-euc", "set -a; . ./environment.sh; env -0"], cwd=folder, capture_output=True, check=True
        )
    said = dict(entry.split("=", 1) for entry in read.stdout.decode().split("\0") if entry)
    environment = one.one.environment
    minutes = environment.operation.monitoring_minutes
    assert {name: said[name] for name in ("ENVIRONMENT", "ACCOUNT", "REGION", "STACK", "BUCKET", "FOLDER", "ROOT")} == {
        "ENVIRONMENT": "dev",
        "ACCOUNT": environment.account,
        "REGION": environment.region,
        "STACK": environment.stack,
        "BUCKET": environment.bucket,
        "FOLDER": environment.folder,
        "ROOT": "root.yaml",
    }
    assert (said["ROLE_ARN"], said["PARTITION"], said["PARTITION_SUFFIX"]) == (
        environment.role or "",
        "aws",
        "amazonaws.com",
    )
    assert (said["TERMINATION_PROTECTION"] == "true") is environment.termination_protection
    assert said["PROTECT"].split() == list(environment.protect)
    assert said["CAPABILITIES"].split() == sorted(environment.operation.capabilities)
    assert said["MONITORING_MINUTES"] == ("" if minutes is None else str(minutes))
    assert said["NO_ECHO"].split() == ["Password", "Token"]
    assert said["CHANGE_SET_PREFIX"] == "deploy-shop-dev-"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"role": "arn:aws:iam::111122223333:role/it's/x"}, "ROLE_ARN cannot be written"),
        ({"protect": ["App Service"]}, "'App Service' is not the path of a resource"),
    ],
)
def test_what_a_line_of_a_shell_cannot_hold_is_refused(tmp_path: Path, content: Mapping[str, Any], said: str) -> None:
    one = sample(tmp_path, {"parameters": {"Sentence": "a", "Token": {"keep": True}}} | dict(content))
    with pytest.raises(BundleError, match=said):
        _made(one)


def test_a_tag_that_deploy_would_take_apart_elsewhere_is_in_no_file_for_it(tmp_path: Path) -> None:
    content = {"parameters": {"Sentence": "a", "Token": {"keep": True}}, "tags": {"a=b": "c"}}
    made = _made(sample(tmp_path, content))
    assert "deploy-tags.json" not in made
    assert json.loads(made["tags.json"]) == [{"Key": "a=b", "Value": "c"}]


def test_the_values_of_no_secret_are_in_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    made = _made(sample(tmp_path, {"parameters": {"Sentence": "a", "Token": {"from_environment": "TOKEN"}}}))
    assert not any(b"hunter2" in content for content in made.values())
    assert made["secrets.txt"] == b"Token=TOKEN\n"


def test_a_service_has_the_same_files_as_its_platform(made: Bundle, shop: Path) -> None:
    paths = {file.path for file in made.files}
    for name in ("api", "mail-sender", "migrate"):
        folder = f"config/dev/services/{name}"
        for file in ("environment.sh", "parameters.json", "overrides.json", "tags.json", "codepipeline.json"):
            assert f"{folder}/{file}" in paths
        rendered = json.loads((shop / f"rendered/params/services/dev.{name}.json").read_text())
        [own] = [file for file in made.files if file.path == f"{folder}/parameters.json"]
        assert json.loads(own.content) == rendered
    api = stacks_of(shop)["dev/services/api"]
    assert api.environment.stack == f"{api.environment.platform}-api"


def test_the_parameters_are_those_of_rendered(made: Bundle, shop: Path) -> None:
    content = {file.path: file.content for file in made.files}
    for name in ("dev", "prod"):
        assert content[f"config/{name}/parameters.json"] == (shop / f"rendered/params/{name}.json").read_bytes()
    first = (shop / "rendered/params/prod.at-creation.json").read_bytes()
    assert content["config/prod/parameters.at-creation.json"] == first
