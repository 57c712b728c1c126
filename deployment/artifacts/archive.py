"""The bytes of a file or folder as they are uploaded: the same content is the same bytes, on every machine."""

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo, is_zipfile

from cloudformation.limits import OBJECT_BYTES
from deployment.errors import NothingSent

_REMEDY = "correct the file, or the property that names it"
# The earliest time of the format: when a file was written is no part of its content.
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def content_of(path: Path, *, archived: bool) -> tuple[bytes, str]:
    """The bytes, and the suffix of their name; a folder is an archive, a file where it must be `archived`.

    Raises NothingSent for what cannot be read.
    """
    try:
        if path.is_dir():
            return _archive(_files_below(path)), ".zip"
        if archived and not (path.is_file() and is_zipfile(path)):
            return _archive([(path.name, path)]), ".zip"
        return _bytes_of(path), path.suffix
    except OSError as error:
        raise NothingSent(f"{path} cannot be read: {error}", remedy=_REMEDY) from error


def _bytes_of(path: Path) -> bytes:
    """The content of a file; a pipe, a socket or a device is refused: reading one may never end."""
    if path.exists() and not path.is_file():
        raise NothingSent(f"{path} is not a regular file", remedy=f"{_REMEDY}: only files and folders can be uploaded")
    if (size := path.stat().st_size) > OBJECT_BYTES:
        raise NothingSent(
            f"{path} has {size:,} bytes; S3 accepts at most {OBJECT_BYTES:,} in one request",
            remedy="make the file smaller",
        )
    return path.read_bytes()


def _files_below(folder: Path) -> list[tuple[str, Path]]:
    """Each file with its name in the archive; links are followed, except to a folder above them."""
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
    """Not compressed: compressed bytes depend on the library's version, and names are made of the bytes."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as archive:
        for name, path in files:
            entry = ZipInfo(_storable(name, path), _WRITTEN)
            runs = path.stat().st_mode & stat.S_IXUSR
            entry.external_attr = (stat.S_IFREG | (0o755 if runs else 0o644)) << 16
            archive.writestr(entry, _bytes_of(path))
    return written.getvalue()


def _storable(name: str, path: Path) -> str:
    """A name as an archive stores it; the system accepts any bytes as a file's name, an archive only UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise NothingSent(f"the name of {shown} is not UTF-8 text", remedy="give the file another name") from error
    return name
