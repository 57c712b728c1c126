"""A rehearsal that lasts: what many creations and deletions leave behind, in memory and on disk."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import PROJECT, Line, run

STACKS = 3000
_PLAY = """
import json, resource, sys, time
from pathlib import Path
from rehearsal.control.cloud import open_cloud
from rehearsal.loopback.wire import Call
from rehearsal.state.services import Services
folder, count = Path(sys.argv[1]), int(sys.argv[3])
cloud = open_cloud(folder, "123456789012", Services())
cloud.start()
def call(operation, **parameters):
    return cloud.handle(Call(operation, parameters, "eu-west-1", "123456789012", "bench"))
body = json.dumps({"Resources": {name: {"Type": "AWS::SNS::Topic"} for name in "AB"}})
began = time.process_time()
for number in range(count):
    call("CreateStack", StackName=f"s{number}", TemplateBody=body)
    call("DescribeStacks", StackName=f"s{number}")
    call("DeleteStack", StackName=f"s{number}")
taken = time.process_time() - began
cloud.close()
kept = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
known = len(cloud.world.state.stacks)
json.dump({"known": known, "peak": peak, "kept": kept, "call": taken / count / 3 * 1000}, open(sys.argv[2], "w"))
"""


def lines() -> Iterator[Line]:
    """Memory, state and processor time of a call, with a state folder, over that many stacks made and deleted."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.json")
        code = f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{_PLAY}"
        run([sys.executable, "-c", code, str(Path(folder, "state")), str(result), str(STACKS)])
        taken: dict[str, float] = json.loads(result.read_text())
    what = f"{STACKS} stacks created and deleted"
    yield Line(f"peak memory of {what}", taken["peak"], 150, "MiB")
    yield Line("deleted stacks that are known after them", taken["known"], 1100)
    yield Line(f"state on disk after {what}", taken["kept"], 25, "MiB")
    yield Line("processor time of one of those calls, saved to disk", taken["call"], 10, "ms")
