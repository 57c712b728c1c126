"""What an expression reads, and what is not known yet: how whole change sets are followed stands in test_review.py."""

from __future__ import annotations

import pytest

from deployment.review.phantoms import is_unknown, referred
from deployment.template.template import parse_document
from tests.deployment.shapes import placeholder


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("!Ref Vpc", [("Vpc", "")]),
        ("!GetAtt Alb.DNSName", [("Alb", "DNSName")]),
        ("!GetAtt Network.Outputs.VpcId", [("Network", "Outputs.VpcId")]),
        ("{Fn::GetAtt: [Network, Outputs.VpcId]}", [("Network", "Outputs.VpcId")]),
        ('!Sub "${AWS::Region}/${Log}/${Log.Arn}/${!Literal}"', [("AWS::Region", ""), ("Log", ""), ("Log", "Arn")]),
        ('!Sub ["${a}-${Topic}", {a: !Ref Own}]', [("a", ""), ("Topic", ""), ("Own", "")]),
        ("!Join [',', [!Ref A, [!If [Has, !Ref B, plain]]]]", [("A", ""), ("B", "")]),
        ("plain", []),
        ("7", []),
    ],
)
def test_an_expression_reads_what_its_functions_name(text: str, read: list[tuple[str, str]]) -> None:
    assert list(referred(parse_document(f"X: {text}")["X"])) == read


@pytest.mark.parametrize(
    "value", [None, "{{changeSet:KNOWN_AFTER_APPLY}}", "a,{{changeSet:KNOWN_AFTER_APPLY}}", placeholder("Net", "Id")]
)
def test_what_is_left_out_or_stands_for_something_is_not_known_yet(value: str | None) -> None:
    assert is_unknown(value)


@pytest.mark.parametrize("value", ["", "vpc-1", "{{resolve:secretsmanager:x}}"])
def test_a_value_is_known(value: str) -> None:
    assert not is_unknown(value)
