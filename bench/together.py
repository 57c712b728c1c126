"""A hundred services in one environment: rendering them, and a plan of all of them where nothing changes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.counting import Relay
from bench.deploying import environment, rehearsal
from bench.measure import ENVIRONMENT, FILE, Line, in_turn, ratio, run

SERVICES = 100
_KINDS = ("web", "worker", "job")
_COMMAND = """
import sys
from pathlib import Path
from {module} import main
sys.exit(main(sys.argv[2:], Path(sys.argv[1])))
"""
RENDER, DEPLOY = (_COMMAND.format(module=module) for module in ("render", "deploy"))
# The caller, and the names of the existing stacks, twice where a deployment may have changed them.
ASKED_ONCE = 3
# Of each stack itself and its template, and the list of what it has in the bucket, looked at first (decision 29).
ASKED_OF_EACH, OF_CLOUDFORMATION = 4, 2


def lines() -> Iterator[Line]:
    """Times of rendering and of its check; of a plan where nothing changes its calls, and its time."""
    with TemporaryDirectory() as both, rehearsal() as endpoint, Relay(endpoint) as relay:
        folder, bare = Path(both, "shop"), Path(both, "bare")
        project = _project(folder, SERVICES)
        _project(bare, 0)
        rendered, without = in_turn(
            lambda: run([sys.executable, "-c", RENDER, str(folder)]),
            lambda: run([sys.executable, "-c", RENDER, str(bare)]),
            times=3,
        )
        yield Line(f"rendering {SERVICES} services / the platform alone, wall", ratio(rendered, without), 6)
        checked, plain = in_turn(
            lambda: run([sys.executable, "-c", RENDER, str(folder), "--check"]),
            lambda: run([sys.executable, "-c", RENDER, str(bare), "--check"]),
            times=3,
        )
        yield Line(f"render.py --check of {SERVICES} services / of the platform alone, wall", ratio(checked, plain), 7)
        deploy = [sys.executable, "-c", DEPLOY, str(folder), "--env", ENVIRONMENT]
        deploy += ["--rendered", str(project / "rendered")]
        run([*deploy, "--all", "--yes"], environment(endpoint))
        run([*deploy, "--all", "plan", "--exit-code"], environment(relay.url))  # ends with 4 where anything changes
        counted = Counter({name.split("?")[0]: count for name, count in relay.counted.items()})
        asked = ASKED_ONCE + (SERVICES + 1) * ASKED_OF_EACH
        yield Line(f"API calls, nothing to change in {SERVICES} services", sum(relay.counted.values()), asked)
        own = sum(count for name, count in counted.items() if " " not in name)
        yield Line("of these to CloudFormation and STS", own, ASKED_ONCE + (SERVICES + 1) * OF_CLOUDFORMATION)
        yield Line("change sets that it makes", counted["CreateChangeSet"], 0)
        direct = environment(endpoint)
        together, alone = in_turn(
            lambda: run([*deploy, "--all", "plan"], direct), lambda: run([*deploy, "plan"], direct), times=3
        )
        yield Line(f"plan of {SERVICES} services / of the platform alone, wall", ratio(together, alone), 6)


def _project(folder: Path, count: int) -> Path:
    """The project's own platform, with so many services of all kinds."""
    (folder / "params").mkdir(parents=True)
    (folder / "templates/services").mkdir(parents=True)
    values = ""
    for number in range(count):
        kind, name = _KINDS[number % len(_KINDS)], f"s{number:03d}"
        text = f'from templates.service.declaration import {kind}\n\nSERVICE = {kind}("Service {number}.")\n'
        (folder / f"templates/services/{name}.py").write_text(text)
        values += f"  {name}:\n    ContainerImage: public.ecr.aws/shop/shop:1\n"
        if kind == "web":
            values += f"    ListenerRulePriority: {10100 + number}\n    ListenerRulePaths: /{name}/*\n"
    named = f"\nservices:\n{values}" if values else ""
    platform, _, _ = FILE.read_text().partition("\nservices:")
    (folder / "params" / FILE.name).write_text(platform + named)
    return folder
