"""bin/lib/awk/raw.awk gives a text back that json.awk wrote on one line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.examples import examples
from tests.handoff.test_json_reading import AWKS, LIB, TEXTS, flat


@pytest.mark.parametrize("awk", AWKS, ids=lambda words: words[0])
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
@example(text='C:\\new\\table\\u0041 "x" \\\\n\\')
@example(text="\x01\x1f\x7f\x80\x9f\n\r\t\\")
def test_a_text_is_again_what_it_was(tmp_path: Path, awk: tuple[str, ...], text: str) -> None:
    text = text.replace("\0", "")
    (program := tmp_path / "print.awk").write_text('{ printf "%s", raw(substr($0, 3)) }\n')
    told = subprocess.run(
        [*awk, "-f", str(LIB / "raw.awk"), "-f", str(program)],
        input=flat(json.dumps([text]), awk).stdout,
        capture_output=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin"},
    )
    assert told.stderr == b""
    assert told.stdout.decode() == text
