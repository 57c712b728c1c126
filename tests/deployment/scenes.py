"""One rehearsal inside the tests' own process, whose faults change from scene to scene, and stacks in every state."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import deploy as command
from cloudformation.refusals import CloudFormationError
from deployment.commands.deploy import deploy
from deployment.errors import DeploymentError
from deployment.run.choices import Choices
from deployment.run.outcome import Outcome
from deployment.run.run import Run
from deployment.terminal.ending import ended
from deployment.terminal.screen import Screen
from rehearsal.__main__ import main
from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.scenario.faults import Drift, ResourceFault, Scenario
from tests.deployment.asked import asked, stacks, unexecuted
from tests.deployment.project import ACCOUNT, APP, NETWORK
from tests.deployment.rehearsed import Player

_BUCKET = """
  Found:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
"""


class _Line(queue.Queue[str]):
    """Where the rehearsal writes its URL."""

    def write(self, text: str) -> None:
        self.put(text.strip())

    def flush(self) -> None:
        return


@dataclass(frozen=True)
class Stage:
    """The rehearsal: its URL, and the faults that strike from now on."""

    url: str
    cloud: Cloud

    def faults(self, *faults: ResourceFault) -> None:
        self.cloud.world.scenario = Scenario(faults)

    def drift(self, *drifts: Drift, faults: tuple[ResourceFault, ...] = ()) -> None:
        """Somebody changed that by hand."""
        self.cloud.world.scenario = Scenario(faults, drift=drifts)


@contextmanager
def stage() -> Iterator[Stage]:
    """A rehearsal on a thread of its own; nothing in it sleeps."""
    clouds: list[Cloud] = []

    def opened(*given: Any, **named: Any) -> Cloud:
        clouds.append(open_cloud(*given, **named))
        return clouds[0]

    arguments = ["--port", "0", "--account", ACCOUNT, "--zone", "Z0123456789=example.com", "--params", "none"]
    line, stop = _Line(), threading.Event()
    thread = threading.Thread(target=main, args=(arguments, line, io.StringIO(), stop, opened))
    thread.start()
    try:
        yield Stage(line.get(timeout=60), clouds[0])
    finally:
        stop.set()
        thread.join()


@dataclass(frozen=True)
class End:
    """How an action ended: its exit code, and all that a person read."""

    code: int
    words: str


class Scene:
    """One stack in front of one stage."""

    def __init__(self, stage: Stage, player: Player, stack: str) -> None:
        self.stage = stage
        self.player = player
        self.stack = stack

    @property
    def cloudformation(self) -> Any:
        return self.player.client("cloudformation")

    def act(self, action: Callable[[Run], Outcome], *values: str, yes: bool = True, **choices: Any) -> End:
        """What deploy.py would answer and say, with --yes and nobody at the terminal."""
        told = io.StringIO()
        screen = Screen(io.StringIO(), io.StringIO(), told, yes=yes, width=120)
        run = replace(self.player.run(*values), tell=screen.tell, approve=screen.approve, choices=Choices(**choices))
        ending = ended(lambda: action(run), screen, lambda: run.invocation)
        return End(command.exit_code(ending, differences_count=False), told.getvalue())

    def status(self) -> str | None:
        with suppress(CloudFormationError):
            return str(asked(self.stage.cloud, "DescribeStacks", StackName=self.stack)["Stacks"][0]["StackStatus"])
        return None

    def left_behind(self) -> list[str]:
        """Stacks under review, and change sets that were never executed, of this stack and below it."""
        names = [stack["StackName"] for stack in stacks(self.stage.cloud)]
        own = [name for name in names if name == self.stack or name.startswith(f"{self.stack}-")]
        return unexecuted(self.stage.cloud, *own)

    def create(self, *faults: ResourceFault, keep: bool = False, detach: bool = False) -> None:
        self._deploy(faults, keep, detach)

    def update(self, *faults: ResourceFault, keep: bool = False, detach: bool = False) -> None:
        self._deploy((), False, False)
        self._deploy(faults, keep, detach, "Hours=7")

    def replace_network(self, *faults: ResourceFault) -> None:
        self._deploy((), False, False)
        (self.player._project / "rendered/network.yaml").write_text(NETWORK.replace("10.0.0.0", "10.1.0.0"))
        self._deploy(faults, False, True, "Hours=7")

    def edit(self) -> None:
        """From now on the project changes every resource of its layers, in place."""
        rendered = self.player._project / "rendered"
        (rendered / "network.yaml").write_text(NETWORK.replace("/16", "/16\n      EnableDnsSupport: false"))
        app = APP.replace("GroupDescription: app", "GroupDescription: app\n      Tags: [{Key: a, Value: b}]")
        (rendered / "app.yaml").write_text(app.replace('"000"', '"200"'))

    def review(self) -> None:
        template = "Resources: {T: {Type: AWS::SNS::Topic}}"
        given = {"StackName": self.stack, "ChangeSetName": "theirs", "ChangeSetType": "CREATE"}
        self.cloudformation.create_change_set(**given, TemplateBody=template)
        self.cloudformation.get_waiter("change_set_create_complete").wait(StackName=self.stack, ChangeSetName="theirs")

    def import_into(self, *faults: ResourceFault) -> None:
        """Somebody imports a bucket beside the layers."""
        self._deploy((), False, False)
        self.stage.faults(*faults)
        body = self.cloudformation.get_template(StackName=self.stack)["TemplateBody"].replace(
            "\nOutputs:", f"{_BUCKET}\nOutputs:"
        )
        stack = self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"][0]
        made = self.cloudformation.create_change_set(
            StackName=self.stack,
            ChangeSetName="import",
            ChangeSetType="IMPORT",
            TemplateBody=body,
            Parameters=stack["Parameters"],
            ResourcesToImport=[
                {
                    "ResourceType": "AWS::S3::Bucket",
                    "LogicalResourceId": "Found",
                    "ResourceIdentifier": {"BucketName": f"{self.stack}-found"},
                }
            ],
        )
        self.stage.cloud.run_until_idle()
        self.cloudformation.execute_change_set(ChangeSetName=made["Id"])
        self.stage.cloud.run_until_idle()

    def say(self, status: str) -> None:
        """A created stack in a state to which no rehearsal leads."""
        self._deploy((), False, False)
        [stack] = [each for each in self.stage.cloud.world.state.stacks.values() if each.name == self.stack]
        stack.status = status

    def delete(self, *faults: ResourceFault) -> None:
        self._deploy((), False, False)
        self.stage.faults(*faults)
        self.cloudformation.delete_stack(StackName=self.stack)
        self.stage.cloud.run_until_idle()

    def _deploy(self, faults: tuple[ResourceFault, ...], keep: bool, detach: bool, *values: str) -> None:
        """`keep`: failures are not rolled back, as somebody may ask who works beside us."""
        self.stage.faults(*faults)
        run = replace(self.player.run(*values), approve=lambda _: True, choices=Choices(detach=detach))
        events = run.session.cloudformation.meta.events
        place = "provide-client-params.cloudformation.CreateChangeSet"
        if keep:
            events.register(place, _keeping, unique_id="keeping")
        try:
            with suppress(DeploymentError):
                deploy(run)
        finally:
            events.unregister(place, unique_id="keeping")
        self.stage.cloud.run_until_idle()


def _keeping(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return params | {"OnStackFailure": "DO_NOTHING"}


def project_in(folder: Path, stack: str) -> Path:
    """The small project for a stack of that name."""
    from tests.deployment.project import ENVIRONMENT, write_project

    return write_project(folder, environment=ENVIRONMENT.replace("shop-dev", stack))
