"""Which requests are remembered, and what a damaged journal still reports."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.journal import Entry, Journal, changes, effective
from rehearsal.neighbours.stack_resources import Step
from rehearsal.state.services import Made

FORM = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)
OK = Response(200, (), b"")


def entry(method: str, target: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()) -> Entry:
    return Entry(Request(method, target, headers, body), 7)


def query(action: str) -> Entry:
    return entry("POST", "/", f"Action={action}".encode(), FORM)


def targets(entries: Sequence[Entry | Step]) -> list[str]:
    requests = [one for one in entries if isinstance(one, Entry)]
    return [f"{one.request.method} {one.request.target}{one.request.body.decode()}" for one in requests]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "neighbours.jsonl")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("PUT", "/bucket/key"), True),
        (Request("DELETE", "/bucket/key"), True),
        (Request("POST", "/bucket?delete"), True),
        (Request("GET", "/bucket/key"), False),
        (Request("HEAD", "/bucket"), False),
        (Request("POST", "/", (("X-Amz-Target", "AmazonSSM.PutParameter"),)), True),
        (Request("POST", "/", (("X-Amz-Target", "AmazonSSM.GetParameter"),)), False),
        (Request("POST", "/", (("X-Amz-Target", "DynamoDB_20120810.BatchGetItem"),)), False),
        (Request("POST", "/", FORM, b"Action=CreateVpc&Version=1"), True),
        (Request("POST", "/", FORM, b"Action=DescribeVpcs&Version=1"), False),
        (Request("POST", "/", FORM, b"Version=1"), True),
    ],
)
def test_what_changes_something_is_told_by_method_and_operation(request_: Request, expected: bool) -> None:
    assert changes(request_, OK) is expected
    assert changes(request_, Response(404, (), b"")) is False


def test_entries_come_back_in_order_without_what_must_not_be_kept(journal: Journal) -> None:
    headers = (
        ("Authorization", "AWS4-HMAC-SHA256 Credential=A/1/r/s3/aws4_request, Signature=abc"),
        ("X-Amz-Security-Token", "token"),
        ("x-amz-meta-a", "1"),
        ("Content-Type", "text/yaml"),
        ("User-Agent", "x"),
    )
    journal.append(entry("PUT", "/b/k", b"\x00\xff", headers))
    journal.append(query("CreateVpc"))
    first, second = journal.read()
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert first.request == Request(
        "PUT",
        "/b/k",
        (
            ("x-amz-meta-a", "1"),
            ("Content-Type", "text/yaml"),
            ("authorization", "AWS4-HMAC-SHA256 Credential=A/1/r/s3/aws4_request, Signature="),
        ),
        b"\x00\xff",
    )
    assert (first.seed, second.request.body) == (7, b"Action=CreateVpc")
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_a_journal_that_is_not_there_is_empty(journal: Journal) -> None:
    assert journal.read() == []


def test_a_torn_last_line_is_dropped_and_the_next_one_stands_by_itself(journal: Journal) -> None:
    journal.append(entry("PUT", "/b/1"))
    journal.append(entry("PUT", "/b/2"))
    whole = journal.path.read_bytes()
    for cut in range(len(whole.splitlines()[0]) + 2, len(whole) - 1, 7):
        journal.path.write_bytes(whole[:cut])
        assert targets(journal.read()) == ["PUT /b/1"]
    journal.append(entry("PUT", "/b/3"))
    assert targets(journal.read()) == ["PUT /b/1", "PUT /b/3"]


@pytest.mark.parametrize(
    "damage", [b"null\n", b"[]\n", b'{"method":1}\n', b'{"headers":[[1]]}\n', b"\xff\xfe\n", b"\n"]
)
def test_a_damaged_line_costs_only_itself(journal: Journal, damage: bytes) -> None:
    journal.append(entry("PUT", "/b/1"))
    journal.path.write_bytes(damage + journal.path.read_bytes())
    assert targets(journal.read()) == ["PUT /b/1"]


def test_a_later_put_replaces_and_a_delete_removes() -> None:
    history = [
        entry("PUT", "/b"),
        entry("PUT", "/b/k", b"1"),
        entry("PUT", "/b/gone"),
        query("CreateVpc"),
        query("CreateVpc"),
        entry("PUT", "/b/k", b"2"),
        entry("DELETE", "/b/gone"),
        entry("PUT", "/b?tagging", b"x"),
        entry("DELETE", "/b?tagging"),
    ]
    assert targets(effective(history)) == [
        "PUT /b",
        "POST /Action=CreateVpc",
        "POST /Action=CreateVpc",
        "PUT /b/k2",
        "PUT /b?taggingx",
        "DELETE /b?tagging",
    ]


@pytest.mark.parametrize(
    "reason", [entry("PUT", "/b?versioning"), entry("PUT", "/b/copy", headers=(("x-amz-copy-source", "/b/k"),))]
)
def test_versions_and_copies_need_the_whole_history(reason: Entry) -> None:
    history = [reason, entry("PUT", "/b/k", b"1"), entry("PUT", "/b/k", b"2"), entry("DELETE", "/b/k")]
    assert effective(history) == history


def test_reading_makes_the_file_as_short_as_it_can_be(journal: Journal) -> None:
    for number in range(5):
        journal.append(entry("PUT", "/b/k", str(number).encode()))
    journal.path.with_name("neighbours.jsonl.new").write_bytes(b"left by a crash")
    assert targets(journal.read()) == ["PUT /b/k4"]
    assert len(journal.path.read_bytes().splitlines()) == 1
    assert [file.name for file in journal.path.parent.iterdir()] == ["neighbours.jsonl"]


def step(action: Literal["make", "change", "remove", "release"], value: str = "") -> Step:
    return Step(action, Made("AWS::SSM::Parameter", "eu-west-1", "/a", {"Value": value}, {"Arn": "x"}, {"k": "v"}), 3)


def test_what_stacks_made_comes_back_between_the_requests(journal: Journal) -> None:
    kept: list[Entry | Step] = [step("make"), entry("POST", "/", b"1"), step("change", "2"), step("release")]
    for one in kept:
        journal.append(one)
    steps = [kept[0], kept[2], kept[3]]
    back = journal.read()
    assert [back[0], back[2], back[3]] == steps
    assert targets(back) == ["POST /1"]


def test_of_a_resource_its_end_is_kept_and_what_was_made_since() -> None:
    ended = [step("make"), step("change", "1"), step("change", "2"), step("remove")]
    assert effective(ended[:3]) == [ended[0], ended[2]]
    assert effective(ended) == [ended[3]]
    assert effective([*ended, step("make", "3")]) == [ended[3], step("make", "3")]
    assert effective([*ended, *ended]) == [ended[3]]


def test_a_deletion_of_what_no_request_made_is_kept() -> None:
    """A bucket that a stack made is deleted by a call."""
    assert targets(effective([step("make"), entry("DELETE", "/reports")])) == ["DELETE /reports"]
    assert targets(effective([entry("PUT", "/reports"), entry("DELETE", "/reports")])) == []
