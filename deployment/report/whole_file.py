"""A file that is written as a whole or not at all, whatever ends the process meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TextIO

_UNNAMED: int | None = getattr(os, "O_TMPFILE", None)  # Linux's alone


def replace_whole(path: Path, text: str) -> None:
    """Puts a file with this text at the path; raises OSError. A new file may be read as the umask allows."""
    new = path.with_name(f".{path.name}.{token_hex(4)}")
    mode = _mode(path)
    if not _linked(new, text, mode):
        _named(new, text, mode)
    with _removed_on_failure(new):
        new.replace(path)


def _linked(new: Path, text: str, mode: int) -> bool:
    """Writes a file that has no name until it is whole, so that a process that is killed leaves none behind.

    False where the file system, or what is mounted here, has no way to that.
    """
    if _UNNAMED is None:
        return False
    try:
        folder = os.open(new.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        descriptor = os.open(new.parent, _UNNAMED | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            _fill(written, text, mode)
            # With a folder's descriptor Python asks linkat(2), which follows /proc's link; link(2) does not.
            os.link(f"/proc/self/fd/{descriptor}", new.name, dst_dir_fd=folder, follow_symlinks=True)
    except OSError:
        return False
    finally:
        os.close(folder)
    return True


def _named(new: Path, text: str, mode: int) -> None:
    with new.open("x", encoding="utf-8") as written, _removed_on_failure(new):
        _fill(written, text, mode)


def _fill(written: TextIO, text: str, mode: int) -> None:
    written.write(text)
    written.flush()
    os.fchmod(written.fileno(), mode)


@contextmanager
def _removed_on_failure(new: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def _mode(path: Path) -> int:
    """What the file has already, else what the umask leaves to a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
