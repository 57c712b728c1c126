"""Random systems, each changed: what the program of a bundle calls only listed is touched by nothing.

`python -m tests.handoff.test_analysis FIRST LAST` plays more of them.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from deployment.commands.deploy import deploy
from deployment.errors import DeploymentError
from deployment.run.telling import Question, Reviewed, Told
from templates.rendering.yaml_writer import write as rendered
from tests.handoff.analysed import Analysed, analysed
from tests.rehearsal.neighbours.account import forget
from tests.soundness.account import Account, functions_answering, write
from tests.soundness.facts import Path as At
from tests.soundness.facts import snapshot, touched
from tests.soundness.said import Fate, said
from tests.soundness.story import tied_story
from tests.soundness.system import System

_TOUCHED = {"in-place", "may-replace", "replaced", "added", "imported", "removed", "unknown", "may-go"}
_NOT_KEPT = {"may-go", "may-replace", "replaced", "removed", "unknown"}


def untruths(seed: int, account: Account, folder: Path) -> Iterator[str]:
    """What the program says of a seed's second deployment, and what deploy.py says or the update does is more."""
    story = tied_story(seed)
    account.provide(story.before)
    _write(story.before, folder / "files")
    told: list[Told] = []
    asked: list[Question] = []
    analyses: list[Analysed] = []
    tokens: list[str] = []

    def token() -> str:
        tokens.append(str(uuid.uuid4()))
        return tokens[-1]

    def approve(question: Question) -> bool:
        asked.append(question)
        if not analyses and _is_nested(account.cloudformation, story.after):
            analyses.append(_analysed(folder / "analysis", account.cloudformation, story.after))
        return True

    try:
        deploy(account.run(folder / "files", lambda _: None, lambda _: True, token))
        before = snapshot(account.cloudformation, story.before.prefix, texts=False)
        account.provide(story.after, story.before)
        _write(story.after, folder / "files")
        tokens.clear()
        deploy(account.run(folder / "files", told.append, approve, token))
    except DeploymentError:
        pass  # one that fails has touched something, too
    reviews = [one for one in told if isinstance(one, Reviewed)]
    if not analyses or not reviews:
        return
    verdicts, review = analyses[0].verdicts, said(reviews[-1], asked)
    after = snapshot(account.cloudformation, story.before.prefix, texts=False)
    for path in touched(account.cloudformation, before, after, tokens):
        if not _told(verdicts, path, _TOUCHED) and path not in before.stacks and path not in after.stacks:
            yield f"{'/'.join(path)} was touched: {verdicts.get(path)}"
    for path, row in review.rows.items():
        if row.beside or not row.certain or path in review.folded:
            continue
        if not _told(verdicts, path, _NOT_KEPT if row.fate in (Fate.REPLACED, Fate.REMOVED) else _TOUCHED):
            yield f"deploy.py says that {'/'.join(path)} is {row.fate.value}: {verdicts.get(path)}"
    for path in review.demanded - {()}:
        if not any(path[:length] in analyses[0].guarded for length in range(1, len(path) + 1)):
            yield f"deploy.py guards {'/'.join(path)}: {verdicts.get(path)}"


def _told(verdicts: Any, path: At, words: set[str]) -> bool:
    """Whether a row, or that of a layer that comes or goes with it, says as much."""
    whole = {"added", "removed", "unknown", "replaced", "may-replace"} & words
    return verdicts.get(path) in words or any(verdicts.get(path[:length]) in whole for length in range(1, len(path)))


def _write(system: System, folder: Path) -> None:
    """A system's files, in the form that render.py writes."""
    folder.mkdir(exist_ok=True)
    write(system, folder)
    for name, text in _texts(system).items():
        (folder / "rendered" / name).write_text(text, encoding="utf-8")


def _texts(system: System) -> dict[str, str]:
    return {name: rendered(document, name) for name, document in system.files.items()}


def _available(cloudformation: Any, system: System) -> Any:
    rows = cloudformation.list_change_sets(StackName=system.prefix)["Summaries"]
    return next((row for row in rows if row["ExecutionStatus"] == "AVAILABLE"), {"IncludeNestedStacks": False})


def _is_nested(cloudformation: Any, system: System) -> bool:
    """Whether CloudFormation could make a set of each nested stack; without them the program of a bundle ends."""
    return bool(_available(cloudformation, system)["IncludeNestedStacks"])


def _analysed(folder: Path, cloudformation: Any, system: System) -> Analysed:
    change_set = _available(cloudformation, system)["ChangeSetId"]
    return analysed(folder, cloudformation, change_set, system.files, system.parameters, system.tags)


def play(seeds: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Each untruth of these seeds."""
    forget()
    try:
        with functions_answering():
            account = Account()
            for seed in seeds:
                with TemporaryDirectory() as folder:
                    for untruth in untruths(seed, account, Path(folder)):
                        yield seed, untruth
    finally:
        forget()


@pytest.mark.slow
def test_what_is_called_listed_only_is_touched_by_nothing() -> None:
    assert list(play(range(12))) == []


if __name__ == "__main__":
    for seed, untruth in play(range(int(sys.argv[1]), int(sys.argv[2]))):
        sys.stdout.write(f"{seed} {untruth}\n")
        sys.stdout.flush()
