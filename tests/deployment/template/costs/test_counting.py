"""The length of a list is known where its members are not, and not where a condition or a list may hide in it."""

from __future__ import annotations

import pytest

from cloudformation.text import read
from deployment.template.costs.counting import members
from tests.deployment.template.costs.sides import path, side

_NETWORK = """\
Parameters:
  Third: {Type: String, Default: "no"}
Conditions:
  ThirdGiven: !Equals [!Ref Third, "yes"]
Resources:
  One: {Type: AWS::EC2::Subnet}
  Two: {Type: AWS::EC2::Subnet}
  Three: {Type: AWS::EC2::Subnet, Condition: ThirdGiven}
Outputs:
  Ids: {Value: !Join [",", [!Ref One, !Ref Two, !If [ThirdGiven, !Ref Three, !Ref "AWS::NoValue"]]]}
  Odd: {Value: !Join ["-", [!Ref One, !Ref Two]]}
"""
_ROOT = """\
Parameters:
  Third: {Type: String}
  Given: {Type: CommaDelimitedList, Default: "a,b,c,d"}
Conditions:
  Inside: !Equals [!Ref Third, "yes"]
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: network.yaml, Parameters: {Third: !Ref Third}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: app.yaml
      Parameters:
        Subnets: !GetAtt Network.Outputs.Ids
        Chosen: !If [Inside, !GetAtt Network.Outputs.Ids, !Join [",", !Ref Given]]
        Odd: !GetAtt Network.Outputs.Odd
"""
_APP = """\
Parameters:
  Subnets: {Type: CommaDelimitedList}
  Chosen: {Type: CommaDelimitedList}
  Odd: {Type: CommaDelimitedList}
Conditions:
  Later: !Equals [!Ref Odd, x]
Resources:
  Own: {Type: AWS::EC2::Subnet}
"""


@pytest.mark.parametrize(
    ("expression", "third", "count"),
    [
        ("[a, b]", "no", 2),
        ("[]", "no", 0),
        ("!Ref Subnets", "no", 2),
        ("!Ref Subnets", "yes", 3),
        ("!Ref Chosen", "yes", 3),
        ("!Ref Chosen", "no", 4),
        ('!Split [",", !Join [",", !Ref Subnets]]', "yes", 3),
        ("[!Ref Own, !GetAtt Own.SubnetId]", "no", 2),
        ('[!Ref Own, !If [Later, b, !Ref "AWS::NoValue"]]', "no", None),
        ("[!Ref Subnets]", "no", None),
        ("!Ref Odd", "no", None),
        ("!GetAtt Own.Ids", "no", None),
        ("!If [Later, [a], [a, b]]", "no", None),
    ],
)
def test_a_list_is_followed_to_where_it_is_written(expression: str, third: str, count: int | None) -> None:
    values = side({"": _ROOT, "Network": _NETWORK, "App": _APP}, Third=third)
    assert members(values, path("App"), read(f"X: {expression}")["X"]) == count


def test_a_layer_that_a_macro_makes_tells_no_length() -> None:
    values = side({"": _ROOT, "Network": f"Transform: Own\n{_NETWORK}", "App": _APP}, Third="no")
    assert members(values, path("App"), {"Ref": "Subnets"}) is None
