"""Fn::ToJsonString: what text a value becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.intrinsics.evaluation import Scope, resolve
from rehearsal.language.transforms.json_string import json_string

ARN = {"Fn::GetAtt": ["Topic", "TopicArn"]}
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="ab${}", max_size=3), inner, max_size=3)
    ),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, "x"]}, '{"b":1,"a":[true,"x"]}'),
        ({}, "{}"),
        ([], "[]"),
        ([{"k": {}}, []], '[{"k":{}},[]]'),
        ({"é": 'quoted "text"'}, '{"é":"quoted \\"text\\""}'),
        ({"literal": "${Name}"}, '{"literal":"${Name}"}'),
    ],
)
def test_the_text_is_compact_and_in_the_order_of_the_template(value: Any, text: str) -> None:
    assert json_string(value) == text


@given(PLAIN)
def test_a_value_without_functions_reads_back(value: Any) -> None:
    text = json_string([value])
    assert isinstance(text, str)
    assert json.loads(text) == [value]


def test_what_only_the_stack_knows_is_a_variable_of_a_sub() -> None:
    made = json_string({"arn": ARN, "literal": "${Name}", "list": ["x", {"Ref": "Topic"}]})
    text = '{"arn":"${Value0}","literal":"${!Name}","list":["x","${Value1}"]}'
    assert made == {"Fn::Sub": [text, {"Value0": ARN, "Value1": {"Ref": "Topic"}}]}
    scope = Scope({}, resource=lambda name: "id", attribute=lambda name, wanted: "arn:x")
    assert resolve(made, scope) == '{"arn":"arn:x","literal":"${Name}","list":["x","id"]}'
