"""bin/lib/change_set.sh and review.sh without the AWS CLI: whether a tree of sets has changes, what is guarded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.handoff.ops import SHELLS
from tests.handoff.test_json_reading import flat

LIB = Path(__file__).resolve().parents[2] / "templates/bundle/bin/lib"
SCRIPT = """\
set -u
LIB=$1 NOTES=$2 BUNDLE=$2 VERB=plan AGAIN='' AGAIN_SETS='' PROTECT=${4:-} NL='
'
for part in common bundle stack change_set comparison review; do . "$LIB/$part.sh"; done
"$3"
"""
NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."
FAILED_OVER = (
    "Nested change set arn:aws:cloudformation:x:1:changeSet/a/b was not successfully created: Currently in FAILED."
)
STACK = {"ResourceChange": {"LogicalResourceId": "Store", "ResourceType": "AWS::CloudFormation::Stack"}}
TOPIC = {"ResourceChange": {"LogicalResourceId": "Topic", "ResourceType": "AWS::SNS::Topic"}}


def ran(notes: Path, function: str, *words: str, shell: Sequence[str] = SHELLS[0]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*shell, "-c", SCRIPT, "sh", str(LIB), str(notes), function, *words], capture_output=True, text=True
    )


def write_sets(notes: Path, *sets: tuple[str, str, list[Any]]) -> None:
    """The root's set and those below it: status, reason, rows."""
    for number, (status, reason, rows) in enumerate(sets, 1):
        body = {"Status": status, "StatusReason": reason, "Changes": rows}
        (notes / f"set.{number}").write_bytes(flat(json.dumps(body)).stdout)
    lines = [
        f"{number}\t{'-' if number == 1 else f'Layer{number}'}\tarn{number}\n" for number in range(1, len(sets) + 1)
    ]
    (notes / "sets").write_text("".join(lines))


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@pytest.mark.parametrize(
    ("sets", "code"),
    [
        ([("CREATE_COMPLETE", "", [TOPIC])], 0),
        ([("CREATE_COMPLETE", "", [])], 0),  # outputs change, and no resource
        ([("FAILED", NO_CHANGES, [])], 9),
        ([("FAILED", FAILED_OVER, []), ("FAILED", NO_CHANGES, [])], 9),
        ([("FAILED", FAILED_OVER, [STACK]), ("FAILED", NO_CHANGES, []), ("FAILED", NO_CHANGES, [])], 9),
        # A set below has a change, or failed for something else; root has one of its own; no set below is known.
        ([("FAILED", FAILED_OVER, []), ("FAILED", NO_CHANGES, []), ("CREATE_COMPLETE", "", [TOPIC])], 1),
        ([("FAILED", FAILED_OVER, []), ("FAILED", "Template error", [])], 1),
        ([("FAILED", FAILED_OVER, [STACK, TOPIC]), ("FAILED", NO_CHANGES, [])], 1),
        ([("FAILED", "Nested change set of a stack was not successfully created", [])], 1),
        ([("FAILED", "Access denied", [])], 1),
    ],
)
def test_nothing_changes_only_where_every_set_says_so(
    tmp_path: Path, shell: tuple[str, ...], sets: list[tuple[str, str, list[Any]]], code: int
) -> None:
    write_sets(tmp_path, *sets)
    told = subprocess.run(
        [*shell, "-c", SCRIPT.replace('"$3"\n', "has_changes || exit 9\n"), "sh", str(LIB), str(tmp_path), ""],
        capture_output=True,
        text=True,
    )
    assert told.returncode == code, told.stderr
    assert ("could not create the change set" in told.stderr) is (code == 1)


@pytest.mark.parametrize(
    ("protect", "guarded"),
    [
        ("Store/Topic", {"Store/Topic"}),
        ("/Store/", {"Store/Topic", "Store/Other"}),
        ("*/T*c", {"Store/Topic"}),
        ("Store/?opic", {"Store/Topic"}),
        ("Store/[TX]opic", {"Store/Topic"}),
        ("Store/[!O]*", {"Store/Topic"}),
        ("Store/Top", set()),
        ("Sto.e/Topic", set()),
        ("$HOME Store/(Topic)", set()),
    ],
)
def test_a_path_is_protected_as_deploy_py_reads_the_entry(tmp_path: Path, protect: str, guarded: set[str]) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/guards.tsv").write_text("harmless\tAWS::X::Y\t-\t-\t-\n")
    rows = [f"Store\t{name}\treplaced\t-\tAWS::X::Y\tModify\n" for name in ("Topic", "Other")]
    (tmp_path / "verdicts").write_text("".join(rows))
    (tmp_path / "settings").write_text("")
    assert ran(tmp_path, "guards", protect).stderr == ""
    lines = (tmp_path / "guards").read_text().splitlines()
    assert {line.split("\t")[0] for line in lines} == guarded


@pytest.mark.parametrize(
    ("properties", "guarded"),
    [
        ("RetentionInDays", "keeps them for another time"),
        ("Tags KmsKeyId", "may replace it"),
        ("KmsKeyId RetentionInDays", "may replace it"),
        ("Tags", None),
        ("RetentionInDaysX", None),
    ],
)
def test_an_update_in_place_is_guarded_by_any_of_the_rows_of_its_type(
    tmp_path: Path, properties: str, guarded: str | None
) -> None:
    (tmp_path / "bin").mkdir()
    table = [("A,KmsKeyId", "may replace it"), ("RetentionInDays", "keeps them for another time")]
    rows = [f"update\tAWS::X::Y\tModify\t{key}\t{sentence}\n" for key, sentence in table]
    (tmp_path / "bin/guards.tsv").write_text("".join(rows))
    (tmp_path / "verdicts").write_text(f"Store\tLogs\tin-place\t{properties}\tAWS::X::Y\tModify\n")
    (tmp_path / "settings").write_text("")
    assert ran(tmp_path, "guards", "").stderr == ""
    assert (tmp_path / "guards").read_text() == (f"Store/Logs\t{guarded}\n" if guarded else "")
