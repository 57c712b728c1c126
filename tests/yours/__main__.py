"""`python -m tests.yours [--keep DIR]`: the whole walk of docs/make-it-yours.md in an empty directory.

A project is made, its environments named otherwise than here and in an account each, and rehearsed. Every checklist is
applied by the page's blocks, a second port, a topic, a worker and a job beside them; what came of it is rehearsed, and
linted. Then all of its fast tests are played, and the slow ones of its templates. Under four minutes of two cores.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.yours.checklists import FAST_TESTS, FIRST_OF_ALL, PROJECT, SLOW_TESTS, extended, run

ENVIRONMENTS = ("staging", "live")
_NEW = [
    *("--name", "kiosk", "--domain", "kiosk.example.com", "--region", "eu-central-1"),
    *("--account", "210987654321,310987654321", "--environments", ",".join(ENVIRONMENTS)),
]


def walk(folder: Path) -> None:
    """Play the page in a folder that is not there yet."""
    began = time.monotonic()

    def told(what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f}s  {what}\n")

    run([sys.executable, "render.py", "--new", str(folder), *_NEW], PROJECT)
    told("made")
    run([sys.executable, "deploy.py", "--env", ENVIRONMENTS[0], "--rehearse"], folder)
    told("rehearsed")
    extended(folder, ENVIRONMENTS)
    told("a layer, a parameter, an environment, three services")
    run([sys.executable, "deploy.py", "--env", "qa", "--rehearse"], folder)
    run([sys.executable, "deploy.py", "--env", ENVIRONMENTS[1], "--rehearse", "--all"], folder)
    told("rehearsed")
    run([sys.executable, "-m", "tests.scanners", "cfn-lint", "cloudformation-validate"], folder)
    told("linted")
    run([sys.executable, *FAST_TESTS], folder)
    told("its tests have passed")
    run([sys.executable, *SLOW_TESTS, "tests/templates"], folder)
    told("the slow tests of its templates have passed")


def main() -> None:
    """Play the walk, and say what took how long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="create the project in DIR, and leave it there")
    if not FIRST_OF_ALL:
        sys.stderr.write("nothing to do: only the original project tests this page\n")
        return
    kept = parser.parse_args().keep
    with TemporaryDirectory() as folder:
        walk((kept or Path(folder) / "kiosk").absolute())


if __name__ == "__main__":
    main()
