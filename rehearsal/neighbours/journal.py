"""What was changed at the neighbour services, so that the next run can do it again.

A file of JSON lines, one request each, oldest first. A line is appended when its request has succeeded; a last
line that a crash cut short is dropped at the next start. Only its owner may read the file (a SecureString travels
in plain text), and neither signatures nor session tokens are stored.
"""

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qs

from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.stack_resources import Step
from rehearsal.state.services import Made

# An operation named so changes nothing.
_READS = re.compile("(Batch)?(Get|Describe|List|Head|Query|Scan|Search|Lookup|Check|Test|Validate|Simulate|Decode)")
_KEPT_HEADERS = re.compile("(?!x-amz-security-token)(x-amz-.*|content-(type|encoding|md5|disposition|language))", re.I)
_SIGNATURE = re.compile("Signature=.*")


@dataclass(frozen=True)
class Entry:
    """A request that changed something, and the seed of the random IDs in its answer."""

    request: Request
    seed: int


@dataclass(frozen=True)
class Journal:
    """The file; it appears with the first change."""

    path: Path

    def read(self) -> list[Entry | Step]:
        """Every change that still matters, oldest first; the file is made shorter by what no longer does."""
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().splitlines(keepends=True)
        entries = list(_entries(lines))
        kept = effective(entries)
        if len(kept) != len(lines):
            self._replace(kept)
        return kept

    def append(self, entry: Entry | Step) -> None:
        """Add one change. OSError: the folder cannot be written to."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(file, "ab") as stream:
            stream.write(_line(entry))

    def _replace(self, entries: Iterable[Entry | Step]) -> None:
        beside = self.path.with_name(f"{self.path.name}.new")
        beside.unlink(missing_ok=True)
        Journal(beside).path.touch(0o600)
        for entry in entries:
            Journal(beside).append(entry)
        beside.replace(self.path)


def journal_in(state: Path) -> Journal:
    """The journal of a state folder."""
    return Journal(state / "neighbours.jsonl")


def changes(request: Request, response: Response) -> bool:
    """Whether a request changed something, as far as its method, its operation's name and its answer show."""
    if request.method not in ("PUT", "POST", "DELETE", "PATCH") or not 200 <= response.status < 300:
        return False
    return not _READS.match(_operation(request))


def effective(entries: Sequence[Entry | Step]) -> list[Entry | Step]:
    """The entries without those that a later PUT or DELETE of the same object, or the end of a resource, undoes.

    Buckets that keep versions, and copies of objects that changed later, need the whole history: then all stay.
    """
    requests = [entry.request for entry in entries if isinstance(entry, Entry)]
    if any("versioning" in request.query or request.header("x-amz-copy-source") for request in requests):
        return list(entries)
    kept: dict[object, Entry | Step] = {}
    for number, entry in enumerate(entries):
        if isinstance(entry, Step):
            _keep_step(kept, entry)
            continue
        request = entry.request
        single = not request.query and _operation(request) == ""
        undone = single and request.method in ("PUT", "DELETE") and kept.pop(request.target, None) is not None
        if not (undone and request.method == "DELETE"):
            kept[request.target if single and request.method == "PUT" else number] = entry
    return list(kept.values())


def _keep_step(kept: dict[object, Entry | Step], step: Step) -> None:
    """Of a resource its last end matters, what made it since, and the last change of that."""
    undone = ("make", "change", "remove") if step.action == "remove" else (step.action,)
    for action in undone:
        kept.pop((action, step.made.key), None)
    kept[step.action, step.made.key] = step


def _operation(request: Request) -> str:
    """The operation's name in the JSON and query protocols; nothing in REST protocols."""
    target = request.header("x-amz-target")
    if target:
        return target.rpartition(".")[2]
    if request.is_form:
        return parse_qs(request.body.decode("latin-1")).get("Action", [""])[0]
    return ""


def _line(entry: Entry | Step) -> bytes:
    if isinstance(entry, Step):
        return json.dumps(asdict(entry), separators=(",", ":")).encode() + b"\n"
    request = entry.request
    fields = {
        "method": request.method,
        "target": request.target,
        "headers": [[name, value] for name, value in request.headers if _KEPT_HEADERS.fullmatch(name)],
        "authorization": _SIGNATURE.sub("Signature=", request.header("authorization")),
        "body": b64encode(request.body).decode("ascii"),
        "seed": entry.seed,
    }
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _entries(lines: Iterable[bytes]) -> Iterator[Entry | Step]:
    for line in lines:
        try:
            fields = json.loads(line)
            if "action" in fields:
                yield Step(fields["action"], Made(**fields["made"]), fields["seed"])
                continue
            headers = tuple((name, value) for name, value in fields["headers"])
            headers += (("authorization", fields["authorization"]),)
            yield Entry(
                Request(fields["method"], fields["target"], headers, b64decode(fields["body"], validate=True)),
                fields["seed"],
            )
        except (ValueError, KeyError, TypeError):
            # Only a line that was cut short, or damaged by hand, gets here; what follows it may still be valid.
            continue
