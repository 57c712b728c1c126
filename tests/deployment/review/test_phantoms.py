"""What a resource that takes another's place answers: how whole change sets are followed stands in test_review.py."""

from __future__ import annotations

import pytest

from deployment.review.constant_attributes import made_anew
from deployment.review.review import WillChange


@pytest.mark.parametrize(
    ("kind", "attribute", "moves"),
    [
        ("AWS::EC2::VPC", "", WillChange.YES),
        ("AWS::EC2::VPC", "VpcId", WillChange.YES),
        ("AWS::EC2::VPC", "CidrBlock", WillChange.MAY),
        ("AWS::SNS::Topic", "DisplayName", WillChange.MAY),
        ("Custom::Image", "Id", WillChange.MAY),
    ],
)
def test_what_identifies_a_resource_is_another_one_and_what_repeats_a_property_may_not_be(
    kind: str, attribute: str, moves: WillChange
) -> None:
    assert made_anew(kind, attribute) is moves
