"""The reader: short forms become what CloudFormation takes them for."""

from typing import Any

import pytest
import yaml

from templates.rendering.yaml_reader import read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Vpc", {"Ref": "Vpc"}),
        ("!Condition Has", {"Condition": "Has"}),
        ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
        ("!GetAtt [A, B]", {"Fn::GetAtt": ["A", "B"]}),
        ("!Sub 10", {"Fn::Sub": "10"}),
        ("!If [Has, !Ref A, {B: 1}]", {"Fn::If": ["Has", {"Ref": "A"}, {"B": 1}]}),
        ("!Transform {Name: AWS::Include}", {"Fn::Transform": {"Name": "AWS::Include"}}),
    ],
)
def test_a_short_form_is_its_function(text: str, value: Any) -> None:
    assert read(text) == value


def test_what_is_not_yaml_is_an_error() -> None:
    with pytest.raises(yaml.YAMLError):
        read("a: [")
