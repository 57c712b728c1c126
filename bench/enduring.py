"""Templates made to be slow: how the time to answer them grows when they double."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.measure import Line

HALF = 500_000
MALICE: dict[str, Callable[[int], str]] = {
    "half names in a sub": lambda size: _topic({"TopicName": {"Fn::Sub": "${" * (size // 2)}}),
    "names in a sub": lambda size: _topic({"TopicName": {"Fn::Sub": "${AWS::Region}" * (size // 14)}}),
    "half of a dynamic reference": lambda size: _topic({"TopicName": "{{resolve:ssm:" * (size // 14)}),
    "properties that are none": lambda size: _topic({f"K{i}": i for i in range(size // 16)}),
    "references to nothing": lambda size: _topic({"Tags": [{"Ref": f"R{i}"} for i in range(size // 18)]}),
    "YAML keys": lambda size: "".join(f"K{i}: v\n" for i in range(size // 10)),
    "quotes": lambda size: "A: '" + "''" * (size // 2),
}


def _topic(properties: dict[str, Any]) -> str:
    return json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": properties}}})


def _seconds(body: str) -> float:
    from cloudformation.refusals import CloudFormationError
    from rehearsal.control.cloud import open_cloud
    from rehearsal.loopback.wire import Call
    from rehearsal.state.s3_object import S3Object
    from rehearsal.state.services import Services

    class Bucket(Services):
        def fetch(self, wanted: S3Object) -> bytes:
            return body.encode()

    cloud = open_cloud(None, "123456789012", Bucket())
    url = "https://bench.s3.amazonaws.com/t"
    request = {"StackName": "s", "ChangeSetName": "c", "ChangeSetType": "CREATE", "TemplateURL": url}
    started = time.process_time()
    try:
        cloud.handle(Call("CreateChangeSet", request, "eu-west-1", "123456789012", "bench"))
        cloud.run_until_idle()
    except CloudFormationError:
        pass
    return time.process_time() - started


def lines() -> Iterator[Line]:
    """A megabyte against half a megabyte, each kind of malice."""
    for name, body in MALICE.items():
        # A space more each turn: nothing that was read before is remembered.
        times = [(_seconds(body(2 * HALF) + " " * turn), _seconds(body(HALF) + " " * turn)) for turn in range(5)]
        figure = statistics.median(large / small for large, small in times)
        yield Line(f"a megabyte / half of it: {name} (2 is linear)", figure, 3)
