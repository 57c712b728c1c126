"""What is played beside deployments: what only reads, the way back from drift, and the way back to a release.

Of what only reads it is known what it must report: an answer that is not AWS's may keep it from the person, but only
together with an exit code that says so; and it writes nothing, whatever the answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deployment.commands import deploy, releases, status
from deployment.commands.drift import drift
from deployment.commands.earlier_release import earlier_release
from deployment.run.choices import Choices
from deployment.run.outcome import Drifted, Listed, Outcome, Shown
from deployment.run.run import Run
from deployment.template.template import read_template
from rehearsal.scenario.faults import Drift
from tests.deployment.checked import checked_values
from tests.deployment.troubled import Action, Ending, Stage

_DRIFT = Drift("App/Role", "MaxSessionDuration", 3600)
_READING = ("status", "status of a change", "drift", "releases")
_WRITING = ("Create", "Execute", "Delete", "Update", "Put", "Continue", "Set")
_EARLIER, _LATER = "4", "6"
"""The Hours of the release that is gone back to, and of what exists before."""


@dataclass
class Further:
    """The commands by their names, and what an honest run of each found."""

    stage: Stage
    project: Path
    honest: dict[str, set[str]] = field(default_factory=dict)
    _outcome: Outcome | None = None
    _updated: Any = None
    _digest: str = ""

    @property
    def actions(self) -> dict[str, Action]:
        own: dict[str, Callable[[Run], Outcome]] = {
            "status": status.status,
            "status of a change": status.status,
            "drift": drift.drift,
            "drift --revert": lambda run: drift.drift(replace(run, choices=Choices(revert=True))),
            "releases": releases.releases,
            "deploy --to": self._deploy_earlier,
        }
        return {name: self._kept(action) for name, action in own.items()}

    def note(self, command: str) -> None:
        """What has just been played was honest."""
        self.honest[command] = _facts(self._outcome)

    def made_ready(self, command: str) -> tuple[str, ...]:
        """Brings the stack to where the command wants to find it; what the command is given."""
        if command == "deploy --to":
            self._stand(_EARLIER)
            self._digest = self._newest()
        if self._hours() != _LATER or command.startswith("deploy"):
            self._stand(_LATER)
        return ("Hours=5",) if command == "status of a change" else (f"Hours={_LATER}",)

    @contextmanager
    def started(self, command: str) -> Iterator[None]:
        """What the command finds beside the stack."""
        if command.startswith("drift"):
            self.stage.cloud.change_by_hand(_DRIFT)
        if command == "releases":
            # What is listed depends on what was deployed and deleted before.
            self.stage.play(self._kept(releases.releases), f"Hours={_LATER}")
            self.note(command)
        self._updated = self._layer().get("LastUpdatedTime")
        try:
            yield
        finally:
            self.stage.cloud.change_by_hand()

    def untrue(self, command: str, ended: Ending, left: list[str]) -> str | None:
        """What is wrong with how it ended; None where nothing is."""
        # Where the reviewed set itself is executed, and says so, those of unchanged layers stay.
        if left and "executing the reviewed change set itself" not in ended.said:
            return f"leaves {left}"
        if command in _READING:
            return self._untrue_reading(command, ended)
        done = self._layer().get("LastUpdatedTime") != self._updated
        if command == "deploy --to":
            done = done and self._hours() == _EARLIER
        if ended.code == 0 and not done:
            return "success is claimed, and nothing was done"
        if done and ended.code not in (0, 6):
            return f"code {ended.code} is reported for what was executed"
        if ended.code == 6 and not ended.calls["ExecuteChangeSet"]:
            return "is shown as executed, and nothing was"
        return None if ended.code in (0, 1, 2, 3, 5, 6) else f"code {ended.code}"

    def _untrue_reading(self, command: str, ended: Ending) -> str | None:
        if written := [name for name in ended.calls if name.startswith(_WRITING)]:
            return f"only reads, and calls {', '.join(written)}"
        missing = self.honest[command] - _facts(self._outcome)
        if ended.code == 0 and missing:
            return f"is silent on {', '.join(sorted(missing))}"
        return None if ended.code in (0, 1, 5) else f"code {ended.code}"

    def _kept(self, action: Callable[[Run], Outcome]) -> Action:
        def played(run: Run) -> Outcome:
            self._outcome = None
            self._outcome = action(run)
            return self._outcome

        return played

    def _deploy_earlier(self, run: Run) -> Outcome:
        """As the command goes back to a release of the bucket."""
        with earlier_release(self.project, f"sha256:{self._digest}", run.environment, run.session) as earlier:
            environment, root = earlier.reading.environment, read_template(earlier.folder / "root.yaml")
            values, choices = checked_values(root, environment), Choices(to=self._digest)
            return deploy.deploy(replace(run, environment=environment, root=root, values=values, choices=choices))

    def _stand(self, hours: str) -> None:
        ended = self.stage.play(deploy.deploy, f"Hours={hours}")
        assert ended.code == 0, ended.said

    def _newest(self) -> str:
        self.stage.play(self._kept(releases.releases), f"Hours={_EARLIER}")
        assert isinstance(self._outcome, Listed)
        return next(release.digest for release in self._outcome.releases if release.current)

    def _layer(self) -> dict[str, Any]:
        stacks = self.stage.session.cloudformation.describe_stacks()["Stacks"]
        return next(stack for stack in stacks if "-App-" in stack["StackName"])

    def _hours(self) -> str:
        """What the root was given; nothing where it is not there."""
        stacks = self.stage.session.cloudformation.describe_stacks()["Stacks"]
        own = [stack for stack in stacks if stack["StackName"] == "shop-dev"]
        given = {row["ParameterKey"]: row["ParameterValue"] for stack in own for row in stack.get("Parameters", ())}
        return str(given.get("Hours", ""))


def _facts(outcome: Outcome | None) -> set[str]:
    """What a person must be shown, whatever else is."""
    match outcome:
        case Shown():
            told = {f"difference {each.name}" for each in outcome.differences}
            told |= {f"layer {layer.path}" for layer in outcome.layers}
            told |= {"another template"} if outcome.template_differs else set()
            return told | {f"setting {setting.name}" for setting in outcome.settings}
        case Drifted():
            return {f"drift of {resource.path}" for resource in outcome.drifts}
        case Listed():
            return {f"release {release.digest}" for release in outcome.releases}
    return set()
