"""Bodies off the wire: counted, in chunks, cut short."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.loopback.request_body import BodyError, inflates_beyond, read_body


def read(data: bytes, length: str | None = None, encoding: str | None = None, most: int = 1000) -> bytes:
    return read_body(BytesIO(data), length=length, encoding=encoding, most=most)


def status(data: bytes, length: str | None = None, encoding: str | None = None, most: int = 1000) -> int:
    with pytest.raises(BodyError) as caught:
        read(data, length, encoding, most)
    return caught.value.status


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8))
def test_chunks_become_the_body_that_was_cut_into_them(parts: list[bytes]) -> None:
    data = b"".join(b"%X\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert read(data, encoding="chunked") == b"".join(parts)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_body_in_chunks_or_refused(data: bytes) -> None:
    outcome = _outcome(data)
    assert outcome in (400, 413) or isinstance(outcome, bytes)


def _outcome(data: bytes) -> bytes | int:
    try:
        return read(data, encoding="chunked")
    except BodyError as error:
        return error.status


def test_a_counted_body_ends_where_its_count_says() -> None:
    assert read(b"abcdef", length="3") == b"abc"
    assert read(b"abcdef") == b""


def test_no_more_is_read_than_allowed() -> None:
    assert read(b"x" * 10, length="10", most=10) == b"x" * 10
    assert status(b"x" * 11, length="11", most=10) == 413
    assert status(b"6\r\nxxxxxx\r\n5\r\nxxxxx\r\n0\r\n\r\n", encoding="chunked", most=10) == 413


@pytest.mark.parametrize("length", ["", "-1", "+3", "3.0", "3 3", "ٳ", "0x3"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    assert status(b"abc", length=length) == 400


def test_trailers_are_read_away() -> None:
    stream = BytesIO(b"3\r\nabc\r\n0\r\nx-amz-checksum-crc32: AAAA\r\n\r\nnext")
    assert read_body(stream, length=None, encoding="Chunked", most=10) == b"abc"
    assert stream.read() == b"next"


def test_what_a_gzipped_body_comes_to_is_measured_without_unpacking_it_all() -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    assert inflates_beyond(bomb, 9_999_999)
    assert not inflates_beyond(bomb, 10_000_000)
    assert not inflates_beyond(b"no gzip at all", 1)
