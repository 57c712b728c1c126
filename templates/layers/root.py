"""root: all layers as nested stacks, the parameters that people set, the rules that hold between them."""

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import Equals, Export, Not, Output, Parameter, Ref, Sub, Template

from templates.layers.service_parameters import FARGATE_SIZES
from templates.parts.at_creation import stated_at_creation
from templates.parts.document import document
from templates.parts.wiring import Wiring, WiringError, wire

# The console shows parameters by group; within the template they stand in the same order.
GROUPS = {
    "Identity": ["AppName"],
    "Network": [
        "VpcCidr",
        "AvailabilityZone1",
        "AvailabilityZone2",
        "PublicSubnet1Cidr",
        "PublicSubnet2Cidr",
        "FlowLogsRetentionDays",
    ],
    "Domain and certificate": ["HostedZoneId", "DomainName"],
    "Load balancer": [
        "SslPolicy",
        "AlbDeletionProtection",
        "AccessLogsMode",
        "AccessLogsBucketName",
        "AccessLogsRetentionDays",
        "ElbAccountId",
        "WebAclArn",
    ],
    "Cluster": ["ContainerInsights"],
    "Service": [
        "ServiceName",
        "ContainerImage",
        "ContainerPort",
        "TaskCpu",
        "TaskMemory",
        "DesiredCount",
        "EnableExecuteCommand",
        "ListenerRulePriority",
        "ListenerRulePaths",
        "HealthCheckPath",
        "HealthCheckGracePeriodSeconds",
        "DeregistrationDelaySeconds",
    ],
    "Logs": ["LogRetentionDays", "KmsKeyArn"],
}
# CloudFormation looks these up in the account before it starts, and the console offers them as a list. Only here: in a
# nested stack the look-up would meet placeholders.
LOOKED_UP = {
    "AvailabilityZone1": "AWS::EC2::AvailabilityZone::Name",
    "AvailabilityZone2": "AWS::EC2::AvailabilityZone::Name",
    "HostedZoneId": "AWS::Route53::HostedZone::Id",
}
# A validation record that nobody sees makes ACM wait for three days; an hour is enough to know.
TIMEOUTS = {"cert": 60}
# What stacks of further services import, and what people look for first.
EXPORTS = {
    "VpcId": "Id of the VPC.",
    "PublicSubnetIds": "Ids of the public subnets, joined by commas.",
    "ClusterName": "Name of the cluster.",
    "ExecutionRoleArn": "ARN of the role that ECS starts tasks with.",
    "HttpsListenerArn": "ARN of the HTTPS listener, for rules of services.",
    "AlbFullName": "Name of the load balancer in CloudWatch metrics.",
    "AlbDnsName": "The load balancer's own DNS name.",
    "AppSecurityGroupId": "Id of the tasks' security group.",
    "ServiceName": "Name of the service in ECS.",
    "LogGroupName": "Name of the service's log group.",
}


def template(layers: Sequence[tuple[str, Template]]) -> Template:
    """Give root's template over `layers`, in build order. Raises WiringError as `wire` does."""
    wiring = wire(layers, TIMEOUTS)
    return document(
        "A web service over HTTPS: a load balancer in front of ECS Fargate tasks in two Availability Zones.",
        metadata={"AWS::CloudFormation::Interface": {"ParameterGroups": _groups()}}
        | stated_at_creation(layer for _, layer in layers),
        parameters=_parameters(wiring),
        rules=_rules(),
        resources=wiring.stacks,
        outputs=[
            Output(
                "Url",
                Description="Where the service answers.",
                Value=Sub("https://${DomainName}"),
                Export=Export(Sub("${AWS::StackName}-Url")),
            ),
            *(_export(wiring, name, description) for name, description in EXPORTS.items()),
        ],
    )


def _groups() -> list[dict[str, Any]]:
    return [{"Label": {"default": label}, "Parameters": names} for label, names in GROUPS.items()]


def _parameters(wiring: Wiring) -> list[Parameter]:
    grouped = [name for names in GROUPS.values() for name in names]
    for name in wiring.parameters:
        if name not in grouped:
            raise WiringError(f"parameter {name} is in no group: name it in GROUPS of templates/layers/root.py")
    for name in grouped:
        if name not in wiring.parameters:
            raise WiringError(f"GROUPS of templates/layers/root.py names {name}, which no layer asks for")
    return [_of_root(wiring.parameters[name]) for name in grouped]


def _of_root(parameter: Parameter) -> Parameter:
    looked_up = LOOKED_UP.get(parameter.title)
    return Parameter(parameter.title, **(parameter.properties | {"Type": looked_up})) if looked_up else parameter


def _export(wiring: Wiring, name: str, description: str) -> Output:
    if name not in wiring.outputs:
        raise WiringError(f"EXPORTS of templates/layers/root.py names {name}, which no layer gives")
    value, exported = wiring.outputs[name], Export(Sub(f"${{AWS::StackName}}-{name}"))
    return Output(name, Description=description, Value=value, Export=exported)


def _rules() -> Mapping[str, Any]:
    zones = Not(Equals(Ref("AvailabilityZone1"), Ref("AvailabilityZone2")))
    named = Not(Equals(Ref("AccessLogsBucketName"), ""))
    return {
        "TwoDistinctZones": _rule(zones, "AvailabilityZone1 and AvailabilityZone2 must differ"),
        "ExistingLogBucketNamed": _rule(
            named,
            "AccessLogsMode existing needs AccessLogsBucketName",
            when=Equals(Ref("AccessLogsMode"), "existing"),
        ),
    } | {f"Cpu{cpu}": _fits(cpu, sizes) for cpu, sizes in FARGATE_SIZES.items()}


def _fits(cpu: str, sizes: list[str]) -> dict[str, Any]:
    return _rule(
        {"Fn::Contains": [sizes, Ref("TaskMemory")]},
        f"TaskCpu {cpu} goes with a TaskMemory of {', '.join(sizes)}",
        when=Equals(Ref("TaskCpu"), cpu),
    )


def _rule(holds: Any, otherwise: str, when: Any = None) -> dict[str, Any]:
    rule = {} if when is None else {"RuleCondition": when}
    return rule | {"Assertions": [{"Assert": holds, "AssertDescription": otherwise}]}
