"""The JSON that CreateChangeSet is given: every value that a file or a command line may have arrives as it is."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.handoff.ops import SHELLS

LIB = Path(__file__).resolve().parents[2] / "templates/bundle/bin/lib"
SCRIPT = """\
set -u
LIB=$1 NOTES=$2 CONFIG=$2 BUNDLE=$2 ROOT=root.yaml ENV=dev SERVICE='' VERB=plan AGAIN='' AGAIN_SETS=''
EXISTS=yes TOKEN=token WHO=ops
STACK_TARGET=stack ROOT_URL=https://url ROLE_ARN='' VERSION=1 COMMIT=2 DIGEST=3
CAPABILITIES='A B' MONITORING_MINUTES='' SET_FROM='' KEEP=Kept
NL='
'
SETS=
for part in common bundle stack change_set; do . "$LIB/$part.sh"; done
[ $# -lt 3 ] || SETS="Set=$(escaped "$3")"
[ $# -lt 3 ] || SET_FROM=Secret=SECRET
read_parameters
awk_ -f "$LIB/awk/json.awk" "$CONFIG/tags.json" >"$NOTES/tags"
request name UPDATE true
"""
ROOT = "Parameters:\n" + "".join(f"  {name}:\n    Type: String\n\n" for name in ("A1", "B2", "Set", "Secret", "Kept"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def requested(shell: tuple[str, ...], values: dict[str, str], tags: dict[str, str], *typed: str) -> Any:
    with tempfile.TemporaryDirectory(prefix="it's $HOME ") as folder:
        place = Path(folder)
        (place / "templates").mkdir()
        (place / "templates/root.yaml").write_text(ROOT)
        rows: list[dict[str, Any]] = [{"ParameterKey": name, "ParameterValue": text} for name, text in values.items()]
        (place / "parameters.json").write_text(json.dumps(rows, ensure_ascii=len(rows) % 2 == 0))
        (place / "tags.json").write_text(json.dumps([{"Value": text, "Key": name} for name, text in tags.items()]))
        told = subprocess.run(
            [*shell, "-c", SCRIPT, "sh", str(LIB), folder, *typed],
            env={"PATH": "/usr/bin:/bin", "SECRET": typed[0] if typed else "", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
        )
        assert (told.returncode, told.stderr) == (0, "")
        return json.loads((place / "request.json").read_text())


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=TEXTS, second=TEXTS, typed=TEXTS, tag=TEXTS)
def test_values_arrive_as_they_are(shell: tuple[str, ...], first: str, second: str, typed: str, tag: str) -> None:
    request = requested(shell, {"A1": first, "B2": second}, {"a": tag, "b c": "d"}, typed)
    sent = {row["ParameterKey"]: row.get("ParameterValue") for row in request["Parameters"]}
    assert sent == {"A1": first, "B2": second, "Set": typed, "Secret": typed, "Kept": None}
    assert request["Parameters"][-1] == {"ParameterKey": "Kept", "UsePreviousValue": True}
    assert request["Tags"] == [{"Key": "a", "Value": tag}, {"Key": "b c", "Value": "d"}]
    assert request["Capabilities"] == ["A", "B"]
    assert request["Description"] == "deploy.sh of ops, release 1 (2), digest 3"


def test_nothing_but_what_is_kept_is_sent_where_no_value_is_given() -> None:
    request = requested(SHELLS[0], {}, {})
    assert request["Parameters"] == [{"ParameterKey": "Kept", "UsePreviousValue": True}]
    assert request["Tags"] == []
    assert request["OnStackFailure"] == "ROLLBACK"
    assert request["IncludeNestedStacks"] is True
