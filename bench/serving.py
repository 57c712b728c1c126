"""`python -m rehearsal` as a user meets it, with the real services beside it: its start, and the first plan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.measure import PROJECT, Line

RESOURCES = 300
TURNS = 3
_SCOPE = "bench/20260101/eu-west-1/cloudformation/aws4_request"
_SIGNED = {"Authorization": f"AWS4-HMAC-SHA256 Credential={_SCOPE}, SignedHeaders=host, Signature=0"}


def _call(url: str, action: str, **parameters: str) -> str:
    form = urlencode({"Action": action, "Version": "2010-05-15", **parameters}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, form, _SIGNED)) as answer:
        return str(answer.read().decode())


def _template() -> str:
    """Topics that refer to each other, a subnet in the first zone, and a parameter with a name of its own."""
    topics = {
        f"T{index}": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"DisplayName": {"Ref": f"T{index - 1}"} if index % 10 else "first"},
        }
        for index in range(RESOURCES - 2)
    }
    zone = {"Fn::Select": [0, {"Fn::GetAZs": ""}]}
    subnet = {"VpcId": "vpc-0123456789abcdef0", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": zone}
    others = {
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": subnet},
        "Size": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/bench", "Type": "String", "Value": "1"}},
    }
    return json.dumps({"Resources": topics | others})


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _turn() -> dict[str, float]:
    command = [sys.executable, "-m", "rehearsal", "--port", "0"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            url = server.stdout.readline().strip()
            _call(url, "ListStacks")
            before = _processor_seconds(server.pid)
            named = {"StackName": "bench", "ChangeSetName": "first"}
            _call(url, "CreateChangeSet", **named, ChangeSetType="CREATE", TemplateBody=_template())
            while "<Status>CREATE_COMPLETE</Status>" not in (shown := _call(url, "DescribeChangeSet", **named)):
                assert "<Status>FAILED</Status>" not in shown, shown
            return {"start": before, "plan": _processor_seconds(server.pid) - before, "peak": _peak(server.pid)}
        finally:
            server.terminate()


def lines() -> Iterator[Line]:
    """The quickest of a few starts, and what the first plan of each takes."""
    turns = [_turn() for _ in range(TURNS)]
    least = {key: min(turn[key] for turn in turns) for key in turns[0]}
    yield Line("the rehearsal from its start to the first answer, processor", least["start"], 0.8, "s")
    yield Line(f"the first plan of {RESOURCES} resources with a named parameter, processor", least["plan"], 0.4, "s")
    yield Line("peak memory of the rehearsal after it", least["peak"], 90, "MiB")
