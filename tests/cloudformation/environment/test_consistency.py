"""What Rules cannot say."""

from cloudformation.environment.consistency import inconsistencies
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value

_ENVIRONMENT = Environment(
    "dev", Place("p.yaml"), "1", "r", "s", "b", False, {}, (), {}, {"parameters": Place("p.yaml", 3)}
)


def _findings(**texts: str) -> list[str]:
    values = {name: Value(Declared(name, "String", {}), text, Place("p.yaml", 9)) for name, text in texts.items()}
    return [str(problem) for problem in inconsistencies(values, _ENVIRONMENT)]


def test_a_subnet_outside_the_vpc_is_told() -> None:
    assert _findings(VpcCidr="10.0.0.0/16", PublicSubnet1Cidr="10.1.1.0/24", PublicSubnet2Cidr="") == [
        "p.yaml:9: PublicSubnet1Cidr (10.1.1.0/24) is not inside VpcCidr (10.0.0.0/16)"
    ]


def test_subnets_that_overlap_are_told_once() -> None:
    assert _findings(VpcCidr="10.0.0.0/16", PublicSubnet1Cidr="10.0.0.0/23", PublicSubnet2Cidr="10.0.1.0/24") == [
        "p.yaml:9: PublicSubnet2Cidr (10.0.1.0/24) overlaps PublicSubnet1Cidr (10.0.0.0/23)"
    ]


def test_values_that_are_no_ipv4_network_are_left_to_their_pattern() -> None:
    assert _findings(VpcCidr="10.0.0.0/16", PublicSubnet1Cidr="::/0", PublicSubnet2Cidr="nonsense") == []
