"""root: all layers as nested stacks, the parameters that people set, the rules between them."""

from collections.abc import Sequence

from troposphere import Equals, Export, Not, Output, Parameter, Ref, Sub, Template

from templates.database.parameters import database_mode
from templates.layers.root_form import GROUPS, interface
from templates.layers.root_rules import rules
from templates.load_balancer.parameters import alb_scheme
from templates.network.parameters import private_cidrs
from templates.parts.at_creation import stated_at_creation
from templates.parts.document import document
from templates.parts.parameters import choice, is_given, optional
from templates.parts.wiring import Chosen, Wiring, WiringError, wire
from templates.service.platform import task_subnet_tier

# Conditions
CREATE_CERTIFICATE = "CreateCertificate"
INTERNAL_ALB = "InternalAlb"
PRIVATE_TASKS = "PrivateTasks"
PRIVATE_SUBNETS = "PrivateSubnetsGiven"
DATABASE = "DatabaseOn"

environment_class = choice(
    "EnvironmentClass",
    "What the environment is for. prod refuses what production should not be: one task, one NAT gateway, Spot alone, "
    "hours off.",
    "dev",
    ["dev", "prod"],
)
existing_certificate_arn = optional(
    "ExistingCertificateArn",
    "Certificate of this Region that the listener takes; it must hold every name. Empty: one is requested.",
    "arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+",
    "the ARN of an ACM certificate",
)
# What no layer asks for.
OWN = [environment_class, existing_certificate_arn]
# A child cannot test what a sibling feeds, so what is chosen between two is chosen here.
CHOSEN = {
    "CertificateArn": Chosen(CREATE_CERTIFICATE, "CertificateArn", existing_certificate_arn.title),
    "AlbSubnetIds": Chosen(INTERNAL_ALB, "PrivateSubnetIds", "PublicSubnetIds"),
    "TaskSubnetIds": Chosen(PRIVATE_TASKS, "PrivateSubnetIds", "PublicSubnetIds"),
}
# Layers that are there under a condition only.
CONDITIONAL = {"cert": CREATE_CERTIFICATE, "data": DATABASE}
CONDITIONS = {
    CREATE_CERTIFICATE: Equals(Ref(existing_certificate_arn), ""),
    INTERNAL_ALB: Equals(Ref(alb_scheme), "internal"),
    PRIVATE_TASKS: Equals(Ref(task_subnet_tier), "private"),
    PRIVATE_SUBNETS: is_given(private_cidrs[0]),
    DATABASE: Not(Equals(Ref(database_mode), "none")),
}
# CloudFormation looks these up in the account before it starts, and the console offers them as a list. Only here: in a
# nested stack the look-up would meet placeholders. Not the third zone and the hosted zone, which may be empty.
LOOKED_UP = {
    "AvailabilityZone1": "AWS::EC2::AvailabilityZone::Name",
    "AvailabilityZone2": "AWS::EC2::AvailabilityZone::Name",
}
# A validation record that nobody sees makes ACM wait for three days; an hour is enough to know.
TIMEOUTS = {"cert": 60}
# What stacks of further services import, and what people look for first.
EXPORTS = {
    "VpcId": "Id of the VPC.",
    "PublicSubnetIds": "Ids of the public subnets, joined by commas.",
    "PrivateSubnetIds": "Ids of the private subnets, joined by commas.",
    "ClusterName": "Name of the cluster.",
    "ExecutionRoleArn": "ARN of the role that ECS starts tasks with.",
    "HttpsListenerArn": "ARN of the HTTPS listener, for rules of services.",
    "AlbFullName": "Name of the load balancer in CloudWatch metrics.",
    "AlbDnsName": "The load balancer's own DNS name.",
    "AlbHostedZoneId": "Hosted zone of the load balancer's own name, for alias records that are made elsewhere.",
    "AppSecurityGroupId": "Id of the tasks' security group.",
    "DatabaseHost": "Host name of the database.",
    "DatabasePort": "Port of the database.",
    "DatabaseName": "Name of the database in PostgreSQL.",
    "DatabaseSecretArn": "ARN of the secret with user and password of the database.",
    "ServiceName": "Name of the service in ECS.",
    "LogGroupName": "Name of the service's log group.",
}
# What a layer gives under a condition only: an empty value cannot be exported.
EXPORTED_WHEN = {
    "PrivateSubnetIds": PRIVATE_SUBNETS,
    **dict.fromkeys(("DatabaseHost", "DatabasePort", "DatabaseName", "DatabaseSecretArn"), DATABASE),
}


def template(layers: Sequence[tuple[str, Template]]) -> Template:
    """Give root's template over `layers`, in build order. Raises WiringError as `wire` does."""
    wiring = wire(layers, TIMEOUTS, own=OWN, chosen=CHOSEN, conditional=CONDITIONAL)
    return document(
        "A web service over HTTPS: a load balancer in front of ECS Fargate tasks in two or three Availability Zones.",
        metadata={"AWS::CloudFormation::Interface": interface()} | stated_at_creation(layer for _, layer in layers),
        parameters=_parameters(wiring),
        rules=rules(),
        conditions=CONDITIONS,
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


def _parameters(wiring: Wiring) -> list[Parameter]:
    grouped = [name for names in GROUPS.values() for name in names]
    for name in wiring.parameters:
        if name not in grouped:
            raise WiringError(f"parameter {name} is in no group: add it to GROUPS in templates/layers/root_form.py")
    for name in grouped:
        if name not in wiring.parameters:
            raise WiringError(f"GROUPS in templates/layers/root_form.py has {name}, which no layer declares")
    return [_of_root(wiring.parameters[name]) for name in grouped]


def _of_root(parameter: Parameter) -> Parameter:
    looked_up = LOOKED_UP.get(parameter.title)
    return Parameter(parameter.title, **(parameter.properties | {"Type": looked_up})) if looked_up else parameter


def _export(wiring: Wiring, name: str, description: str) -> Output:
    if name not in wiring.outputs:
        raise WiringError(f"EXPORTS in templates/layers/root.py has {name}, which is not an output of any layer")
    condition = {"Condition": EXPORTED_WHEN[name]} if name in EXPORTED_WHEN else {}
    exported = Export(Sub(f"${{AWS::StackName}}-{name}"))
    return Output(name, Description=description, Value=wiring.outputs[name], Export=exported, **condition)
