"""dev's values become prod's step by step, and tasks never stand where they cannot pull their image."""

import json

import pytest

from tests.templates.resolved import RENDERED, REQUIRED, tree
from tests.templates.system import System
from tests.templates.test_capabilities import PRIVATE, fresh
from tests.templates.test_replacements import replaced_by

pytestmark = pytest.mark.slow


def values(environment: str) -> dict[str, str]:
    rows = json.loads((RENDERED / "params" / f"{environment}.json").read_text(encoding="utf-8"))
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}


# What docs/environments.md says of each step: its parameters, and what a review guards on the way.
NETWORK = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
WAYS_OUT = ("NatGatewayMode", "VpcEndpointMode")
STAYS = ("DomainName", "AppName", "VpcCidr", "PublicSubnet1Cidr", "PublicSubnet2Cidr", *NETWORK)


def test_dev_s_values_become_prod_s_and_only_the_certificate_is_replaced_on_the_way() -> None:
    dev, prod = values("dev"), values("prod")
    system, now = System(), dict(dev)
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


def test_the_two_environments_are_made_from_nothing() -> None:
    for environment in ("dev", "prod"):
        system = System()
        assert system.deploy(**values(environment)) == "CREATE_COMPLETE"
        assert system.resources() == fresh(values(environment))


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


def test_private_tasks_start_only_where_the_way_out_stands() -> None:
    system = System()
    system.deploy()
    private = {**PRIVATE, "NatGatewayMode": "per-az", "TaskSubnetTier": "private"}
    assert system.deploy(**private) == "UPDATE_COMPLETE"
    told = events_of(system)
    moved = told.index("Ecs/Service UPDATE_IN_PROGRESS")
    for needed in ("PrivateDefaultRoute1", "PrivateDefaultRoute2", "NatGateway1", "NatGateway2"):
        assert told.index(f"Network/{needed} CREATE_COMPLETE") < moved


def test_back_in_two_updates_the_way_out_goes_when_no_task_is_private() -> None:
    system = System()
    private = {**PRIVATE, "NatGatewayMode": "single"}
    system.deploy(**private, TaskSubnetTier="private")
    assert system.deploy(**private) == "UPDATE_COMPLETE"
    assert system.deploy() == "UPDATE_COMPLETE"
    told = events_of(system)
    moved = max(place for place, text in enumerate(told) if text == "Ecs/Service UPDATE_COMPLETE")
    gone = [place for place, text in enumerate(told) if text.startswith("Network/") and "DELETE_IN_PROGRESS" in text]
    assert gone
    assert min(gone) > moved


def test_the_values_of_both_environments_resolve_to_what_they_say() -> None:
    prod = tree(**{name: value for name, value in values("prod").items() if name not in REQUIRED} | {})["ecs"]
    network = prod.properties("Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    assert network["Subnets"] == ["network.PrivateSubnet1", "network.PrivateSubnet2"]
    dev = tree(**{name: value for name, value in values("dev").items() if name not in REQUIRED})["ecs"]
    assert [item["Weight"] for item in dev.properties("Service")["CapacityProviderStrategy"]] == ["0", "1"]
