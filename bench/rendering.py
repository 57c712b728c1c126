"""render.py against a process that only imports the troposphere and awacs modules that it uses."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench.measure import PROJECT, Line, in_turn, peak, ratio, run

_LIST = """
import sys, render
render.main(["--out", sys.argv[1]])
print(*[name for name in sys.modules if name.split(".")[0] in ("troposphere", "awacs")], sep="\\n")
"""


def lines() -> Iterator[Line]:
    """Wall time as a ratio, and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        listed = subprocess.run(
            [sys.executable, "-c", _LIST, folder], cwd=PROJECT, capture_output=True, text=True, check=True
        )
        modules = [line for line in listed.stdout.split() if line.startswith(("troposphere", "awacs"))]
        imports = f"import {', '.join(modules)}"
        rendered, imported = in_turn(
            # Into the project itself, as people run it: the pages in docs/ are written too.
            lambda: run([sys.executable, "render.py"]),
            lambda: run([sys.executable, "-c", imports]),
            times=15,
        )
    yield Line("render.py / importing its troposphere and awacs modules, wall", ratio(rendered, imported), 1.3)
    # Two libraries more (scaling, alarms), and templates twice as large as those of the seed.
    yield Line("render.py, peak memory", peak(rendered), 27, "MiB")
