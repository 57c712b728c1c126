"""An environment compared with the other environments of its project: what two of them cannot both have.

Resources that the templates name by parameters exist once. Address ranges that overlap can be had, but never be peered
(VPC peering guide, "VPC peering limitations").
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place, Problem
from cloudformation.environment.one_stack import stack_of
from cloudformation.environment.parameter_values import Value, assign, declared_parameters
from cloudformation.template.given_names import Binding, GivenName, given_names
from cloudformation.template.tree import Tree

_VPC = "VpcCidr"


@dataclass(frozen=True)
class Neighbour:
    """An environment with the values that it gives to the parameters of its tree, as far as they are known."""

    environment: Environment
    values: Mapping[str, Value]

    def place(self, parameter: str | None) -> Place:
        """Where the value of a parameter is written, or where it would be."""
        value = self.values.get(parameter or "")
        return (value.place if value else None) or self.environment.place_of("parameters")


def shared_names(template: Tree, own: Neighbour, others: Iterable[Environment]) -> Iterator[tuple[Problem, bool]]:
    """Each resource that would have one name in two environments of the tree, and whether it certainly exists."""
    mine: dict[tuple[str, ...], GivenName] | None = None
    for other in _beside(own.environment, others):
        mine = _names(template, own) if mine is None else mine
        neighbour = with_values(template, other)
        for key, theirs in _names(template, neighbour).items():
            if key in mine:
                yield _shared(mine[key], own, theirs, neighbour), not (mine[key].conditional or theirs.conditional)


def _shared(given: GivenName, own: Neighbour, theirs: GivenName, neighbour: Neighbour) -> Problem:
    parameter = next(iter(given.parameters), None)
    other = neighbour.place(next(iter(theirs.parameters), None))
    return Problem(
        own.place(parameter),
        f"{parameter or 'the template'}: {'/'.join(given.resource)} ({given.type}) would be "
        f"{', '.join(given.name)}, as in {neighbour.environment.name} ({other}); AWS has only one of that name",
    )


def overlapping(template: Tree, own: Neighbour, others: Iterable[Environment]) -> Iterator[Problem]:
    """Each other environment of the account whose VPC has addresses of this one's."""
    network = _network(own)
    for other in _beside(own.environment, others) if network else ():
        neighbour = with_values(template, other)
        theirs = _network(neighbour)
        if network and theirs and network.overlaps(theirs):
            where = f"{other.name} ({neighbour.place(_VPC)})"
            text = f"{_VPC} ({network}) overlaps that of {where}, {theirs}: the two can never be peered"
            yield Problem(own.place(_VPC), text)


def with_values(template: Tree, environment: Environment) -> Neighbour:
    """An environment with its values, whether they are in order or not."""
    return Neighbour(environment, assign(declared_parameters(template), environment)[0])


def _beside(environment: Environment, others: Iterable[Environment]) -> list[Environment]:
    """Those of the same tree and account, which stand beside this one."""
    return [
        other
        for other in others
        if other.account == environment.account
        and other.rendered == environment.rendered
        and stack_of(other) != stack_of(environment)
    ]


def _names(template: Tree, neighbour: Neighbour) -> dict[tuple[str, ...], GivenName]:
    environment = neighbour.environment
    bindings = {name: Binding(value.text, name) for name, value in neighbour.values.items() if not value.kept}
    known = {"AWS::AccountId": environment.account, "AWS::Region": environment.region}
    bindings |= {name: Binding(text) for name, text in known.items()}
    names = given_names(template, bindings)
    return {given.within(environment.account, environment.region): given for given in names if given.parameters}


def _network(neighbour: Neighbour) -> IPv4Network | None:
    value = neighbour.values.get(_VPC)
    try:
        network = ip_network(value.text, strict=False) if value else None
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None
