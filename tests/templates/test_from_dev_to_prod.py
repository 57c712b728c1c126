"""dev's values become prod's step by step, and tasks never stand where they cannot pull their image."""

import json

import pytest

from cloudformation.environment.environment_file import environment_files
from tests.own_system import DEV, OWN, values
from tests.templates.resolved import RENDERED, REQUIRED, tree
from tests.templates.system import System
from tests.templates.test_capabilities import PRIVATE, fresh
from tests.templates.test_replacements import replaced_by

pytestmark = pytest.mark.slow


ENVIRONMENTS = [path.stem for path in environment_files(RENDERED.parent / "params")]
# What docs/environments.md says of each step: its parameters, and what a review guards on the way.
NETWORK = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
WAYS_OUT = ("NatGatewayMode", "VpcEndpointMode")
STAYS = ("DomainName", "AppName", "VpcCidr", "PublicSubnet1Cidr", "PublicSubnet2Cidr", *NETWORK)


def test_dev_s_values_become_prod_s_and_only_the_certificate_is_replaced_on_the_way() -> None:
    dev, prod = values("dev"), values("prod")
    system, now = System(DEV.account, DEV.region), dict(dev)
    assert system.deploy(**now) == "CREATE_COMPLETE"
    names = [name for name in prod if name not in STAYS and prod[name] != dev[name]]
    steps: list[dict[str, str]] = [
        NETWORK | {name: prod[name] for name in WAYS_OUT},
        {"TaskSubnetTier": "private"},
        {name: prod[name] for name in names if name.startswith("AlternativeDomainName")},
        {name: prod[name] for name in names},
    ]
    replaced = []
    for step in steps:
        rows = system.plan(**(after := now | step))
        replaced += [path for path, row in rows.items() if any(replaced_by(name, row) for name in step)]
        assert system.deploy(**after) == "UPDATE_COMPLETE"
        now = after
    assert replaced == ["Cert/Certificate", "Ecs/TaskDefinition"]
    assert system.resources() == fresh(now)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_is_made_from_nothing(environment: str) -> None:
    rows = json.loads((RENDERED / "params" / f"{environment}.json").read_text(encoding="utf-8"))
    own = {row["ParameterKey"]: row["ParameterValue"] for row in rows}
    system = System(OWN[environment].account, OWN[environment].region)
    assert system.deploy(**own) == "CREATE_COMPLETE"
    assert system.resources() == fresh(own)


def events_of(system: System) -> list[str]:
    """`Layer/LogicalId status` of every event of the last operation's stacks, oldest first, by the time of each."""
    rows = system.play("DescribeStackResources", StackName="system")["StackResources"]
    told = []
    for row in rows:
        events = system.play("DescribeStackEvents", StackName=row["PhysicalResourceId"])["StackEvents"]
        told += [
            (
                str(event["Timestamp"]),
                f"{row['LogicalResourceId']}/{event['LogicalResourceId']} {event['ResourceStatus']}",
            )
            for event in events
        ]
    return [text for _, text in sorted(told)]


BOTH = {f"{kind}{number}" for kind in ("PrivateSubnet", "PrivateRouteTable") for number in (1, 2)}
ROUTED = BOTH | {"PrivateDefaultRoute1", "PrivateDefaultRoute2"}
WAYS = {
    "one gateway": ({"NatGatewayMode": "single"}, ROUTED | {"NatEip1", "NatGateway1"}),
    "a gateway in each zone": (
        {"NatGatewayMode": "per-az"},
        ROUTED | {"NatEip1", "NatGateway1", "NatEip2", "NatGateway2"},
    ),
    "a regional gateway": ({"NatGatewayMode": "regional"}, ROUTED | {"RegionalNatGateway"}),
    "a gateway beside S3's endpoint": (
        {"NatGatewayMode": "single", "VpcEndpointMode": "gateway"},
        ROUTED | {"NatEip1", "NatGateway1", "S3Endpoint"},
    ),
    "endpoints": (
        {"VpcEndpointMode": "interface"},
        BOTH | {"S3Endpoint", "EcrApiEndpoint", "EcrDkrEndpoint", "LogsEndpoint", "InterfaceEndpointSecurityGroup"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_private_tasks_pull_their_image_through_stands_before_the_first_and_until_after_the_last(way: str) -> None:
    """There in one update, back in two, the tasks first; and nothing that they need is touched meanwhile."""
    chosen, needed = WAYS[way]
    system, ranges = System(), {**PRIVATE, **chosen}
    system.deploy()
    for given in ({**ranges, "TaskSubnetTier": "private"}, ranges, {}):
        assert system.deploy(**given) == "UPDATE_COMPLETE"
    told = events_of(system)
    first = told.index("Ecs/Service UPDATE_IN_PROGRESS")
    last = max(place for place, text in enumerate(told) if text == "Ecs/Service UPDATE_COMPLETE")
    assert told.count("Ecs/Service UPDATE_COMPLETE") == 2
    for name in sorted(needed):
        places = {text.partition(" ")[2]: at for at, text in enumerate(told) if text.startswith(f"Network/{name} ")}
        assert places["CREATE_COMPLETE"] < first
        assert places["DELETE_IN_PROGRESS"] > last
        others = [at for status, at in places.items() if not status.startswith("CREATE")]
        assert all(at > last for at in others)


def test_back_in_one_update_s3_s_endpoint_leaves_the_tasks_before_they_move() -> None:
    """Why it takes two: what deploy.py guards (tests/test_deploy_tasks_first.py) would happen."""
    system, stays = System(), {"VpcEndpointMode": "gateway"}
    system.deploy(**PRIVATE, **stays, NatGatewayMode="single", TaskSubnetTier="private")
    assert system.deploy(**stays) == "UPDATE_COMPLETE"
    told = events_of(system)
    assert told.index("Network/S3Endpoint UPDATE_COMPLETE") < told.index("Ecs/Service UPDATE_IN_PROGRESS")


def test_the_values_of_both_environments_resolve_to_what_they_say() -> None:
    prod = tree(**{name: value for name, value in values("prod").items() if name not in REQUIRED} | {})["ecs"]
    network = prod.properties("Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    assert network["Subnets"] == ["network.PrivateSubnet1", "network.PrivateSubnet2"]
    dev = tree(**{name: value for name, value in values("dev").items() if name not in REQUIRED})["ecs"]
    assert [item["Weight"] for item in dev.properties("Service")["CapacityProviderStrategy"]] == ["0", "1"]
