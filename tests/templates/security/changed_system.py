"""The rendered system with something changed, and what all controls say of it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from cloudformation.environment.environment_file import Environment
from cloudformation.scalars import text_of
from cloudformation.template.tree import PlainTree, section
from templates.layers import LAYERS
from templates.security.controls import Control, Service, Verdict
from templates.security.page import SERVICES
from templates.security.resolved_system import System
from tests.own_system import DEV, PROD
from tests.templates.resolved import RENDERED, document

Documents = dict[str, Any]
Change = Callable[[Documents], object]
NOT_KNOWN_BEFORE = {"Fn::ImportValue": "of-another-stack"}
PARAMS = RENDERED.parent / "params"
# What prod leaves out, on top of what it has: all that a parameter can make pass.
STRICT = {
    "ContainerUser": "101",
    "ReadonlyRootFilesystem": "true",
    "ContainerInsights": "enabled",
    "FlowLogsRetentionDays": "365",
    "VpcEndpointMode": "interface",
    "WebAclArn": "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/front/1",
}


def environment(name: str = "prod", **values: str) -> Environment:
    """One of the two environments with some parameters set otherwise."""
    read = {"dev": DEV, "prod": PROD}[name]
    return read.overriding([f"{parameter}={value}" for parameter, value in values.items()])


def documents() -> Documents:
    """Every template of the tree, to be changed."""
    return {name: deepcopy(document(name)) for name in ("root", *LAYERS)}


def tree(templates: Documents) -> PlainTree:
    """The templates as they nest each other."""
    root = templates["root"]
    files = {name: body["Properties"]["TemplateURL"] for name, body in root["Resources"].items()}
    return PlainTree(root, {name: PlainTree(templates[file.removesuffix(".yaml")]) for name, file in files.items()})


def values_of(of: Environment, nested: PlainTree) -> dict[str, str | None]:
    """Every parameter of root as the environment has it."""
    declared = section(nested, "Parameters")
    return {
        name: of.parameters[name].text if name in of.parameters else text_of(body["Default"])
        for name, body in declared.items()
    }


def system(of: Environment, *changes: Change) -> System:
    """The system of an environment, over templates that are changed first."""
    templates = documents()
    for change in changes:
        change(templates)
    nested = tree(templates)
    return System(nested, of, values_of(of, nested))


def everything() -> list[tuple[str, Service, Control]]:
    """Every control, by the number that it is named for first."""
    return [(f"{service.prefix}.{one.numbers[0]}", service, one) for service in SERVICES for one in service.controls]


def verdicts(of: System) -> dict[str, Verdict]:
    """What each control says."""
    return {name: control.check(of) for name, _, control in everything()}


def states(of: System) -> dict[str, str]:
    """What each control says, in a word."""
    return {name: verdict.state for name, verdict in verdicts(of).items()}


@cache
def strict_states() -> Mapping[str, str]:
    """What the controls say of prod with all that a parameter can make pass."""
    return states(system(environment(**STRICT), *MENDED))


def difference(*changes: Change) -> dict[str, tuple[str, str]]:
    """The controls that say something else once the strict system is changed: before, and after."""
    before, after = strict_states(), states(system(environment(**STRICT), *MENDED, *changes))
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def put(layer: str, logical_id: str, *path: str | int, value: Any) -> Change:
    """A property set to something else."""

    def change(templates: Documents) -> None:
        at: Any = templates[layer]["Resources"][logical_id]["Properties"]
        for step in path[:-1]:
            at = at[step] if isinstance(step, int) else at.setdefault(step, {})
        at[path[-1]] = deepcopy(value)

    return change


def drop(layer: str, logical_id: str, *path: str) -> Change:
    """A property, or a whole resource, that is not there any more."""

    def change(templates: Documents) -> None:
        at: Any = templates[layer]["Resources"]
        for step in (logical_id, "Properties", *path[:-1]) if path else ():
            at = at[step]
        del at[path[-1] if path else logical_id]

    return change


def add(layer: str, logical_id: str, type_name: str, **properties: Any) -> Change:
    """One resource more."""

    def change(templates: Documents) -> None:
        templates[layer]["Resources"][logical_id] = {"Type": type_name, "Properties": deepcopy(properties)}

    return change


def attribute(key: str, value: Any) -> Change:
    """An attribute of the load balancer set to something else."""

    def change(templates: Documents) -> None:
        attributes = templates["alb"]["Resources"]["LoadBalancer"]["Properties"]["LoadBalancerAttributes"]
        attributes[:] = [entry for entry in attributes if entry.get("Key") != key]
        attributes.append({"Key": key, "Value": value})

    return change


def endpoint(service: str) -> Change:
    """A VPC endpoint for a service."""
    name = {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"}
    logical_id = f"{service.replace('-', '').capitalize()}Endpoint"
    return add("network", logical_id, "AWS::EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}, ServiceName=name)


# What no parameter makes pass, made to pass, so that what breaks it can be seen.
MENDED: tuple[Change, ...] = (
    put("alb", "HttpListener", "Protocol", value="HTTPS"),
    put("alb", "HttpListener", "SslPolicy", value="ELBSecurityPolicy-TLS13-1-3-2021-06"),
    put("ecs", "TargetGroup", "Protocol", value="HTTPS"),
    put("ecs", "TargetGroup", "HealthCheckProtocol", value="HTTPS"),
    *map(endpoint, ("ec2", "ssm", "ssm-contacts", "ssm-incidents")),
    put("alb", "AccessLogsBucket", "LoggingConfiguration", value={"LogFilePrefix": "own"}),
    put("alb", "AccessLogsBucket", "VersioningConfiguration", value={"Status": "Enabled"}),
    put(
        *("alb", "AccessLogsBucket", "BucketEncryption", "ServerSideEncryptionConfiguration"),
        value=[{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}],
    ),
)
