"""A project of the reader's own, written into a folder that is empty or not there: all of it, or nothing.

It is built beside the folder, from the committed files of this project, rendered there by its own render.py, and
renamed at the end.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import mkdtemp

from templates.new_project.answers import Answers
from templates.new_project.committed_files import CommittedFile, committed_files
from templates.new_project.forms_filled import written_anew
from templates.new_project.own_words import in_words, pipeline_words, replaced_words, without_what_is_here_alone
from templates.pipelines.ci_page import PAGE as CI_PAGE

# What is true of this system alone: its environments, what is rendered and drawn of it, and its tests.
_LEFT_OUT = ("params/", "rendered/", "tests/example/", "docs/architecture", "docs/screens/", "docs/review.png")
_KEPT = ("params/prices.yaml",)
# The files with its names: every page, and what gives the project, its system and its environments their names.
_NAMED_IN = (
    *("pyproject.toml", "templates/parts/parameters.py", "Makefile", ".github/workflows/ci.yml"),
    *("CONTRIBUTING.md", "SECURITY.md"),
)


class NewProjectError(Exception):
    """Why nothing was written."""


def refuse_folder(folder: Path, project: Path) -> None:
    """Raise NewProjectError where a project cannot be written into `folder`."""
    if folder.resolve().is_relative_to(project.resolve()):
        raise NewProjectError(f"{folder} is inside this project: name a folder outside it")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise NewProjectError(f"{folder} is not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise NewProjectError(f"{folder} is not empty: name a folder that is empty or does not exist")
    if not next(parent for parent in folder.absolute().parents if parent.exists()).is_dir():
        raise NewProjectError(f"{folder} cannot be created: one of its parents is a file")


def write_new_project(project: Path, folder: Path, answers: Answers) -> int:
    """Write the project that `answers` describe; give the number of its files. Raises NewProjectError or OSError."""
    refuse_folder(folder, project)
    folder = folder.absolute()
    beside = Path(mkdtemp(prefix=f".{folder.name}.", dir=_standing(folder.parent)))
    try:
        (built := beside / "new").mkdir()
        for file in _files(project, answers):
            _write(built, file)
        _rendered(built)
        folder.parent.mkdir(parents=True, exist_ok=True)
        count = sum(path.is_file() for path in built.rglob("*"))
        built.rename(folder)
        return count
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _standing(folder: Path) -> Path:
    """The nearest existing parent folder: on the same file system, so that the new one can be renamed into place."""
    return next(parent for parent in (folder, *folder.parents) if parent.is_dir())


def _files(project: Path, answers: Answers) -> Iterable[CommittedFile]:
    taken = [file for file in committed_files(project) if _is_taken(file.path)]
    words = replaced_words(project, answers)
    replace, pipelines = in_words(words), pipeline_words(project, answers)
    replace_in_pipelines = in_words(words | pipelines, whole=pipelines)
    files = {
        file.path: _in_own_words(file, replace_in_pipelines if file.path == CI_PAGE else replace) for file in taken
    }
    pages = {path: file.content.decode() for path, file in files.items() if path.endswith(".md")}
    anew = written_anew(answers, pages)
    return {**files, **{path: CommittedFile(path, text.encode()) for path, text in anew.items()}}.values()


def _is_taken(path: str) -> bool:
    return path in _KEPT or not path.startswith(_LEFT_OUT)


def _in_own_words(file: CommittedFile, replace: Callable[[str], str]) -> CommittedFile:
    if not (file.path in _NAMED_IN or file.path.startswith("docs/")):
        return file
    text = without_what_is_here_alone(replace(file.content.decode()))
    return CommittedFile(file.path, text.encode(), file.executable)


def _write(folder: Path, file: CommittedFile) -> None:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    if file.executable:
        path.chmod(path.stat().st_mode | 0o111)


def _rendered(folder: Path) -> None:
    """Its own render.py writes rendered/, the tables of its pages and its pictures."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "render.py"]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NewProjectError(f"the new project cannot be rendered:\n{ended.stderr.strip()}")
