"""The bytes of a file or folder as they travel: the same content is the same bytes, on every machine."""

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo, is_zipfile

from deployment.errors import NothingSent

# The earliest that the format knows: when a file was written is no part of what it says.
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def content_of(path: Path, *, archived: bool) -> tuple[bytes, str]:
    """The bytes, and the suffix of their name; a folder is an archive, a file where it must be `archived`.

    Raises NothingSent for what cannot be read.
    """
    try:
        if path.is_dir():
            return _archive(_files_below(path)), ".zip"
        if archived and not is_zipfile(path):
            return _archive([(path.name, path)]), ".zip"
        return path.read_bytes(), path.suffix
    except OSError as error:
        raise NothingSent(f"{path} cannot be read: {error}", remedy="mend the file, or what names it") from error


def _files_below(folder: Path) -> list[tuple[str, Path]]:
    """Each file with its name in the archive; links are followed, but none back to a folder that is above it."""
    return sorted((str(path.relative_to(folder).as_posix()), path) for path in _walk(folder, ()))


def _walk(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    resolved = folder.resolve()
    if resolved in above:
        return
    for path in folder.iterdir():
        if path.is_dir():
            yield from _walk(path, (*above, resolved))
        else:
            yield path


def _archive(files: list[tuple[str, Path]]) -> bytes:
    """Not compressed: what a compression makes depends on the library's version, and names are made of the bytes."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as archive:
        for name, path in files:
            entry = ZipInfo(name, _WRITTEN)
            runs = path.stat().st_mode & stat.S_IXUSR
            entry.external_attr = (stat.S_IFREG | (0o755 if runs else 0o644)) << 16
            archive.writestr(entry, path.read_bytes())
    return written.getvalue()
