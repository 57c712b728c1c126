"""The names of this system stand in its files and pages; a test that knew them would hold for no other."""

import subprocess

from tests.own_system import PROJECT

NAMES = ("ecs-alb-", "practical-aws")
# What speaks of this system, and what is written in a new one's words.
SPEAKS = ("README.md", "CHANGELOG.md", "LICENSE", "docs/", "params/", "rendered/", "pyproject.toml", "tests/example/")
OF_OTHERS = "bench/corpus/packages.txt"  # the names of public packages
DEFAULT = "templates/parts/parameters.py"


def test_no_code_and_no_other_test_knows_the_names_of_this_system() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    knowing = [
        path
        for path in listed.splitlines()
        if not path.startswith((*SPEAKS, OF_OTHERS)) and (PROJECT / path).is_file()
        for text in [(PROJECT / path).read_text(encoding="utf-8", errors="replace")]
        if any(name in text for name in NAMES)
    ]
    assert knowing == [DEFAULT]
