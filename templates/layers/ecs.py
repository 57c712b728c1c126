"""ecs: the cluster, and the one service that the platform shows itself with."""

from troposphere import GetAtt, If, Output, Parameter, Ref, Template
from troposphere.ecs import (
    CapacityProviderStrategy,
    Cluster,
    ClusterCapacityProviderAssociations,
    ClusterSetting,
)
from troposphere.iam import Role

from templates.parts.document import document
from templates.parts.parameters import (
    BOUNDARY,
    app_name,
    choice,
    given,
    is_given,
    kms_key_arn,
    optional,
    permissions_boundary_arn,
    replaces,
    vpc_id,
)
from templates.parts.policies import aws_managed, trusted_by
from templates.service import service
from templates.service.platform import Platform

# Conditions
CLUSTER_NAME = "ClusterNameGiven"

cluster_name = optional(
    "ClusterName",
    f"Name of the cluster, where it is not AppName: for a system that had another before.{replaces('Cluster')}",
    "[A-Za-z][A-Za-z0-9_-]{0,254}",
    "a letter, then letters, digits, hyphens and underscores, at most 255",
)
container_insights = choice(
    "ContainerInsights",
    "How much CloudWatch Container Insights measures; enhanced looks at every task, and costs more.",
    "enabled",
    ["disabled", "enabled", "enhanced"],
)
app_security_group_id = Parameter(
    "AppSecurityGroupId", Type="String", Description="Id of the tasks' security group, from the app-sg layer."
)
# Joined subnets of a sibling, used whole and never taken apart.
task_subnet_ids = Parameter(
    "TaskSubnetIds",
    Type="CommaDelimitedList",
    Description="Ids of the tasks' subnets, from the network layer: public or private, as TaskSubnetTier says.",
)
alb_full_name = Parameter(
    "AlbFullName", Type="String", Description="Name of the load balancer in CloudWatch metrics, from the alb layer."
)
https_listener_arn = Parameter(
    "HttpsListenerArn", Type="String", Description="ARN of the HTTPS listener, from the alb layer."
)

PARAMETERS = [
    app_name,
    vpc_id,
    task_subnet_ids,
    app_security_group_id,
    https_listener_arn,
    alb_full_name,
    cluster_name,
    container_insights,
    *service.PARAMETERS,
    kms_key_arn,
    permissions_boundary_arn,
]


def template() -> Template:
    """Give the template of the ECS layer."""
    cluster = Cluster(
        "Cluster",
        ClusterName=If(CLUSTER_NAME, Ref(cluster_name), Ref(app_name)),
        ClusterSettings=[ClusterSetting(Name="containerInsights", Value=Ref(container_insights))],
    )
    capacity_providers = ClusterCapacityProviderAssociations(
        "ClusterCapacityProviders",
        Cluster=Ref(cluster),
        # Spot is on offer whether a service uses it or not: a provider that tasks still use cannot be taken off.
        CapacityProviders=["FARGATE", "FARGATE_SPOT"],
        DefaultCapacityProviderStrategy=[CapacityProviderStrategy(CapacityProvider="FARGATE", Weight=1)],
    )
    execution_role = Role(
        "ExecutionRole",
        AssumeRolePolicyDocument=trusted_by("ecs-tasks"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        ManagedPolicyArns=[aws_managed("service-role/AmazonECSTaskExecutionRolePolicy")],
    )
    own = service.service(_platform(cluster, execution_role, capacity_providers))
    return document(
        "ECS: a Fargate cluster and one service behind the load balancer.",
        parameters=PARAMETERS,
        conditions={CLUSTER_NAME: is_given(cluster_name), **service.conditions()},
        resources=[cluster, capacity_providers, execution_role, *own.resources],
        outputs=[*_outputs(cluster, execution_role), *own.outputs],
    )


def _platform(
    cluster: Cluster, execution_role: Role, capacity_providers: ClusterCapacityProviderAssociations
) -> Platform:
    return Platform(
        vpc_id=Ref(vpc_id),
        subnets=Ref(task_subnet_ids),
        security_group=Ref(app_security_group_id),
        https_listener=Ref(https_listener_arn),
        alb_full_name=Ref(alb_full_name),
        cluster=Ref(cluster),
        execution_role=GetAtt(execution_role, "Arn"),
        # A service may only name capacity providers that its cluster already has.
        after=(capacity_providers,),
    )


def _outputs(cluster: Cluster, execution_role: Role) -> list[Output]:
    role_arn = GetAtt(execution_role, "Arn")
    return [
        Output("ClusterName", Description="Name of the cluster.", Value=Ref(cluster)),
        Output("ClusterArn", Description="ARN of the cluster.", Value=GetAtt(cluster, "Arn")),
        Output("ExecutionRoleArn", Description="ARN of the role that ECS starts tasks with.", Value=role_arn),
    ]
