"""One seed, played: a system is deployed, changed, perhaps tampered with, and deployed again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as Folder
from tempfile import TemporaryDirectory
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from cloudformation.references import references
from deployment.commands.deploy import deploy
from deployment.errors import DeploymentError, OperationFailed
from deployment.report.record import Record
from deployment.run.outcome import Deployed, SettingsChanged, Unchanged
from deployment.run.run import Run
from deployment.run.telling import Question, Reviewed, Stands, Told
from tests.rehearsal.neighbours.account import forget
from tests.soundness.account import Account, functions_answering, write
from tests.soundness.facts import Path, Snapshot, snapshot, touched, without_urls
from tests.soundness.said import said
from tests.soundness.story import Story, tied_story
from tests.soundness.system import System, written
from tests.soundness.tampering import Tampering, random_tampering
from tests.soundness.verdict import End, Facts

_TAMPERED = 0.25
_TRUTH = "truth"

Telling = Callable[[int], Story]
"""What a family has for each of its seeds."""


@dataclass(frozen=True)
class Played:
    """What came of a seed; without `facts` its first deployment failed, and `detail` says how."""

    seed: int
    notes: tuple[str, ...] = ()
    tampering: str | None = None
    facts: Facts | None = None
    detail: str = ""


@dataclass
class _Scene:
    """The second deployment while it goes on."""

    account: Account
    stack: str
    before: Snapshot
    told: list[Told]
    asked: list[Question]
    tokens: list[str]
    policy: bool = False
    tampering: Tampering | None = None
    run: Run | None = None
    is_done: bool = False

    def look(self, *, texts: bool = False) -> Snapshot:
        """How the stack is now."""
        return snapshot(self.account.cloudformation, self.stack, texts=texts, policy=self.policy)

    def token(self) -> str:
        """A token that no other run has."""
        self.tokens.append(str(uuid.uuid4()))
        return self.tokens[-1]

    def approve(self, question: Question) -> bool:
        """Approves; a tamperer acts while the person thinks."""
        self.asked.append(question)
        if self.tampering and not self.tampering.early and not self.is_done:
            self.is_done = True
            self.tampering.deed()
            if self.tampering.stirs:
                self.before = self.look()
        return True


def play_all(seeds: Iterable[int], tell: Telling = tied_story) -> Iterator[Played]:
    """What comes of some seeds of a family, one account for all of them."""
    forget()  # moto's buckets and parameters are the whole process's
    try:
        with functions_answering(), TemporaryDirectory() as folder:
            account = Account()
            for seed in seeds:
                yield play(seed, tell(seed), account, Folder(folder))
    finally:
        forget()


def play(seed: int, story: Story, account: Account, folder: Folder) -> Played:
    """Plays the story of a seed; the folder is written over."""
    random, first, second, notes = story.random, story.before, story.after, story.notes
    try:
        if story.founding:
            account.provide(story.founding)
            _found(account, story.founding)
        account.provide(first, story.founding)
        write(first, folder)
        deploy(account.run(folder, lambda _: None, lambda _: True, lambda: str(uuid.uuid4())))
    except DeploymentError as error:
        return Played(seed, notes, detail=f"{error.happened} {'; '.join(error.findings)}")
    except (ClientError, WaiterError) as error:
        return Played(seed, notes, detail=str(error))
    policy = any("stack_policy" in system.settings for system in (first, second))
    before = snapshot(account.cloudformation, first.prefix, texts=False, policy=policy)
    scene = _Scene(account, first.prefix, before, [], [], [], policy)
    account.provide(second, first)
    write(second, folder)
    try:
        run = scene.run = account.run(folder, scene.told.append, scene.approve, scene.token)
        if random.random() < _TAMPERED:
            scene.tampering = random_tampering(random, account, second, run)
        if scene.tampering and scene.tampering.early:
            scene.tampering.deed()
            scene.before = scene.look() if scene.tampering.stirs else scene.before
        end, detail = _end(lambda: deploy(run))
    except DeploymentError as error:
        end, detail = End.REFUSED, error.happened
    name = scene.tampering.name if scene.tampering else None
    return Played(seed, notes, name, _facts(scene, first, second, end, detail))


def _end(run: Callable[[], object]) -> tuple[End, str]:
    """How a run ends."""
    try:
        outcome = run()
    except OperationFailed as error:
        return End.FAILED, "; ".join(error.findings)
    except DeploymentError as error:
        return End.REFUSED, f"{type(error).__name__}: {error.happened} {'; '.join(error.findings)}"
    except Exception as error:
        return End.CRASHED, f"{type(error).__name__}: {error}"
    if isinstance(outcome, Deployed):
        return End.DEPLOYED, ""
    return (
        (End.UNCHANGED, "")
        if isinstance(outcome, Unchanged | SettingsChanged)
        else (End.REFUSED, type(outcome).__name__)
    )


def _facts(scene: _Scene, first: System, system: System, end: End, detail: str) -> Facts:
    cloudformation = scene.account.cloudformation
    if end is End.UNCHANGED:
        _update(scene.account, system)
    after = scene.look(texts=True)
    reviews = [told for told in scene.told if isinstance(told, Reviewed)]
    outputs = system.root.get("Outputs", {})
    return Facts(
        end=end,
        said=said(reviews[-1], scene.asked) if reviews else None,
        before=scene.before,
        after=after,
        touched=touched(cloudformation, scene.before, after, [_TRUTH] if end is End.UNCHANGED else scene.tokens),
        reviewed={path: without_urls(written(document)) for path, document in system.walk()},
        behind=_behind(first, system),
        declared=frozenset(name for name, each in outputs.items() if "Condition" not in each),
        reads={name: frozenset(_origins(system, (), each["Value"], 0)) for name, each in outputs.items()},
        layers=frozenset(path for path, _ in system.walk() if path and _always(system, path)),
        detail=detail,
        leaked=_leaked(scene, _secrets(first, system)),
        alone=scene.tampering is None,
    )


def _secrets(*systems: System) -> list[str]:
    """The values that must not be shown to anyone: those that the environment file gives."""
    return sorted(
        {value for system in systems for name, value in system.parameters.items() if name.startswith("Secret")}
    )


def _leaked(scene: _Scene, secrets: list[str]) -> tuple[str, ...]:
    """The secrets that an observer was shown, as a command shows them."""
    if scene.run is None or not secrets:
        return ()
    record = Record()
    record.concerns(scene.run.environment)
    record.sends(scene.run.root)
    kept = [(told, record.keep(told)) for told in scene.told]
    shown = [repr(after) for before, after in kept if not isinstance(before, Stands)]
    return tuple(secret for secret in secrets if any(secret in text for text in shown))


def _behind(first: System, second: System) -> dict[Path, str]:
    """The templates that were behind the foreign URLs that both systems name at one place."""
    kept = {path for path, url in first.foreign_urls().items() if second.foreign_urls().get(path) == url}
    return {path: without_urls(written(document)) for path, document in first.walk() if path in kept}


def _found(account: Account, system: System) -> None:
    """Creates a stack as somebody else does, who has no deployer."""
    account.cloudformation.create_stack(**_asked(account, system))
    account.cloudformation.get_waiter("stack_create_complete").wait(
        StackName=system.prefix, WaiterConfig={"Delay": 0, "MaxAttempts": 50}
    )


def _asked(account: Account, system: System) -> dict[str, Any]:
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in system.parameters.items()]
    return {
        "StackName": system.prefix,
        "TemplateURL": account.truth(system),
        "Parameters": parameters,
        "Tags": [{"Key": key, "Value": value} for key, value in system.tags.items()],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }


def _update(account: Account, system: System) -> None:
    """Updates a stack to what it is said to be already, by templates and values as they are now."""
    try:
        account.cloudformation.update_stack(**_asked(account, system), ClientRequestToken=_TRUTH)
    except ClientError as error:
        if "No updates" not in str(error):
            raise


def _always(system: System, path: Path) -> bool:
    """Whether a nested stack, and each that it is in, is there whatever the conditions come to."""
    documents = dict(system.walk())
    bodies = [documents[path[:length]]["Resources"][path[length]] for length in range(len(path))]
    return not any("Condition" in body for body in bodies)


def _origins(system: System, at: Path, value: object, depth: int) -> set[Path]:
    """The resources that an expression of a template reads, followed through outputs and parameters."""
    documents = dict(system.walk())
    found: set[Path] = set()
    if depth > 30 or at not in documents:
        return found
    for read in references(value):
        path = (*at, read.name)
        if path in documents and read.attribute:
            output = documents[path].get("Outputs", {}).get(read.attribute.removeprefix("Outputs."), {})
            found |= _origins(system, path, output.get("Value"), depth + 1)
        elif read.name in documents[at]["Resources"]:
            found.add(path)
        elif at:
            given = documents[at[:-1]]["Resources"][at[-1]]["Properties"].get("Parameters", {})
            found |= _origins(system, at[:-1], given.get(read.name), depth + 1)
    return found
