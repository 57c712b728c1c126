"""The files of this project as they are committed: what lies in the checkout beside them is nobody else's."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Of a project that came without its history: folders that are made here, and are no part of it.
_MADE_HERE = {".git", ".venv", ".tools", ".rehearsal", ".corpus", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class CommittedFile:
    """A file by its path in the project, with `/` on every system."""

    path: str
    content: bytes
    executable: bool = False


def committed_files(project: Path) -> list[CommittedFile]:
    """Give all files of the last commit; of a project without a history, all that are no caches."""
    archive = _archive(project)
    return sorted(_archived(archive) if archive else _lying_in(project), key=lambda file: file.path)


def _archive(project: Path) -> bytes | None:
    """`git archive` of the folder; None without git, without a commit, or where another repository is around it."""
    try:
        top = _git(project, "rev-parse", "--show-toplevel")
        return _git(project, "archive", "HEAD") if Path(os.fsdecode(top).strip()) == project.resolve() else None
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(project: Path, *arguments: str) -> bytes:
    # A hook or a worktree names its own repository to what it starts.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(project), *arguments]
    return subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, env=outside).stdout


def _archived(archive: bytes) -> Iterator[CommittedFile]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            if member.isfile() and (content := tar.extractfile(member)):
                yield CommittedFile(member.name, content.read(), bool(member.mode & 0o100))


def _lying_in(project: Path) -> Iterator[CommittedFile]:
    for folder, folders, names in os.walk(project):
        folders[:] = [name for name in folders if not _is_made_here(name)]
        for path in (Path(folder) / name for name in names):
            if path.is_file() and not path.is_symlink() and path.suffix != ".pyc":
                shown = PurePosixPath(path.relative_to(project)).as_posix()
                yield CommittedFile(shown, path.read_bytes(), os.access(path, os.X_OK))


def _is_made_here(folder: str) -> bool:
    return folder in _MADE_HERE or folder.endswith(("_cache", ".egg-info")) or folder == ".hypothesis"
