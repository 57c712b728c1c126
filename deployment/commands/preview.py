"""What another git ref renders and sets, brought to an endpoint first, so that what follows shows the difference.

It is meant for the local CloudFormation: everything is approved. git is asked for files only.
"""

import io
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cloudformation.environment.environment_file import Environment
from deployment.aws.session import Session
from deployment.commands.deploy import deploy
from deployment.errors import DeploymentError, NothingSent, RehearsalFailed
from deployment.run.choices import NO_CHOICES
from deployment.run.run import Context, begin
from deployment.run.telling import Progress, Tell
from deployment.template.environments import read_environment

_FOLDERS = ("rendered", "params")


@dataclass(frozen=True)
class Checkout:
    """A ref as it was named, and the folder that holds its rendered/ and params/."""

    ref: str
    folder: Path


@contextmanager
def checked_out(project: Path, ref: str) -> Iterator[Checkout]:
    """The ref's rendered/ and params/ in a folder that goes when the `with` block ends.

    Raises NothingSent where there is no git, no checkout, no such ref, or the ref has no such folders.
    """
    commit = _commit(project, ref)
    answer = _git(project, "archive", "--format=tar", commit, "--", *_FOLDERS)
    if answer.returncode:
        raise NothingSent(
            f"{ref} has no {'/ and '.join(_FOLDERS)}/",
            findings=_said(answer),
            remedy="name a ref that was rendered: --from main",
        )
    with TemporaryDirectory(prefix="preview-") as name:
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
            remedy="commit the file itself in place of the link, then name that commit",
        ) from error


def environment_of(
    checkout: Checkout, now: Environment, tell: Tell, variables: Mapping[str, str] | None = None
) -> Environment | None:
    """The environment as the ref sets it; None, told, where the ref has nothing that could stand in its account.

    A local CloudFormation has no value to keep: one that the ref keeps, or cannot have here, is what this run gives.
    """
    if not (checkout.folder / "params" / f"{now.name}.yaml").is_file():
        tell(Progress(f"{checkout.ref} has no params/{now.name}.yaml: all of it is new"))
        return None
    with _explained(checkout.ref):
        environment = read_environment(checkout.folder / "params", now.name)
    if environment.account != now.account:
        tell(Progress(f"{checkout.ref} is of account {environment.account}: in {now.account} all of it is new"))
        return None
    environment = environment.read(variables or {}, None)
    lacking = [name for name, setting in environment.parameters.items() if setting.source and not setting.text]
    given = {name: now.parameters[name] for name in lacking if name in now.parameters}
    return replace(environment, parameters={**environment.parameters, **given})


def bring(checkout: Checkout, environment: Environment, context: Context, connect: Callable[[str], Session]) -> None:
    """Deploys the ref as deploy.py would, unseen; raises RehearsalFailed where that fails."""
    with _explained(checkout.ref):
        quiet = replace(context, tell=lambda _: None, approve=lambda _: True, choices=NO_CHOICES)
        run = begin(checkout.folder / "rendered", environment, quiet, connect)
        try:
            deploy(run)
        finally:
            run.session.close()
    context.say(f"{checkout.ref} is deployed to the local CloudFormation; what follows is compared with it")


@contextmanager
def _explained(ref: str) -> Iterator[None]:
    try:
        yield
    except DeploymentError as error:
        raise RehearsalFailed(
            f"{ref} could not be deployed to the local CloudFormation: {error.happened}",
            findings=error.findings,
            remedy="name another ref: --from REF",
        ) from error


def _commit(project: Path, ref: str) -> str:
    if _git(project, "rev-parse", "--git-dir").returncode:
        raise NothingSent(
            f"{project} is not a git checkout", remedy="--from compares with the history: clone the repository"
        )
    # What begins with a dash must not become an option.
    answer = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if answer.returncode:
        raise NothingSent(
            f"git knows no {ref!r} here",
            findings=_said(answer),
            remedy="git fetch, then name a branch, a tag or a commit: git branch --all",
        )
    return answer.stdout.decode().strip()


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(project), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise NothingSent("git is not installed", remedy="install git, or leave out --from") from error


def _said(answer: subprocess.CompletedProcess[bytes]) -> list[str]:
    return answer.stderr.decode(errors="replace").strip().splitlines()[-3:]
