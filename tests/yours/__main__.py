"""`python -m tests.yours [--keep DIR]`: the whole walk of docs/make-it-yours.md in an empty directory.

The project is made, rehearsed and tested (`make test` there), then each checklist is applied by the page's blocks, and
what came of it is rehearsed and held by the tests of the templates. About five minutes of two cores.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.yours.checklists import CHECKLISTS, OF_ANY_SYSTEM, PAGE, follow, run, steps

PROJECT = Path(__file__).resolve().parents[2]
FAST_TESTS = [*("-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "not slow")]


def walk(folder: Path) -> None:
    """Play the page in a folder that is not there yet."""
    began = time.monotonic()

    def told(what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f}s  {what}\n")

    page = (PROJECT / PAGE).read_text(encoding="utf-8")
    made = shlex.split(steps(page, "A project of your own")[0].text)
    made[made.index("--new") + 1] = str(folder)
    run(made, PROJECT)
    told("made")
    run([sys.executable, "deploy.py", "--env", "dev", "--rehearse"], folder)
    told("rehearsed")
    run([sys.executable, *FAST_TESTS], folder)
    told("its tests have passed")
    own = (folder / PAGE).read_text(encoding="utf-8")
    for section in CHECKLISTS:
        for step in steps(own, section):
            follow(step, folder)
        run([sys.executable, "render.py"], folder)
        told(section)
    run([sys.executable, "deploy.py", "--env", "staging", "--rehearse"], folder)
    told("rehearsed")
    run([sys.executable, *FAST_TESTS, *OF_ANY_SYSTEM], folder)
    told("the tests of its templates have passed")


def main() -> None:
    """Play the walk, and say what took how long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="play it in DIR, and leave it there")
    kept = parser.parse_args().keep
    with TemporaryDirectory() as folder:
        walk((kept or Path(folder) / "shop").absolute())


if __name__ == "__main__":
    main()
