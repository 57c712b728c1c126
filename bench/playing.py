"""The local CloudFormation over large trees: how planning and creating grow with the number of resources."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bench.measure import PROJECT, Line, run

CHILDREN = 20
SIZES = (500, 1000, 2000)
_PLAY = """
import json, resource, sys, time
from rehearsal.cloud import open_cloud
from rehearsal.wire import Call
objects = json.load(open(sys.argv[1]))
cloud = open_cloud(None, "123456789012", fetch=lambda url: objects[url].encode(), parameter=lambda name, region: None)
def call(operation, **parameters):
    return cloud.handle(Call(operation, parameters, "eu-west-1", "123456789012", "bench"))
def step(what, *arguments, **more):
    started = time.perf_counter()
    what(*arguments, **more)
    cloud.run_until_idle()
    return time.perf_counter() - started
planned = step(call, "CreateChangeSet", StackName="large", ChangeSetName="a", ChangeSetType="CREATE",
               TemplateURL="https://b.s3.amazonaws.com/root", IncludeNestedStacks=True)
created = step(call, "ExecuteChangeSet", StackName="large", ChangeSetName="a")
assert call("DescribeStacks", StackName="large")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
again = step(call, "CreateChangeSet", StackName="large", ChangeSetName="b", TemplateURL="https://b.s3.amazonaws.com/root2",
             IncludeNestedStacks=True)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
json.dump({"planned": planned, "created": created, "again": again, "peak": peak}, open(sys.argv[2], "w"))
"""


def _tree(resources: int, name: str) -> dict[str, str]:
    """A root with CHILDREN nested stacks that hold that many resources in all, each referring to the one before."""
    each = resources // CHILDREN
    objects = {}
    stacks = {}
    for number in range(CHILDREN):
        url = f"https://b.s3.amazonaws.com/{name}/{number}"
        topics = {
            f"T{index}": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": {"Fn::Sub": f"{name}-${{T{index - 1}}}"} if index % 10 else name},
            }
            for index in range(each)
        }
        objects[url] = json.dumps({"Resources": topics})
        stacks[f"Child{number}"] = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    return objects | {f"https://b.s3.amazonaws.com/{name}": json.dumps({"Resources": stacks})}


def lines() -> Iterator[Line]:
    """Seconds of the largest tree, and the growth from one size to the next."""
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        objects, result = Path(folder, "objects.json"), Path(folder, "result.json")
        for size in SIZES:
            objects.write_text(json.dumps(_tree(size, "root") | _tree(size, "root2")))
            code = f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{_PLAY}"
            run([sys.executable, "-c", code, str(objects), str(result)])
            taken[size] = json.loads(result.read_text())
    largest = taken[SIZES[-1]]
    yield Line(f"planning {SIZES[-1]} new resources in {CHILDREN} nested stacks", largest["planned"], 3, "s")
    yield Line(f"planning a change of {SIZES[-1]} resources", largest["again"], 3, "s")
    yield Line(f"creating {SIZES[-1]} resources in virtual time", largest["created"], 5, "s")
    yield Line("peak memory of that", largest["peak"], 300, "MiB")
    for small, large in pairwise(SIZES):
        growth = taken[large]["again"] / taken[small]["again"]
        yield Line(f"planning {large} resources / {small} resources (2 is linear)", growth, 2.8)
