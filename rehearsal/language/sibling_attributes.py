"""Attributes of a resource that come from other resources, as they exist when the attribute is read.

A VPC has the IPv6 ranges of its AWS::EC2::VPCCidrBlocks, an instance the address of its Elastic IP, a target group the
load balancers whose listeners send to it. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from cloudformation.references import references
from cloudformation.scalars import text_of
from cloudformation.template.resource import TemplateResource
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

_EC2 = "AWS::EC2::"
_ELB = "AWS::ElasticLoadBalancingV2::"
Around = Callable[[str], Iterator[StackResource]]


def with_siblings(world: World, stack: Stack, resource: StackResource, wanted: str) -> Any:
    """The attribute of an existing resource, with what other resources in its Region add to it."""
    own, rule = resource.attributes[wanted], _RULES.get((resource.type, wanted))
    if rule is None:
        return own

    def around(type_name: str) -> Iterator[StackResource]:
        return (other for _, other in world.standing(stack.region) if other.type == type_name)

    return rule[1](resource, own, around)


def feeders(type_name: str, wanted: str) -> tuple[str, ...]:
    """The types whose resources add to an attribute."""
    rule = _RULES.get((type_name, wanted))
    return rule[0] if rule else ()


def fed_by(resources: Mapping[str, TemplateResource], conditions: Mapping[str, Any]) -> dict[str, set[str]]:
    """For each resource that reads an attribute to which others add, the resources whose type does."""
    adding: dict[tuple[str, str], set[str]] = {}
    for (type_name, wanted), (types, _) in _RULES.items():
        names = {name for name, entry in resources.items() if entry.type in types}
        if names:
            adding[type_name, wanted] = names
    found: dict[str, set[str]] = {}
    for name, entry in resources.items() if adding else ():
        for reference in references(entry.values, conditions.get):
            if reference.name in resources and reference.attribute is not None:
                more = adding.get((resources[reference.name].type, reference.attribute), set()) - {name}
                found[name] = found.get(name, set()) | more
    return found


def _ipv6_of_vpc(vpc: StackResource, own: Any, around: Around) -> list[Any]:
    return [*own, *(_ipv6(block) for block in _blocks(vpc, around) if "CidrBlock" not in block.properties)]


def _associations_of_vpc(vpc: StackResource, own: Any, around: Around) -> list[Any]:
    blocks = (block for block in _blocks(vpc, around) if "CidrBlock" in block.properties)
    return [*own, *(block.attributes.get("Id", block.physical_id) for block in blocks)]


def _blocks(vpc: StackResource, around: Around) -> Iterator[StackResource]:
    return (block for block in around(f"{_EC2}VPCCidrBlock") if block.properties.get("VpcId") == vpc.physical_id)


def _ipv6(block: StackResource) -> str:
    """The range that is given, else one of Amazon's, which are /56, or of a pool."""
    given = block.properties.get("Ipv6CidrBlock")
    if given:
        return text_of(given)
    drawn = sha256(block.physical_id.encode()).hexdigest()
    return f"2600:1f{drawn[:2]}:{drawn[2:6]}:{drawn[6:8]}00::/{block.properties.get('Ipv6NetmaskLength', 56)}"


def _ipv6_of_subnet(subnet: StackResource, own: Any, around: Around) -> list[Any]:
    blocks = around(f"{_EC2}SubnetCidrBlock")
    mine = (block for block in blocks if block.properties.get("SubnetId") == subnet.physical_id)
    return [
        *own,
        *(text_of(block.properties["Ipv6CidrBlock"]) for block in mine if "Ipv6CidrBlock" in block.properties),
    ]


def _address_of_instance(instance: StackResource, own: Any, around: Around) -> Any:
    """An Elastic IP takes the place of the address that the instance had."""
    for association in around(f"{_EC2}EIPAssociation"):
        if association.properties.get("InstanceId") == instance.physical_id:
            allocation = association.properties.get("AllocationId")
            found = (eip for eip in around(f"{_EC2}EIP") if eip.attributes.get("AllocationId") == allocation)
            return next((eip.physical_id for eip in found), association.properties.get("EIP", own))
    mine = (eip for eip in around(f"{_EC2}EIP") if eip.properties.get("InstanceId") == instance.physical_id)
    return next((eip.physical_id for eip in mine), own)


def _balancers_of_group(group: StackResource, own: Any, around: Around) -> list[Any]:
    listeners = {listener.physical_id: listener for listener in around(f"{_ELB}Listener")}
    sending = [listener for listener in listeners.values() if _names(listener.properties, group.physical_id)]
    for rule in around(f"{_ELB}ListenerRule"):
        listener = listeners.get(text_of(rule.properties.get("ListenerArn", "")))
        if listener is not None and _names(rule.properties, group.physical_id):
            sending.append(listener)
    return list(dict.fromkeys([*own, *(text_of(listener.properties["LoadBalancerArn"]) for listener in sending)]))


def _names(value: Any, physical_id: str) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value == physical_id or any(_names(item, physical_id) for item in inner)


_RULES: dict[tuple[str, str], tuple[tuple[str, ...], Callable[[StackResource, Any, Around], Any]]] = {
    (f"{_EC2}VPC", "Ipv6CidrBlocks"): ((f"{_EC2}VPCCidrBlock",), _ipv6_of_vpc),
    (f"{_EC2}VPC", "CidrBlockAssociations"): ((f"{_EC2}VPCCidrBlock",), _associations_of_vpc),
    (f"{_EC2}Subnet", "Ipv6CidrBlocks"): ((f"{_EC2}SubnetCidrBlock",), _ipv6_of_subnet),
    (f"{_EC2}Instance", "PublicIp"): ((f"{_EC2}EIPAssociation", f"{_EC2}EIP"), _address_of_instance),
    (f"{_ELB}TargetGroup", "LoadBalancerArns"): ((f"{_ELB}Listener", f"{_ELB}ListenerRule"), _balancers_of_group),
}
