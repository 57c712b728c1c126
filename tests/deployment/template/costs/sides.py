"""Sides of a tree for tests of costs: templates as text, and what becomes of their resources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cloudformation.environment.price_table import (
    APPLICATION_LOAD_BALANCER,
    FARGATE_GB,
    FARGATE_STORAGE,
    FARGATE_VCPU,
    INTERFACE_ENDPOINT,
    NAT_GATEWAY,
    NETWORK_LOAD_BALANCER,
    PUBLIC_IPV4_ADDRESS,
    Price,
)
from deployment.template.costs.cost_change import Changed, CostChange, Sided, cost_change
from deployment.template.costs.kinds import charged
from deployment.template.resource_path import ResourcePath
from deployment.template.template import parse_document
from deployment.template.values import Values

_DAY = date(2026, 11, 1)
PRICES = {
    unit: Price(usd, _DAY, "list")
    for unit, usd in {
        NAT_GATEWAY: "0.1",
        INTERFACE_ENDPOINT: "0.02",
        APPLICATION_LOAD_BALANCER: "0.03",
        NETWORK_LOAD_BALANCER: "0.04",
        PUBLIC_IPV4_ADDRESS: "0.01",
        FARGATE_VCPU["X86_64"]: "0.4",
        FARGATE_GB["X86_64"]: "0.2",
        FARGATE_VCPU["ARM64"]: "0.3",
        FARGATE_GB["ARM64"]: "0.1",
        FARGATE_STORAGE: "0.001",
        "db-postgres-single-az-db.t4g.micro-hour": "0.05",
    }.items()
}


def path(text: str) -> ResourcePath:
    return ResourcePath(text.split("/") if text else ())


def side(layers: Mapping[str, str] | str, **given: str) -> Values:
    """A side whose templates are these, by the path of their layer; a text alone is the root."""
    texts = {"": layers} if isinstance(layers, str) else layers
    documents = {path(name): parse_document(text) for name, text in texts.items()}
    return Values(documents, given, {"AWS::Region": "eu-west-1"})


def of(template: str, kind: str, at: str = "It", *, new: bool = False, **given: str) -> list[str] | str:
    """What a resource is charged for, as `2 x NatGateway`; why that is not known."""
    said = charged(side(template, **given), path(at), kind, new=new)
    return said.unknown or [f"{charge.count} x {charge.what}" for charge in said.charges]


def cost(before: Values, after: Values, changed: Mapping[str, Changed]) -> CostChange | None:
    return cost_change(Sided(before, after, {path(at): change for at, change in changed.items()}), "eu-west-1", PRICES)
