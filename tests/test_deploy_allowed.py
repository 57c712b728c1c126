"""Every call that any command makes is one that the rendered policy allows the deployer, on what the call is on.

The commands are made of deploy.py's own parser: every action, with every option that it takes, about the platform, a
service, a job and all of them, where the system stands; and every action where it does not, or is stuck.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

import deploy as command
from deployment.commands import command_line
from render import main as render
from tests.deployment.iam import Account, Asked, allows
from tests.deployment.project import FRESH
from tests.deployment.shop import API, MODULES, VALUES, write_shop
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV, PROJECT
from tests.templates.rendering.test_deployer_policy import LOOKED_UP, NOT_CALLED_HERE, SELDOM

pytestmark = pytest.mark.slow

SHOP = {**MODULES, "api": API.replace(")\n", ', before="migrate")\n')}
ROLE = f"arn:aws:iam::{DEV.account}:role/cloudformation-{DEV.stack}"
STACKS = [DEV.stack, *(f"{DEV.stack}-{name}" for name in SHOP)]
_TASKS = "ecs-tasks.amazonaws.com"
# A run that follows an operation that never ends stops after so many looks.
_ENOUGH = 3
# Said with every command, or nothing that AWS learns of.
NOT_PLAYED = {*("help", "action", "name", "env", "service", "all", "yes"), *("debug", "output", "html", "markdown")}
SCENARIOS = sorted((PROJECT / "docs/scenarios").glob("*.yaml"))


@dataclass
class Recorder:
    """What was asked of AWS, by what IAM would be asked because of it."""

    asked: set[tuple[str, str, tuple[tuple[str, str], ...]]] = field(default_factory=set)
    looks: int = 0

    def __call__(self, original: Any, client: Any, operation: str, given: Mapping[str, Any]) -> Any:
        self.looks += operation == "FilterLogEvents"
        if self.looks > _ENOUGH:
            raise KeyboardInterrupt
        account = Account(str(client.meta.region_name), DEV.account)
        found = account.asked(client.meta.service_model.service_name, operation, given)
        if operation == "RunTask":
            described = original(client, "DescribeTaskDefinition", {"taskDefinition": given["taskDefinition"]})
            named = described["taskDefinition"]
            roles = [named[name] for name in ("taskRoleArn", "executionRoleArn") if name in named]
            found += [Asked("iam:PassRole", role, {"iam:PassedToService": _TASKS}) for role in roles]
        self.asked |= {(one.action, _named(one.resource), tuple(sorted(one.context.items()))) for one in found}
        return original(client, operation, given)


def _named(resource: str) -> str:
    """The rehearsal's caller is a user of STS, as moto has it; AWS's are users and roles of IAM."""
    return resource.replace(":sts:", ":iam:") if ":user/" in resource else resource


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """In the SDK itself, so that no session and no client is passed by."""
    recorder, original = Recorder(), BaseClient._make_api_call
    BaseClient._make_api_call = lambda client, operation, given: recorder(original, client, operation, given)
    yield recorder
    BaseClient._make_api_call = original


@dataclass
class Shop:
    """A project with services, states that it can be in, and its commands."""

    folder: Path
    recorder: Recorder
    runs: int = 0
    said: str = ""
    """What the last command said to its person."""

    @property
    def project(self) -> Path:
        return self.folder / "shop"

    def statements(self) -> list[dict[str, Any]]:
        files = [*(self.project / "rendered/policies").glob("dev-deployer*.json")]
        files.append(self.project / "rendered/policies/artifacts-bucket.json")
        return [statement for file in files for statement in json.loads(file.read_text())["Statement"]]

    def play(self, state: str, *arguments: str, keep: bool = False) -> tuple[int, str]:
        """Plays a command on a copy of a state, or on the state itself; its exit code and what stdout has."""
        self.runs += 1
        self.recorder.looks = 0
        at = self.folder / (state if keep else f"played-{self.runs}")
        if not keep and (self.folder / state).exists():
            shutil.copytree(self.folder / state, at)
        out, err = io.StringIO(), io.StringIO()
        given = ["--env", "dev", "--rehearse", "--state", str(at), "--yes", *arguments]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO("value\n"))
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stderr", err)
            patch.setenv("GIVEN", "value")
            patch.setenv("PATH", str(self.folder / "no programs"))  # exec ends before it starts the AWS CLI
            code = command.main(given, self.project, rehearsal=RehearsalHere)
        if not keep:
            shutil.rmtree(at, ignore_errors=True)
        self.said = err.getvalue()
        return code, out.getvalue()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, recorder: Recorder) -> Shop:
    folder = tmp_path_factory.mktemp("allowed")
    write_shop(folder / "shop", SHOP, VALUES, rendered=False)
    file = folder / "shop/params/dev.yaml"
    file.write_text(file.read_text() + f"\nrole: {ROLE}\n")
    assert render([], folder / "shop") == 0
    (folder / "shop/render.py").write_text(FRESH)
    made = Shop(folder, recorder)
    for target in ((), ("--service", "migrate"), ("--all",)):  # a job stands before what it runs before
        code, _ = made.play("standing", *target, keep=True)
        assert code == 0, made.said
    stuck = folder / "stuck.yaml"
    stuck.write_text(
        "resources:\n"
        "  - {path: Ecs/Service, on: update, reason: Refused}\n"
        "  - {path: Ecs/Service, on: rollback, reason: Refused}\n"
    )
    shutil.copytree(folder / "standing", folder / "stuck")
    made.play("stuck", *CHANGE, "--scenario", str(stuck), keep=True)
    assert "UPDATE_ROLLBACK_FAILED" in made.said
    code, _ = made.play("rolled-back", "--fail", "Ecs/Service=no", keep=True)
    assert code == 1
    return made


# What the environment's file would have to state, and what a person stops.
OTHERWISE = {
    "cloudformation:GetStackPolicy",
    "cloudformation:SetStackPolicy",
    "cloudformation:UpdateTerminationProtection",
    "ecs:StopTask",
}
CHANGE = ("--set", "HealthCheckGracePeriodSeconds=90")
SERVICE = ("--service", "api")

TARGETS = ((), SERVICE, ("--service", "migrate"), ("--all",))


def options() -> list[argparse.Action]:
    """Every option of deploy.py, but those that say what a rehearsal plays."""
    parser = command_line._Parser()
    command_line._general(parser)
    command_line._later(parser)  # type: ignore[arg-type]  # a group has what is used of it
    command_line._recovery(parser)  # type: ignore[arg-type]
    return [action for action in parser._actions if action.dest not in NOT_PLAYED]


def typed(option: argparse.Action, samples: Mapping[str, str]) -> list[str]:
    """An option as it is typed; what takes a value has one in `samples`."""
    flag = option.option_strings[-1]
    return [flag] if option.nargs == 0 else [flag, samples[option.dest]]


def approvals(action: str, *arguments: str) -> list[str]:
    """The names of the stacks that a deletion is about."""
    service = arguments[arguments.index("--service") + 1] if "--service" in arguments else ""
    stacks = STACKS if "--all" in arguments else [f"{DEV.stack}-{service}" if service else DEV.stack]
    return [word for stack in stacks for word in ("--allow", stack)] if action in ("delete", "recover") else []


def taken(arguments: Sequence[str]) -> bool:
    """Whether deploy.py takes them together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", io.StringIO())
        try:
            command_line.read_arguments(["--env", "dev", *arguments])
        except SystemExit:
            return False
    return True


def commands(samples: Mapping[str, str]) -> Iterator[list[str]]:
    """Every action about every target, as it is and with every option that it takes there."""
    for action in command_line.ACTIONS:
        for target in TARGETS:
            for option in [None, *options()]:
                given = [action, *target, *(typed(option, samples) if option else [])]
                # So that there is something to do.
                given += CHANGE if target in ((), SERVICE) and taken([*given, *CHANGE]) else ()
                # What an option does about a stack it does about that of a service, or it is a service's alone.
                if taken(given) and (option is None or (target in ((), SERVICE) and taken([action]) != bool(target))):
                    yield given


def samples_of(shop: Shop) -> dict[str, str]:
    """A value for each option that takes one; a saved change set, and a release that was before."""
    saved = json.loads(shop.play("standing", "plan", *CHANGE, "--keep", "--output", "json", keep=True)[1])
    told = json.loads(shop.play("standing", "releases", "--output", "json")[1])
    return {
        "allow": "Ecs/Service",
        "set": "DeregistrationDelaySeconds=11",
        "set_from_env": "HealthCheckPath=GIVEN",
        "set_from_stdin": "HealthCheckPath",
        "keep_value": "HealthCheckPath",
        "rendered": str(shop.project / "rendered"),
        "change_set": saved["kept"],
        "to": told["releases"][-1]["digest"],
        "since": "1h",
        "skip": "Ecs/Service",
        "retain": "Ecs/Service",
    }


@pytest.fixture(scope="module")
def asked(shop: Shop) -> list[Asked]:
    """What IAM would be asked because of all of them."""
    samples = samples_of(shop)
    assert {option.dest for option in options() if option.nargs != 0} == samples.keys(), "play every option"
    played = list(commands(samples))
    assert {arguments[0] for arguments in played} == {*command_line.ACTIONS}
    for arguments in played:
        shop.play("standing", *arguments, *approvals(*arguments))
    for state in ("absent", "stuck", "rolled-back"):
        for action in command_line.ACTIONS:
            for target in TARGETS:
                for given in ([action, *target], [action, *target, *approvals(action, *target)]):
                    if taken(given):
                        shop.play(state, *given)
    for scenario in SCENARIOS:
        for state in ("absent", "standing"):
            shop.play(state, "deploy", *CHANGE, "--scenario", str(scenario))
            shop.play(state, "drift", "--scenario", str(scenario))
    return [Asked(action, resource, dict(context)) for action, resource, context in shop.recorder.asked]


def test_every_call_of_every_command_is_allowed(asked: list[Asked], shop: Shop) -> None:
    statements = shop.statements()
    assert sorted(str(one) for one in asked if not allows(statements, one)) == []


def test_nearly_all_that_is_allowed_is_called_by_one_of_them(asked: list[Asked], shop: Shop) -> None:
    """That nothing else is, tests/templates/rendering/test_deployer_policy.py reads in the sources."""
    actions = {action for row in shop.statements() for action in row["Action"]}
    rest = SELDOM | LOOKED_UP.keys() | NOT_CALLED_HERE | OTHERWISE
    left = sorted(actions - {one.action for one in asked} - rest)
    assert not left, " ".join(left)


def test_the_policy_of_another_environment_would_not_do(asked: list[Asked], shop: Shop) -> None:
    """Or the judge would let everything pass."""
    other = json.loads((PROJECT / "rendered/policies/prod-deployer.json").read_text(encoding="utf-8"))["Statement"]
    refused = {one.action for one in asked if not allows(other, one)}
    assert refused >= {"cloudformation:CreateChangeSet", "s3:PutObject", "ecs:RunTask", "iam:PassRole"}
