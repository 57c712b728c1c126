"""What a git ref renders and sets, in a folder of its own: the work tree is neither read nor written."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from deployment.errors import NothingSent

_FOLDERS = ("rendered", "params")


@dataclass(frozen=True)
class Checkout:
    """A ref as it was named, and the folder that holds its rendered/ and params/."""

    ref: str
    folder: Path


@contextmanager
def checked_out(project: Path, ref: str, option: str) -> Iterator[Checkout]:
    """The ref's rendered/ and params/ in a folder that goes when the `with` block ends.

    Raises NothingSent where there is no git, no checkout, no such ref, or the ref has no such folders.
    """
    commit = commit_of(project, ref, option)
    answer = _git(project, option, "archive", "--format=tar", commit, "--", *_FOLDERS)
    if answer.returncode:
        raise NothingSent(
            f"{ref} has no {'/ and '.join(_FOLDERS)}/",
            findings=_said(answer),
            remedy=f"name a ref that was rendered: {option} main",
        )
    with TemporaryDirectory(prefix="checkout-") as name:
        with tarfile.open(fileobj=io.BytesIO(answer.stdout)) as archive:
            # Only what git wrote a moment ago, and nothing outside the folder all the same.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            _extract(archive, name, ref)
        yield Checkout(ref, Path(name))


def _extract(archive: tarfile.TarFile, folder: str, ref: str) -> None:
    """Raises NothingSent for a link that leads out of what was committed: what is behind it is no part of the ref."""
    try:
        archive.extractall(folder)
    except tarfile.TarError as error:
        raise NothingSent(
            f"{ref} cannot be checked out: a link in it leads out of {'/ and '.join(_FOLDERS)}/",
            findings=[str(error)],
            remedy="commit the file itself instead of the link, then name that commit",
        ) from error


def commit_of(project: Path, ref: str, option: str) -> str:
    """The commit that the ref names; raises NothingSent, with a remedy that names the `option`, where there is none."""
    if _git(project, option, "rev-parse", "--git-dir").returncode:
        raise NothingSent(
            f"{project} is not a git checkout", remedy=f"{option} REF reads from the history: clone the repository"
        )
    # What begins with a dash must not become an option.
    answer = _git(project, option, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if answer.returncode:
        raise NothingSent(
            f"git knows no {ref!r} here",
            findings=_said(answer),
            remedy="git fetch, then name a branch, a tag or a commit: git branch --all",
        )
    return answer.stdout.decode().strip()


def _git(project: Path, option: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise NothingSent("git is not installed", remedy=f"install git, or omit {option}") from error


def _said(answer: subprocess.CompletedProcess[bytes]) -> list[str]:
    return answer.stderr.decode(errors="replace").strip().splitlines()[-3:]
