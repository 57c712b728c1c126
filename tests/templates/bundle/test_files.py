"""Files of a bundle: fixed modes, UTF-8, and values that a shell reads as they are."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from templates.bundle.errors import BundleError
from templates.bundle.files import assignments, json_file, text_file


def test_a_file_knows_its_digest_and_its_mode() -> None:
    plain, program = text_file("a", "é\n"), text_file("b", "", executable=True)
    assert (plain.content, plain.sha256) == (b"\xc3\xa9\n", sha256(b"\xc3\xa9\n").hexdigest())
    assert (plain.mode, program.mode) == (0o644, 0o755)


def test_json_is_written_for_people() -> None:
    assert json_file("a.json", {"b": ["é"]}).content.decode() == '{\n  "b": [\n    "é"\n  ]\n}\n'


def test_a_shell_reads_the_values_as_they_are(tmp_path: Path) -> None:
    values = {"A": '$HOME `id` "x" \\ #', "B": "", "C": "日本 *"}
    (tmp_path / "values.sh").write_bytes(assignments("values.sh", values).content)
    command = '. ./values.sh; printf "%s\\n" "$A" "$B" "$C"'
    said = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.split("\n") == [*values.values(), ""]


@pytest.mark.parametrize("value", ["it's", "a\nb", "a\rb", "\x1b[0m"])
def test_what_such_a_line_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(BundleError, match=r"ROLE_ARN cannot be written to values\.sh"):
        assignments("values.sh", {"ROLE_ARN": value})
