"""The local CloudFormation over large trees: how planning and creating grow with the number of resources."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bench.measure import PROJECT, Line, growth, least, run, sizes_in_turn

CHILDREN = 20
SIZES = (500, 1000, 2000)
TURNS = 3
DENSE = (250, 500)  # resources of one template, each with ten references
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
    """A root with CHILDREN nested stacks that have that many resources in all, each referring to the one before."""
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
    with tempfile.TemporaryDirectory() as folder:
        objects, result = Path(folder, "objects.json"), Path(folder, "result.json")

        def played(templates: dict[str, str]) -> dict[str, float]:
            objects.write_text(json.dumps(templates))
            code = f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{_PLAY}"
            run([sys.executable, "-c", code, str(objects), str(result)])
            taken: dict[str, float] = json.loads(result.read_text())
            return taken

        trees = sizes_in_turn(SIZES, lambda size: played(_tree(size, "root") | _tree(size, "root2")), TURNS)
        dense = sizes_in_turn(DENSE, lambda size: played(_dense(size, "root") | _dense(size, "root2")), TURNS)
    most = SIZES[-1]
    yield Line(f"planning {most} new resources in {CHILDREN} nested stacks", least(trees, most, "planned"), 3, "s")
    yield Line(f"planning a change of {most} resources", least(trees, most, "again"), 3, "s")
    yield Line(f"creating {most} resources in simulated time", least(trees, most, "created"), 5, "s")
    yield Line("peak memory of that", least(trees, most, "peak"), 300, "MiB")
    for small, large in pairwise(SIZES):
        figure = growth(trees, small, large, "again")
        yield Line(f"planning {large} resources / {small} resources (2 is linear)", figure, 2.8)
    half, referring = DENSE
    for what, key in (("planning", "planned"), ("planning a change of", "again")):
        name = f"{what} {referring} resources with {referring * 10} references"
        yield Line(name, least(dense, referring, key), 1, "s")
    yield Line("planning 5000 references / 2500 references (2 is linear)", growth(dense, half, referring, "again"), 2.8)
