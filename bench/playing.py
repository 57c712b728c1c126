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
TURNS = 3  # the quickest of which counts: what else the machine does only ever slows one down
REFERRING = 500  # resources of one template, each with ten references
_PLAY = """
import json, resource, sys, time
from rehearsal.control.cloud import open_cloud
from rehearsal.state.s3_object import read_url
from rehearsal.state.services import Services
from rehearsal.loopback.wire import Call
objects = {read_url(url): body for url, body in json.load(open(sys.argv[1])).items()}
class Bucket(Services):
    def fetch(self, wanted):
        return objects[wanted].encode()
cloud = open_cloud(None, "123456789012", Bucket())
def call(operation, **parameters):
    return cloud.handle(Call(operation, parameters, "eu-west-1", "123456789012", "bench"))
def step(what, *arguments, **more):
    started = time.process_time()
    what(*arguments, **more)
    cloud.run_until_idle()
    return time.process_time() - started
planned = step(call, "CreateChangeSet", StackName="large", ChangeSetName="a", ChangeSetType="CREATE",
               TemplateURL="https://bench.s3.amazonaws.com/root", IncludeNestedStacks=True)
created = step(call, "ExecuteChangeSet", StackName="large", ChangeSetName="a")
assert call("DescribeStacks", StackName="large")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
again = step(call, "CreateChangeSet", StackName="large", ChangeSetName="b", TemplateURL="https://bench.s3.amazonaws.com/root2",
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
        url = f"https://bench.s3.amazonaws.com/{name}/{number}"
        topics = {
            f"T{index}": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": {"Fn::Sub": f"{name}-${{T{index - 1}}}"} if index % 10 else name},
            }
            for index in range(each)
        }
        objects[url] = json.dumps({"Resources": topics})
        stacks[f"Child{number}"] = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    return objects | {f"https://bench.s3.amazonaws.com/{name}": json.dumps({"Resources": stacks})}


def _dense(resources: int, name: str) -> dict[str, str]:
    """One template with ten references a resource, each to one of the ten before it."""
    entries = {}
    for index in range(resources):
        before = [f"T{max(index - step, 0)}" for step in range(1, 11)] if index else []
        named = [{"Ref": each} if step % 2 else {"Fn::GetAtt": [each, "TopicName"]} for step, each in enumerate(before)]
        properties = {"DisplayName": {"Fn::Join": ["-", [name, *named]]}}
        entries[f"T{index}"] = {"Type": "AWS::SNS::Topic", "Properties": properties}
    return {f"https://bench.s3.amazonaws.com/{name}": json.dumps({"Resources": entries})}


def lines() -> Iterator[Line]:
    """Processor seconds of the largest tree and of the densest template, and the growth from one size to the next."""
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        objects, result = Path(folder, "objects.json"), Path(folder, "result.json")

        def played(templates: dict[str, str]) -> dict[str, float]:
            objects.write_text(json.dumps(templates))
            code = f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{_PLAY}"
            turns = []
            for _ in range(TURNS):
                run([sys.executable, "-c", code, str(objects), str(result)])
                turns.append(json.loads(result.read_text()))
            return {key: min(turn[key] for turn in turns) for key in turns[0]}

        for size in SIZES:
            taken[size] = played(_tree(size, "root") | _tree(size, "root2"))
        dense = {size: played(_dense(size, "root") | _dense(size, "root2")) for size in (REFERRING // 2, REFERRING)}
    largest = taken[SIZES[-1]]
    yield Line(f"planning {SIZES[-1]} new resources in {CHILDREN} nested stacks", largest["planned"], 3, "s")
    yield Line(f"planning a change of {SIZES[-1]} resources", largest["again"], 3, "s")
    yield Line(f"creating {SIZES[-1]} resources in virtual time", largest["created"], 5, "s")
    yield Line("peak memory of that", largest["peak"], 300, "MiB")
    for small, large in pairwise(SIZES):
        growth = taken[large]["again"] / taken[small]["again"]
        yield Line(f"planning {large} resources / {small} resources (2 is linear)", growth, 2.8)
    for what, key in (("planning", "planned"), ("planning a change of", "again")):
        figure = dense[REFERRING][key]
        yield Line(f"{what} {REFERRING} resources with {REFERRING * 10} references", figure, 1, "s")
    growth = dense[REFERRING]["again"] / dense[REFERRING // 2]["again"]
    yield Line("planning 5000 references / 2500 references (2 is linear)", growth, 2.8)
