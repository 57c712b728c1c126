"""What this system is made of: its layers, its parameters, its open ports, and what that comes to in a role."""

from templates.layers import LAYERS
from templates.parts.policy_parts import MOST_PARTS
from tests.own_system import PROJECT
from tests.templates.resolved import tree
from tests.templates.role_policies import managed_policies
from tests.templates.test_every_parameter import PARAMETERS, REACHES

# It reaches no property: Rules read it.
READ_BY_RULES = {"EnvironmentClass"}
POLICIES = PROJECT / "rendered/policies/dev-service-role.yaml"


def test_every_parameter_is_among_those_that_are_followed() -> None:
    assert REACHES.keys() | READ_BY_RULES == PARAMETERS.keys()


def test_the_layers_are_these_in_build_order() -> None:
    assert list(LAYERS) == ["network", "cert", "alb", "app-sg", "data", "ecs"]


def test_only_the_two_web_ports_are_open_to_the_internet() -> None:
    opened = [
        (entry["IpProtocol"], entry["FromPort"], entry["ToPort"])
        for layer in tree().values()
        for entry in layer.of_type("AWS::EC2::SecurityGroupIngress")
        if entry.get("CidrIp") == "0.0.0.0/0"
    ]
    assert sorted(opened) == [("tcp", 80, 80), ("tcp", 443, 443)]


def test_its_role_has_room_for_what_two_layers_more_would_need() -> None:
    assert len(managed_policies(POLICIES)) + 2 <= MOST_PARTS
