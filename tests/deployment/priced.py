"""What a system costs by its existing resources: counted from the rehearsal's resources, not from any template."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cloudformation.environment.price_table import read_prices
from deployment.aws.clock import Clock, Polling
from deployment.aws.session import Endpoint, Session
from deployment.commands.deploy import deploy
from deployment.run.run import Run
from deployment.run.telling import Reviewed, Told
from deployment.stack.invocation import Invocation
from deployment.template.costs.cost_change import CostChange
from deployment.template.template import read_template
from rehearsal.state.stacks import StackResource
from tests.deployment.checked import checked_values
from tests.deployment.local_cloud import LocalCloud
from tests.own_system import DEV

PROJECT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "123456789012", "ap-northeast-1"
# In Tokyo, as AWS's price list has them: written once more, so that a slip in either place shows.
_GATEWAY, _ENDPOINT, _BALANCER, _ADDRESS = Decimal("0.062"), Decimal("0.014"), Decimal("0.0243"), Decimal("0.005")
_TASK = {"X86_64": (Decimal("0.05056"), Decimal("0.00553")), "ARM64": (Decimal("0.04045"), Decimal("0.00442"))}
_HOURS = 730

Bill = Mapping[str, "Decimal | None"]
"""Dollars a month by the path of what is paid for; None where they are not known."""


@dataclass(frozen=True)
class Standing:
    """One resource that stands: its path, and what it really has."""

    path: str
    type: str
    physical_id: str
    properties: Mapping[str, Any]


class PricedSystem:
    """This project's own system in an account in memory, deployed with one set of values after another."""

    def __init__(self) -> None:
        self.cloud = LocalCloud(ACCOUNT)
        self._session = self.cloud.attach(Session(REGION, Endpoint("http://127.0.0.1:1", "test", "test")))
        self._told: list[Told] = []

    def deploy(self, values: Mapping[str, str]) -> CostChange | None:
        """Deploys the values over those of dev; gives the cost that the review showed."""
        self._told = []
        deploy(self._run([f"{name}={value}" for name, value in values.items()]))
        reviewed = [told for told in self._told if isinstance(told, Reviewed)]
        return reviewed[-1].review.cost if reviewed else None

    def _run(self, assignments: Iterable[str]) -> Run:
        zone = ("HostedZoneId=Z0123456789", "DomainName=dev.example.com")
        environment = DEV.overriding([*zone, *assignments])
        root = read_template(PROJECT / "rendered/root.yaml")
        return Run(
            environment=environment,
            root=root,
            values=checked_values(root, environment),
            session=self._session,
            clock=Clock(time.monotonic, lambda _: None),
            polling=Polling(0.0, 0.0),
            token=lambda: str(uuid.uuid4()),
            tell=self._told.append,
            approve=lambda _: True,
            invocation=Invocation(("--env", "dev")),
            prices=read_prices(PROJECT / "params"),
        )

    def bill(self) -> Bill:
        """What exists is paid for, path by path."""
        standing = list(self._standing())
        return {resource.path: amount for resource in standing for amount in [_paid(resource, standing)] if amount != 0}

    def _standing(self) -> Iterator[Standing]:
        stacks = self.cloud.cloud.world.state.stacks
        paths = {arn: "" for arn, stack in stacks.items() if stack.parent is None}
        while len(paths) < len(stacks):
            for arn, stack in stacks.items():
                if stack.parent in paths:
                    above = stacks[stack.parent]
                    paths[arn] = f"{paths[stack.parent]}{_name(above.resources.values(), arn)}/"
        for arn, stack in stacks.items():
            for resource in stack.resources.values():
                if resource.exists:
                    name = f"{paths[arn]}{resource.logical_id}"
                    yield Standing(name, resource.type, resource.physical_id, resource.properties)


def _name(resources: Iterable[StackResource], arn: str) -> str:
    return next(resource.logical_id for resource in resources if resource.physical_id == arn)


def _paid(resource: Standing, standing: list[Standing]) -> Decimal | None:
    has, kind = resource.properties, resource.type.rpartition("::")[2]
    if kind == "NatGateway":
        return None if has.get("AvailabilityMode") == "regional" else _GATEWAY * _HOURS
    if kind == "EIP":
        return _ADDRESS * _HOURS
    if kind == "VPCEndpoint":
        return _ENDPOINT * _HOURS * len(has["SubnetIds"]) if has.get("VpcEndpointType") == "Interface" else Decimal(0)
    if kind == "LoadBalancer":
        public = has["Scheme"] == "internet-facing" and has["IpAddressType"] != "dualstack-without-public-ipv4"
        return (_BALANCER + (_ADDRESS * len(has["Subnets"]) if public else 0)) * _HOURS
    return _tasks(resource, standing) if resource.type == "AWS::ECS::Service" else Decimal(0)


def _tasks(service: Standing, standing: list[Standing]) -> Decimal | None:
    has = service.properties
    count = has.get("DesiredCount")
    for target in standing:
        if target.type.endswith("::ScalableTarget"):
            count = None if target.properties.get("ScheduledActions") else target.properties["MinCapacity"]
    if count is None:
        return None
    shares = {member["CapacityProvider"]: member for member in has["CapacityProviderStrategy"]}
    spot, base = shares.get("FARGATE_SPOT"), int(shares["FARGATE"]["Base"])
    if spot and int(spot["Weight"]) and (not base or int(count) > base):
        return None
    task = next(other.properties for other in standing if other.physical_id == has["TaskDefinition"])
    vcpu, memory = _TASK[task.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")]
    one = vcpu * int(task["Cpu"]) / 1024 + memory * int(task["Memory"]) / 1024
    public = has["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "ENABLED"
    return (one + (_ADDRESS if public else 0)) * int(count) * _HOURS
