"""bin/lib/awk/stamp.awk: what it takes for the stamp of a release is what deploy.py takes for one, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cloudformation.environment.delivery.release_stamp import ASK, Stamp, stamped, without_stamp
from tests.handoff.test_json_reading import AWKS, LIB

PLAIN = """\
# Rendered from templates/layers/root.py by render.py.
AWSTemplateFormatVersion: "2010-09-09"

Metadata:
  Deployment: {}

Parameters:
  Words:
    Type: String
"""
STAMP = Stamp("1.4.0-rc.1", "3f2a" * 10, "sha256:" + "9c" * 32)
ROOT = stamped(PLAIN, STAMP)
_IN_METADATA = ROOT[ROOT.index("  Release:") : ROOT.index("  Deployment:")]


def of(text: str, *words: str, awk: tuple[str, ...] = AWKS[0]) -> str:
    told = subprocess.run(
        [*awk, "-f", str(LIB / "stamp.awk"), *words, "-"], input=text, capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    return told.stdout


@pytest.mark.parametrize("awk", AWKS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    "text",
    [
        ROOT,
        PLAIN,
        ROOT.replace(STAMP.commit, "unknown"),
        ROOT.replace(STAMP.commit, f"{STAMP.commit}-dirty"),
        # A resource and a parameter of that name are none, wherever they stand.
        PLAIN + "  Release:\n    Type: String\n",
        PLAIN + "\nOutputs:\n  Release:\n    Value: x\n    Digest: x\n  Other:\n    Value: y\n",
        ROOT + "  Release:\n    Type: String\n",
        # Nor is what says something else than the header, more than that, or less.
        ROOT.replace('Version: "1.4.0-rc.1"', 'Version: "1.4.1"'),
        ROOT.replace(f'Digest: "{STAMP.digest}"', f'Digest: "{STAMP.digest}"\n    Fourth: x'),
        ROOT.replace(f'    Commit: "{STAMP.commit}"\n', ""),
        ROOT.replace(ASK, "# Release: ask somebody else"),
        ROOT.replace("version 1.4.0-rc.1,", "version -1,").replace('"1.4.0-rc.1"', '"-1"'),
        ROOT.replace("1.4.0-rc.1", "x" * 65),
        ROOT.replace(STAMP.digest, "sha256:00"),
        ROOT.replace(STAMP.commit, "3f2a"),
        ROOT.replace(STAMP.commit, "unknown-dirty"),
        ROOT.replace("  Deployment: {}", "    Deployment: {}"),
        ROOT.replace("Metadata:\n", "Metadata: {}\nOthers:\n"),
        ROOT.replace("# Rendered from", "# Written from"),
        ROOT.replace("Metadata:\n", f"Mappings:\n{_IN_METADATA}Metadata:\n", 1),
        ROOT.replace(_IN_METADATA, ""),
        "# Release: version\n",
        "",
    ],
)
def test_it_is_taken_off_where_deploy_py_takes_it_off(text: str, awk: tuple[str, ...]) -> None:
    assert of(text, awk=awk) == without_stamp(text)


def test_what_it_says_is_told_by_its_key() -> None:
    assert [of(ROOT, f"KEY={key}") for key in ("Version", "Commit", "Digest")] == [
        f"{STAMP.version}\n",
        f"{STAMP.commit}\n",
        f"{STAMP.digest}\n",
    ]
    assert of(PLAIN + '    Version: "2"\n', "KEY=Version") == ""


def test_the_root_of_this_project_has_one_that_is_found() -> None:
    root = (Path(__file__).resolve().parents[2] / "rendered/root.yaml").read_text()
    assert of(stamped(root, STAMP)) == root
