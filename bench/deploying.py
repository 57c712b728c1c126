"""deploy.py against the running rehearsal: its calls, its own time beside importing boto3, its memory."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.counting import Relay
from bench.measure import ENVIRONMENT, PROJECT, Line, difference, in_turn, peak, run

DEPLOY = [sys.executable, "deploy.py", "--env", ENVIRONMENT, "--yes"]
CHANGED = ["--set", "DesiredCount=3"]
# Of a list that a sibling feeds, the second item is not known to a nested change set: a plain one is made instead.
WHOLE, PICKED = "Subnets: !Ref TaskSubnetIds", "Subnets: [!Select [1, !Ref TaskSubnetIds]]"
RUNS: dict[str, list[str]] = {"create": [], "update": CHANGED, "nothing": CHANGED}
# Root and every layer: each is uploaded by a create, and verified by its checksum before a change set names it.
TEMPLATES = len(list((PROJECT / "rendered").glob("*.yaml"))) - (PROJECT / "rendered/ci-role.yaml").exists()
# Which Region the bucket is in: the SDK would follow it there.
LOCATED = 1
# What a fresh account may lack: the role of ECS, the quotas of VPCs and Fargate, and the VPCs that there are.
LOOKED_FOR = 4
# The record of the release that the bucket keeps.
RECORDED = 1
CREATE, UPDATE = 8 + TEMPLATES + LOOKED_FOR + RECORDED, 10 + TEMPLATES + LOCATED + RECORDED
POLLS = ("DescribeChangeSet", "DescribeStacks", "DescribeStackEvents")
BUCKET = re.compile(r"PUT /[^/?]+(\?[a-zA-Z]+)?")


@contextmanager
def rehearsal(*arguments: str) -> Iterator[str]:
    """`python -m rehearsal` on a free port, stopped by its process id."""
    with subprocess.Popen(
        [sys.executable, "-m", "rehearsal", "--port", "0", *arguments], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait()


def environment(endpoint: str) -> dict[str, str]:
    """The variables that lead the SDK to an endpoint, and nothing of the machine's own that would lead it elsewhere."""
    foreign = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CA_BUNDLE")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return kept | {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}


def lines() -> Iterator[Line]:
    """Calls of a first create, an update and a deploy with nothing to do; time and memory of the last; then the calls
    where layers cannot have change sets, two more on a create and three on an update.

    Polls aside, and aside the description of each nested change set: how often those are asked is the monitor's affair.
    """
    with rehearsal() as endpoint, Relay(endpoint) as relay:
        counted = {}
        for name, more in RUNS.items():
            relay.counted.clear()
            run([*DEPLOY, *more], environment(relay.url))
            counted[name] = Counter(relay.counted)
        made = sum(count for name, count in counted["create"].items() if BUCKET.fullmatch(name))
        yield Line("API calls, making the bucket for the templates, once an account", made, 6)
        yield Line("API calls, a first create", _without_polls(counted["create"]) - made, CREATE)
        yield Line("API calls, an update", _without_polls(counted["update"]), UPDATE)
        yield Line("API calls, nothing to change", sum(counted["nothing"].values()), 6)
        direct = environment(endpoint)
        deployed, imported = in_turn(
            lambda: run([*DEPLOY, *CHANGED], direct),
            lambda: run([sys.executable, "-c", "import boto3"], direct),
        )
        yield Line("nothing to change, seconds beside importing boto3", difference(deployed, imported), 0.5, "s")
        yield Line("nothing to change, peak memory", peak(deployed), 70, "MiB")
    yield from _compared_here(made)


def _compared_here(bucket: int) -> Iterator[Line]:
    with rehearsal() as endpoint, Relay(endpoint) as relay, TemporaryDirectory() as folder:
        rendered = Path(folder, "rendered")
        shutil.copytree(PROJECT / "rendered", rendered)
        layer = rendered / "ecs.yaml"
        text = layer.read_text(encoding="utf-8")
        assert WHOLE in text, "the layer does not read the list any more that this figure is about"
        for name, aside, limit in (("create", bucket, CREATE + 2), ("update", 0, UPDATE + 3)):
            layer.write_text(f"{text.replace(WHOLE, PICKED)}# {name}\n", encoding="utf-8")
            relay.counted.clear()
            run([*DEPLOY, "--rendered", str(rendered), *RUNS[name]], environment(relay.url))
            assert relay.counted["CreateChangeSet"] == 2, "no plain change set was asked for"
            figure = _without_polls(relay.counted) - aside
            yield Line(f"API calls, {name} with its layers compared here", figure, limit)


def _without_polls(counted: Counter[str]) -> int:
    return sum(count for name, count in counted.items() if name not in POLLS)
