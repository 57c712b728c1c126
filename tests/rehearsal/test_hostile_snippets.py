"""No snippet breaks the rehearsal: whatever S3 holds, the answer is a plan or a refusal, soon and in little memory."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.limits import TEMPLATE_BYTES
from cloudformation.refusals import CloudFormationError
from rehearsal.state.s3_object import S3Object
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.test_hostile_templates import NEAR_TEMPLATES, PATIENT, VALUES, nested

INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://snippets/key"}}
FUNCTION = {"Fn::Transform": INCLUDE}


def answered(document: Any, snippet: bytes) -> tuple[str, Play]:
    """What becomes of a template in S3 with that snippet: a reason, a stack's status or the code of a refusal."""
    play = Play()
    play.services.objects[S3Object("snippets", "key")] = snippet
    url = play.put("root.json", document)
    request = {"StackName": "demo", "ChangeSetName": "review", "ChangeSetType": "CREATE", "TemplateURL": url}
    try:
        change_set = play("CreateChangeSet", Capabilities=["CAPABILITY_NAMED_IAM"], **request)["Id"]
        play.settle()
        found = play.described(change_set)
        if found["Status"] == "FAILED":
            return found["StatusReason"], play
        play("ExecuteChangeSet", ChangeSetName=change_set)
        play.settle()
        return play.stack()["StackStatus"], play
    except CloudFormationError as error:
        return error.code if error.message else "", play


@PATIENT
@given(NEAR_TEMPLATES, VALUES | st.dictionaries(st.sampled_from(["A", "B", "P", "Outputs", "Parameters"]), VALUES))
def test_a_snippet_of_any_content_is_planned_or_refused(template: Any, snippet: Any) -> None:
    resources = {**template["Resources"], **FUNCTION}
    for document in ({**template, "Resources": resources}, {**template, "Transform": INCLUDE}):
        end, play = answered(document, json.dumps(snippet).encode())
        assert end
        found = play.cloud.world.find("demo", REGION)
        if found is not None and found.target is not None:
            assert "Fn::Transform" not in found.target.template


@PATIENT
@given(st.binary(max_size=60) | st.text(alphabet="{}[]:,-!&*#|>'\"%@`? \n\tAa1", max_size=60).map(str.encode))
def test_bytes_of_any_kind_are_planned_or_refused(snippet: bytes) -> None:
    assert answered({"Resources": {"T": {"Type": "AWS::SNS::Topic"}, **FUNCTION}}, snippet)[0]


TOPIC = {"Type": "AWS::SNS::Topic"}
MANY = {"Resources": {"T": TOPIC | {"Metadata": [FUNCTION] * 8000}}}
ONCE = {"Resources": {"T": TOPIC, **FUNCTION}}
DEEP = {"Resources": {"T": TOPIC | {"Metadata": nested(190, FUNCTION, lambda inner: [inner])}}}
OUTGROWN = "Transformation data limit exceeded"
CONTENT = "Transform AWS::Include failed with: The specified S3 object's content should be valid Yaml/JSON"
UNSUPPORTED = "Template format error: unsupported structure."
HUGE: dict[str, tuple[Any, bytes, str]] = {
    "far too large": (MANY, b"A: " + b"x" * 50_000_000, OUTGROWN),
    "large, and many times": (MANY, b"A: " + b"x" * TEMPLATE_BYTES, OUTGROWN),
    "small, and many times": (MANY, b"A: [1, 2, 3]", "CREATE_COMPLETE"),
    "many keys": (
        ONCE,
        b"".join(b"K%d: v\n" % i for i in range(20_000)),
        "Template format error: Number of resources",
    ),
    "a YAML bomb": (
        MANY,
        b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (i, i) for i in range(40_000)),
        CONTENT,
    ),
    "YAML in flow style": (MANY, b"A: " + b"{A: " * 100_000, CONTENT),
    "JSON lists": (MANY, b'{"A":' + b"[" * 500_000, CONTENT),
    "deep": (DEEP, b"A: " + b"[" * 190 + b"]" * 190, UNSUPPORTED),
    "itself": (MANY, json.dumps(FUNCTION).encode(), CONTENT),
}


@pytest.mark.parametrize("name", HUGE)
@pytest.mark.slow
def test_malice_in_a_snippet_is_answered_in_little_memory(name: str) -> None:
    document, snippet, end = HUGE[name]
    tracemalloc.start()
    try:
        assert answered(document, snippet)[0].startswith(end)
        assert tracemalloc.get_traced_memory()[1] < 100 * TEMPLATE_BYTES
    finally:
        tracemalloc.stop()
