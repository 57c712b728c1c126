"""Every command of ours in a shell block of README.md and docs/ runs, in the order of its page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deployment.shop import API_VALUES, IMAGE, MODULES, write_services
from tests.deployment.this_process import RehearsalHere
from tests.documents.running import (
    Shell,
    cloned,
    commands_of,
    expected,
    installed,
    is_ours,
    repository,
    without_a_person,
)
from tests.documents.test_commands import PAGES_OF_COMMANDS
from tests.documents.transcripts import PROJECT, blocks_of
from tests.own_system import DEV
from tests.quick_python import quick_python

# `make yours` follows that page in a project with other names, and tests/yours checks its blocks.
FOLLOWED_ELSEWHERE = ("docs/make-it-yours.md",)
BLOCKS = {
    page: [block for block in blocks_of(page) if block.language == "sh" and not block.not_played]
    for page in PAGES_OF_COMMANDS
    if page not in FOLLOWED_ELSEWHERE
}
PAGES = [page for page in BLOCKS if any(is_ours(line) for block in BLOCKS[page] for line in commands_of(block))]
_ROUTE = f"\nroutes:\n  https://{DEV.parameters['DomainName'].text}/api/x: api\n"


def _rehearsed(shell: Shell) -> None:
    _well(shell, "python deploy.py --env dev --rehearse --yes")


def _declared(shell: Shell) -> None:
    """The platform, and an API that is not deployed yet."""
    _write(shell, {"api": API_VALUES})
    _well(shell, "python render.py")
    _well(shell, "python deploy.py --env dev --yes")


def _services(shell: Shell) -> None:
    """The platform with an API, which has a route, and a job."""
    _write(shell, {"api": API_VALUES, "migrate": IMAGE})
    with (shell.folder / "params/dev.yaml").open("a") as file:
        file.write(_ROUTE)
    _well(shell, "python render.py")
    _well(shell, "python deploy.py --env dev --all --yes")


def _write(shell: Shell, values: Mapping[str, str]) -> None:
    (shell.folder / "templates/services").mkdir(exist_ok=True)
    write_services(shell.folder, {name: MODULES[name] for name in values}, values)


def _well(shell: Shell, command: str) -> None:
    code, text = shell.run(command)
    assert code == 0, text


CIRCUMSTANCES: dict[str, Callable[[Shell], None]] = {
    "the platform is rehearsed": _rehearsed,
    "the service api is declared": _declared,
    "the services api and migrate are deployed": _services,
}


@dataclass(frozen=True)
class Origin:
    """What is cloned, always into the same folder; and a Python that has read the modules of that folder."""

    repository: Path
    folder: Path
    python: Path

    def cloned(self) -> Path:
        shutil.rmtree(self.folder)
        return installed(cloned(self.repository, self.folder), self.python)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    made = repository(tmp_path_factory.mktemp("origin"))
    folder = cloned(made, tmp_path_factory.mktemp("clones") / "project")
    with quick_python(folder.parent, folder) as python:
        yield Origin(made, folder, python)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page: str, origin: Origin) -> None:
    with RehearsalHere(PROJECT, ["--account", DEV.account]) as here:
        shell, prepared = Shell(origin.cloned(), here.url()), set[str]()
        differences = list[str]()
        for block in BLOCKS[page]:
            if block.circumstance and block.circumstance not in prepared:
                CIRCUMSTANCES[block.circumstance](shell)
                prepared.add(block.circumstance)
            lines = [line for line in commands_of(block) if is_ours(line)]
            differences += [f"{block.place}: {text}" for line in lines if (text := shell.difference(line))]
    assert differences == [], "\n\n".join(differences)


def test_there_are_commands_on_many_pages() -> None:
    assert len(PAGES) > 8


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("python deploy.py --env dev plan", (0,)),
        ("python deploy.py --env dev delete", (0, 3)),
        ("python deploy.py --env dev --rehearse --fail A/B=no", (1,)),
    ],
)
def test_a_command_ends_as_it_does_what_it_shows(command: str, codes: tuple[int, ...]) -> None:
    assert expected(command) == codes


def test_where_nobody_answers_yes_is_said_beforehand() -> None:
    assert without_a_person("python deploy.py --env dev") == "python deploy.py --env dev --yes"
    assert without_a_person("python deploy.py --env dev plan") == "python deploy.py --env dev plan"


def test_a_program_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(AssertionError, match="whose program is this: frobnicate"):
        is_ours("frobnicate --all")
