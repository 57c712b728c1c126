"""What the registry schemas say positively: that a property is updated in place."""

from __future__ import annotations

import pytest

from cloudformation.template.update_behaviors import is_updated_in_place


@pytest.mark.parametrize(
    ("type_name", "path", "known"),
    [
        ("AWS::ECS::Service", ("DesiredCount",), True),
        ("AWS::ECS::Service", ("Cluster",), False),
        ("AWS::EC2::Subnet", ("Tags", "0", "Value"), True),
        ("AWS::EC2::VPC", ("CidrBlock",), False),
        ("AWS::RDS::DBInstance", ("AvailabilityZone",), False),  # under conditions
        ("AWS::ElasticLoadBalancingV2::TargetGroup", ("HealthCheckPath",), True),
        ("AWS::ECS::Service", ("NotDeclared",), False),
        ("AWS::ECS::Service", (), False),
        ("AWS::CloudFormation::WaitCondition", ("Count",), False),
        ("AWS::Unknown::Type", ("Name",), False),
        ("Custom::Thing", ("Name",), False),
    ],
)
def test_only_what_a_schema_says_positively_is_known(type_name: str, path: tuple[str, ...], known: bool) -> None:
    assert is_updated_in_place(type_name, path) is known


def test_a_whole_of_which_a_part_is_create_only_is_not_known() -> None:
    assert not is_updated_in_place("AWS::EC2::Instance", ("NetworkInterfaces",))
