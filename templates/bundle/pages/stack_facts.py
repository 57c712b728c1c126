"""What the runbook names of one stack: its resources with the values of its environment, and how each is reached.

A resource that CloudFormation names is found when a command is run, by its path (`Ecs/Service`): the first block of a
chapter gives the shell a function for it and a variable for each such resource.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cloudformation.unknown import sources
from templates.bundle.deployables import Deployable
from templates.security.resolved_system import Resource, System

CLUSTER, SERVICE = "AWS::ECS::Cluster", "AWS::ECS::Service"
TASK_DEFINITION, LOG_GROUP = "AWS::ECS::TaskDefinition", "AWS::Logs::LogGroup"
TARGET_GROUP, CERTIFICATE = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::CertificateManager::Certificate"
ALARM, SCALABLE_TARGET = "AWS::CloudWatch::Alarm", "AWS::ApplicationAutoScaling::ScalableTarget"
_NAMED = (SERVICE, LOG_GROUP, TARGET_GROUP, CERTIFICATE, ALARM)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|/")


@dataclass(frozen=True)
class StackFacts:
    """One stack of an environment; `platform` is the platform's stack, for a service."""

    one: Deployable
    platform: StackFacts | None = None

    @property
    def title(self) -> str:
        """What its chapter is called: the environment, and the service where it is one's."""
        environment = self.one.environment
        return f"{environment.name}, service {environment.service}" if environment.service else environment.name

    @property
    def stack(self) -> str:
        return self.one.environment.stack

    @property
    def region(self) -> str:
        return self.one.environment.region

    def program(self, verb: str, *options: str) -> str:
        """A command of the bundle's own program."""
        environment = self.one.environment
        service = ["--service", environment.service] if environment.service else []
        return " ".join(["bin/deploy.sh", verb, "--env", environment.name, *service, *options])

    def aws(self, command: str, *options: str) -> str:
        """A command of the AWS CLI, in the stack's Region whatever the shell's own is."""
        return " ".join(["aws", command, *options, "--region", self.region])

    def of_stack(self, command: str, *options: str) -> str:
        """A command of the AWS CLI about the stack."""
        return self.aws(f"cloudformation {command}", "--stack-name", self.stack, *options)

    def console(self, *places: str) -> str:
        """Where the console shows the same."""
        return f"Console, Region {self.region}: {', '.join(f'**{place}**' for place in places)}."

    @property
    def in_console(self) -> tuple[str, str, str]:
        return "CloudFormation", "Stacks", self.stack

    @cached_property
    def system(self) -> System:
        return System(self.one.tree, self.one.environment, self.one.values)

    def of(self, type_name: str) -> list[Resource]:
        """The resources of a type that there are, or may be."""
        return self.system.of(type_name)

    def declares(self, name: str) -> bool:
        """Whether the stack takes a parameter of that name."""
        return name in self.one.tree.document.get("Parameters", {})

    def named(self) -> Iterator[Resource]:
        """The resources that commands of the chapter name by a variable."""
        for type_name in _NAMED:
            yield from self.of(type_name)

    @property
    def has_tasks(self) -> bool:
        """Whether a service of ECS runs in it."""
        return bool(self.of(SERVICE))

    @property
    def cluster(self) -> str:
        """The cluster's name: of the platform, for a service."""
        if self.platform is not None:
            return self.platform.cluster
        for cluster in self.of(CLUSTER):
            name = cluster["ClusterName"]
            return name if isinstance(name, str) else f'"{variable(cluster)}"'
        return ""

    def leads_to(self, value: object, type_name: str) -> Resource | None:
        """The resource of a type that a value comes from."""
        named = {(source.path, source.name) for source in sources(value)}
        return next((one for one in self.of(type_name) if (one.path, one.name) in named), None)


def shown_name(facts: StackFacts, resource: Resource) -> str:
    """What CloudFormation names a resource like: the stack, the path, and letters of its own."""
    return "-".join([facts.stack, *(f"{name}-…" for name in (*resource.path, resource.name))])


def path_of(resource: Resource) -> str:
    """The path of a resource as reviews show it."""
    return "/".join((*resource.path, resource.name))


def variable(resource: Resource) -> str:
    """The variable that has a resource's physical id: `$ECS_LOG_GROUP` of Ecs/LogGroup."""
    return f"${'_'.join(_WORDS.split(path_of(resource))).upper()}"
