"""Who reaches whom: the arrows of a picture, each from what the templates say.

Requests come from the internet through a gateway to a load balancer that faces it, over the ports that its security
groups let in; records and certificates lead to a load balancer; listeners and rules forward to the owner of the target
group; security groups let in each other; default routes lead out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from templates.pictures.facts.captions import others, traffic
from templates.pictures.facts.network_facts import EVERYWHERE, vpcs
from templates.pictures.facts.placement import GROUP, outermost
from templates.pictures.facts.resolved_tree import ResolvedTree, Resource
from templates.pictures.facts.values import entries, named, part, text

INTERNET = "internet"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@dataclass(frozen=True)
class Flow:
    """One arrow; the ends are paths of resources, `internet`, or who a security group names that is no resource."""

    source: str
    target: str
    label: str = ""


def requests(tree: ResolvedTree) -> list[Flow]:
    """What leads a request to the tasks."""
    flows = [*_from_the_internet(tree), *_to_load_balancers(tree), *_forwarded(tree)]
    return merged(flow for flow in flows if flow.source != flow.target)


def ways_out(tree: ResolvedTree) -> list[Flow]:
    """From each subnet to what its default route leads to, where that is not the internet gateway itself."""
    subnets = [subnet for vpc in vpcs(tree) for subnet in vpc.subnets if subnet.kind == "private"]
    return merged(
        Flow(subnet.resource.path, way.path, destination) for subnet in subnets for destination, way in subnet.ways_out
    )


def permissions(tree: ResolvedTree) -> list[Flow]:
    """Who may send what to the members of each security group; themselves, their card says alone."""
    return merged(
        Flow(source, group.path, traffic(rule))
        for group in tree.of_type(GROUP)
        for rule in ingress_rules(tree, group)
        for source in others(tree, rule, group)
        if source != "itself"
    )


def ingress_rules(tree: ResolvedTree, group: Resource) -> Iterator[Any]:
    """The rules of a group, in it and in separate resources."""
    yield from entries(group.properties.get("SecurityGroupIngress"))
    for rule in tree.of_type("AWS::EC2::SecurityGroupIngress"):
        if group in tree.referred(rule.properties.get("GroupId")):
            yield rule.properties


def depths(names: Iterable[str], flows: Iterable[Flow], most: int) -> dict[str, int]:
    """How many arrows lead to each one after the other, at most `most`: also where they go round in a circle."""
    steps = dict.fromkeys(names, 0)
    known = [flow for flow in flows if flow.source in steps and flow.target in steps]
    for _ in range(most):
        for flow in known:
            steps[flow.target] = min(max(steps[flow.target], steps[flow.source] + 1), most)
    return steps


def merged(flows: Iterable[Flow]) -> list[Flow]:
    """One arrow for all between the same two, with every label once."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for flow in flows:
        labels.setdefault((flow.source, flow.target), {})[flow.label] = None
    return [Flow(*ends, ", ".join(filter(None, texts))) for ends, texts in labels.items()]


def _from_the_internet(tree: ResolvedTree) -> Iterator[Flow]:
    gateways = tree.of_type("AWS::EC2::InternetGateway")
    yield from (Flow(INTERNET, gateway.path) for gateway in gateways)
    for balancer in tree.of_type(_BALANCER):
        if text(balancer.properties, "Scheme") != "internal":
            source = gateways[0].path if gateways else INTERNET
            yield Flow(source, balancer.path, _open_ports(tree, balancer))


def _open_ports(tree: ResolvedTree, balancer: Resource) -> str:
    """What the groups of a load balancer let in from address ranges: from everywhere, or from which."""
    groups = [entry for entry in tree.referred(balancer.properties.get("SecurityGroups")) if entry.type == GROUP]
    rules = [rule for group in groups for rule in ingress_rules(tree, group)]
    ranges = [(named(tree, rule[key]), traffic(rule)) for rule in rules for key in _RANGES if key in rule]
    ports = list(dict.fromkeys(port for _, port in ranges))
    sources = list(dict.fromkeys(source for source, _ in ranges if source not in EVERYWHERE))
    return " ".join([", ".join(ports), f"from {', '.join(sources)}" if sources else ""]).strip()


_RANGES = ("CidrIp", "CidrIpv6")


def _to_load_balancers(tree: ResolvedTree) -> Iterator[Flow]:
    for record in tree.of_type("AWS::Route53::RecordSet"):
        for target in tree.referred(part(record.properties, "AliasTarget")):
            yield Flow(record.path, outermost(tree, target).path, "alias")
    for listener in tree.of_type("AWS::ElasticLoadBalancingV2::Listener"):
        for certificate in tree.referred(listener.properties.get("Certificates")):
            yield Flow(certificate.path, outermost(tree, listener).path, "TLS")


def _forwarded(tree: ResolvedTree) -> Iterator[Flow]:
    kinds = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")
    for source in tree.of_type(*kinds):
        actions = [*entries(source.properties.get("DefaultActions")), *entries(source.properties.get("Actions"))]
        for target in tree.referred(actions):
            holder = outermost(tree, target)
            yield Flow(outermost(tree, source).path, holder.path, _port(tree, target, holder))


def _port(tree: ResolvedTree, group: Resource, service: Resource) -> str:
    """The protocol of a target group and the port at which a service takes it."""
    balancers = entries(service.properties.get("LoadBalancers"))
    ports = [text(entry, "ContainerPort") for entry in balancers if group in tree.referred(entry)]
    return f"{text(group.properties, 'Protocol')} to port {', '.join(ports)}" if ports else ""
