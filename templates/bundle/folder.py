"""The folder of a bundle: written beside its place and moved there whole, so that nobody finds half of one."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile
from templates.bundle.manifest import MANIFEST, SUMS

PUBLISHED = "published"
"""What bin/deploy.sh writes into a bundle: it stays."""
_FOLDER_MODE = 0o755


def refuse_folder(folder: Path) -> None:
    """Raises BundleError unless the folder is absent, empty, or a bundle that nobody has put something into."""
    if not (folder.exists() or folder.is_symlink()):
        return
    if not folder.is_dir():
        raise BundleError(f"{folder} is not a folder", "name another folder, or one that does not exist")
    lying = set(_lying_in(folder))
    own = _files_of(folder) if lying else set()
    if own is None:
        raise BundleError(
            f"{folder} is not empty and is not a bundle", "name an empty folder, or one that does not exist"
        )
    if strange := sorted(lying - own):
        raise BundleError(
            f"{folder} contains files that are not part of the bundle: {', '.join(strange[:3])}",
            "move them, or name another folder",
        )


def _files_of(folder: Path) -> set[str] | None:
    """What belongs to the bundle in a folder; None where it is none."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        return {*content["files"], MANIFEST, SUMS} if isinstance(content["bundle"], int) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lying_in(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if name.parts[0] != PUBLISHED and (path.is_symlink() or not path.is_dir()):
            yield name.as_posix()


def write_folder(folder: Path, files: Iterable[BundleFile], time: int) -> None:
    """Replaces the contents of the folder with these files, each of that time.

    The modes are those of the files, not limited by the umask; raises OSError with the folder as it was.
    """
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    with _beside(place) as new:
        for file in files:
            _write(new / file.path, file)
        if (place / PUBLISHED).is_dir():
            shutil.copytree(place / PUBLISHED, new / PUBLISHED, symlinks=True)
        _settle(new, time)
        _move(new, place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    new = Path(mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write(path: Path, file: BundleFile) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    path.chmod(file.mode)


def _settle(folder: Path, time: int) -> None:
    """Modes of folders and times of all, the deepest first: a folder's time is that of the last change in it."""
    for path in sorted([folder, *folder.rglob("*")], key=lambda path: len(path.parts), reverse=True):
        if PUBLISHED in path.relative_to(folder).parts[:1]:
            continue
        if path.is_dir():
            path.chmod(_FOLDER_MODE)
        os.utime(path, (time, time))


def _move(new: Path, place: Path) -> None:
    """Puts the new folder into its place; where that fails, the old one is there again."""
    if not place.exists():
        new.rename(place)
        return
    with _beside(place) as aside:
        old = aside / "old"
        place.rename(old)
        try:
            new.rename(place)
        except OSError:
            old.rename(place)
            raise
