"""What is deployed by itself in an environment: the platform, and each of its services, a stack of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cloudformation.environment.at_creation import values_at_creation
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.keys.partitions import Partition, partition_of, partitions
from cloudformation.environment.services.attached import attached, attachment
from cloudformation.environment.value_sources import Setting
from cloudformation.parameters.declarations import is_no_echo
from cloudformation.template.capabilities import template_capabilities
from cloudformation.template.tree import PlainTree, Tree, section
from templates.bundle.errors import BundleError
from templates.bundle.system import System
from templates.rendering.services import path_of


@dataclass(frozen=True)
class Deployable:
    """One stack: its environment, its tree of templates, and the value of every parameter that has one.

    A value is None if the stack keeps its previous value; one that comes from an environment variable or from standard
    input is not among them.
    """

    environment: Environment
    tree: Tree
    values: Mapping[str, str | None]

    @property
    def folder(self) -> str:
        """The folder of its files in config/."""
        name, service = self.environment.name, self.environment.service
        return f"{name}/services/{service}" if service else name

    @property
    def partition(self) -> Partition:
        """The partition of its Region; raises BundleError where the list of them is not installed."""
        if not partitions():
            raise BundleError("botocore, which knows the partitions of AWS, is not installed", "make .venv/run")
        return partition_of(self.environment.region)

    @property
    def at_creation(self) -> Mapping[str, str | None]:
        """What a creation sends, which may leave something out."""
        first = values_at_creation(self.tree)
        return {name: value if value is None else first.get(name, value) for name, value in self.values.items()}

    @property
    def given_elsewhere(self) -> dict[str, Setting]:
        """The parameters whose value is in no file: it comes when something is deployed."""
        settings = self.environment.parameters.items()
        return {name: setting for name, setting in settings if setting.source and name not in self.values}

    @property
    def capabilities(self) -> list[str]:
        """What must be acknowledged, as deploy.py does."""
        needed = {name for tree in _walk(self.tree) for name in template_capabilities(tree.document)}
        return sorted(needed | set(self.environment.operation.capabilities))

    @property
    def no_echo(self) -> list[str]:
        """The parameters whose values are shown nowhere."""
        return [name for name, body in section(self.tree, "Parameters").items() if is_no_echo(body)]


def deployables(system: System) -> Iterator[Deployable]:
    """The platform of each environment, and behind it its services."""
    for one in system.environments:
        yield Deployable(one.environment, system.tree, one.values or {})
        for service, values in one.services.items():
            tree = PlainTree(system.templates[path_of(service)].content)
            own = attached(one.environment, service, attachment(tree)).environment
            yield Deployable(own, tree, values)


def _walk(tree: Tree) -> Iterator[Tree]:
    yield tree
    for nested in tree.nested.values():
        yield from _walk(nested)
