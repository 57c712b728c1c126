"""Reading the body of an HTTP/1.1 request off its connection, counted or in chunks, up to a limit."""

import zlib
from io import BufferedIOBase

_LONGEST_LINE = 4096
_MOST_TRAILERS = 100


class BodyError(Exception):
    """A body that cannot be read; `status` is the HTTP answer. Nothing more can be read from the connection."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_body(stream: BufferedIOBase, *, length: str | None, encoding: str | None, most: int) -> bytes:
    """The body of a request with this Content-Length and Transfer-Encoding. Raises BodyError."""
    if encoding is not None:
        if encoding.strip().lower() != "chunked" or length is not None:
            raise BodyError(400, "Transfer-Encoding must be chunked and without Content-Length, or absent")
        return _read_chunks(stream, most)
    if length is None:
        return b""
    if not (length.isascii() and length.isdecimal()):
        raise BodyError(400, f"Content-Length is not a number: {length[:32]}")
    return _read(stream, int(length[:20]), most)


def inflates_beyond(body: bytes, most: int) -> bool:
    """Whether a gzipped body comes to more than that many bytes; one that is no gzip does not."""
    try:
        return len(zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, most + 1)) > most
    except zlib.error:
        return False


def _read_chunks(stream: BufferedIOBase, most: int) -> bytes:
    body = bytearray()
    while size := _chunk_size(stream):
        body += _read(stream, size, most - len(body))
        if _line(stream) != b"":
            raise BodyError(400, "A chunk is longer than its stated size")
    for _ in range(_MOST_TRAILERS):  # S3's checksums are inside the aws-chunked body instead
        if not _line(stream):
            return bytes(body)
    raise BodyError(400, "The chunked body has too many trailers")


def _chunk_size(stream: BufferedIOBase) -> int:
    digits = _line(stream).partition(b";")[0].strip()
    try:
        return int(digits[:16], 16)
    except ValueError:
        raise BodyError(400, "A chunk has no size") from None


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise BodyError(400, "The chunked body ends too early")
    return line.rstrip(b"\r\n")


def _read(stream: BufferedIOBase, size: int, most: int) -> bytes:
    if not 0 <= size <= most:
        raise BodyError(413, "The body is too large")
    body = stream.read(size)
    if len(body) < size:
        raise BodyError(400, "The body ends too early")
    return body
