"""What a service needs: the platform's resources, beside it in one template or imported from root's exports."""

from typing import Any, NamedTuple

from troposphere import AWSObject, If, ImportValue, Parameter, Split, Sub

from templates.parts.parameters import choice

# Conditions
PRIVATE_TASKS = "PrivateTasks"

task_subnet_tier = choice(
    "TaskSubnetTier",
    "Subnets of the tasks: public, with public addresses, or private, with NatGatewayMode or VpcEndpointMode "
    "interface. Back to public, change this first, and take the private subnets away in another update.",
    "public",
    ["public", "private"],
)
platform_stack_name = Parameter(
    "PlatformStackName",
    Type="String",
    Description="Name of the platform's stack, whose exports this service uses.",
    AllowedPattern="^[a-zA-Z][-a-zA-Z0-9]{0,127}$",
    ConstraintDescription="the name of a stack: a letter, then letters, digits and hyphens, at most 128 characters",
)


class Platform(NamedTuple):
    """What a service needs; each is a value that CloudFormation resolves.

    `subnets` is the list, used whole. `after` are resources that must exist before the service does.
    """

    vpc_id: Any
    subnets: Any
    security_group: Any
    https_listener: Any
    alb_full_name: Any
    cluster: Any
    execution_role: Any
    after: tuple[AWSObject, ...] = ()


def imported_platform() -> Platform:
    """Give the platform as a stack of its own reads it: by what root exports."""
    subnets = If(PRIVATE_TASKS, imported("PrivateSubnetIds"), imported("PublicSubnetIds"))
    return Platform(
        vpc_id=imported("VpcId"),
        subnets=Split(",", subnets),
        security_group=imported("AppSecurityGroupId"),
        https_listener=imported("HttpsListenerArn"),
        alb_full_name=imported("AlbFullName"),
        cluster=imported("ClusterName"),
        execution_role=imported("ExecutionRoleArn"),
    )


def at_database(what: str) -> ImportValue:
    """Give what the platform says of its database: its Host, Port or Name."""
    return imported(f"Database{what}")


def database_variables() -> dict[str, Any]:
    """Give what libpq reads, and with it psql and most drivers, but for user and password; RDS wants TLS."""
    where = {"PGHOST": at_database("Host"), "PGPORT": at_database("Port"), "PGDATABASE": at_database("Name")}
    return {**where, "PGSSLMODE": "require"}


def assign_public_ip() -> If:
    """Give whether tasks have public addresses: where no NAT gateway is, nothing is reached without one."""
    return If(PRIVATE_TASKS, "DISABLED", "ENABLED")


def imported(name: str) -> ImportValue:
    """Give what the platform's root exports under a name."""
    return ImportValue(Sub(f"${{{platform_stack_name.title}}}-{name}"))


def cluster_arn(cluster: Any) -> Sub:
    """Give the ARN of the cluster of this account and Region that has a name."""
    return Sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:cluster/${ClusterName}", ClusterName=cluster)
