"""review/: pictures of the system and of each environment, and what the release changes since an earlier commit.

The review is deploy.py's own: it plays the change against the local CloudFormation, in a process of its own, because
the two wings share no imports (docs/decisions/0030). Of the same two commits it is the same bytes.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile, text_file
from templates.bundle.source import EPOCH, Source, commit_of

_TOLD_LINES = 8


@dataclass(frozen=True)
class Since:
    """What a review compares with: a commit, as it was named and as it is."""

    ref: str
    commit: str


def since_of(project: Path, ref: str) -> Since:
    """The commit that a ref names; raises BundleError where there is none."""
    commit = commit_of(project, ref)
    if commit is None:
        raise BundleError(
            f"--since: git does not find {ref!r} in this repository",
            "name a branch, a tag or a commit; git branch --all lists the branches",
        )
    return Since(ref, commit)


def pictures(draw: Callable[[], dict[str, str]]) -> list[BundleFile]:
    """The pictures of docs/, drawn anew; raises BundleError without the library that draws."""
    try:
        return [text_file(f"review/{name}", text) for name, text in draw().items()]
    except ModuleNotFoundError as error:
        if error.name != "svg":
            raise
        raise BundleError(
            "the diagrams of review/ cannot be drawn because svg.py is not installed", "install requirements/run.txt"
        ) from None


def reviews(project: Path, source: Source, since: Since, environments: Sequence[str]) -> Iterator[BundleFile]:
    """What a deployment of each environment's platform would change; raises BundleError if the review fails."""
    for name in environments:
        with TemporaryDirectory(prefix="review-") as folder:
            page = Path(folder, "review.html")
            notes = _planned(project, source, since, name, page)
            yield BundleFile(f"review/{name}.html", page.read_bytes())
            yield BundleFile(f"review/{name}.md", notes)


def _planned(project: Path, source: Source, since: Since, environment: str, page: Path) -> bytes:
    arguments = ["--env", environment, "--rehearse", "--from", since.commit, "plan", "--output", "markdown"]
    answer = subprocess.run(
        [sys.executable, str(project / "deploy.py"), *arguments, "--html", str(page)],
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=_environment(source),
        check=False,
    )
    if answer.returncode or not page.is_file():
        said = answer.stderr.decode(errors="replace").strip().splitlines()[-_TOLD_LINES:]
        command = " ".join(["python deploy.py", *arguments])
        raise BundleError(
            "\n".join([f"--since: {environment} cannot be reviewed", *said]), f"run {command}, or omit --since"
        )
    return answer.stdout


def _environment(source: Source) -> dict[str, str]:
    """What the machine says, without what would make another report of it: time, width, colour, language, endpoint."""
    changing = ("COLUMNS", "LINES", "FORCE_COLOR", "GITHUB_ACTIONS", "AWS_ENDPOINT_URL", "GITHUB_STEP_SUMMARY")
    kept = {name: value for name, value in os.environ.items() if name not in changing}
    return kept | {
        EPOCH: str(source.time),
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
