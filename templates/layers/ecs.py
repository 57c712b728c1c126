"""ecs: the cluster, and the one service that the platform shows itself with."""

from troposphere import GetAtt, Output, Parameter, Ref, Template
from troposphere.ecs import (
    CapacityProviderStrategy,
    Cluster,
    ClusterCapacityProviderAssociations,
    ClusterSetting,
)
from troposphere.iam import Role

from templates.layers import service
from templates.layers.parameters import app_name, choice, kms_key_arn, public_subnet_ids, vpc_id
from templates.parts.document import document
from templates.parts.policies import aws_managed, trusted_by

container_insights = choice(
    "ContainerInsights",
    "How much CloudWatch Container Insights measures; enhanced looks at every task, and costs more.",
    "enabled",
    ["disabled", "enabled", "enhanced"],
)
app_security_group_id = Parameter(
    "AppSecurityGroupId", Type="String", Description="Id of the tasks' security group, from the app-sg layer."
)
https_listener_arn = Parameter(
    "HttpsListenerArn", Type="String", Description="ARN of the HTTPS listener, from the alb layer."
)

PARAMETERS = [
    app_name,
    vpc_id,
    public_subnet_ids,
    app_security_group_id,
    https_listener_arn,
    container_insights,
    *service.PARAMETERS,
    kms_key_arn,
]


def template() -> Template:
    """Give the template of the ECS layer."""
    cluster = Cluster(
        "Cluster",
        ClusterName=Ref(app_name),
        ClusterSettings=[ClusterSetting(Name="containerInsights", Value=Ref(container_insights))],
    )
    capacity_providers = ClusterCapacityProviderAssociations(
        "ClusterCapacityProviders",
        Cluster=Ref(cluster),
        CapacityProviders=["FARGATE"],
        DefaultCapacityProviderStrategy=[CapacityProviderStrategy(CapacityProvider="FARGATE", Weight=1)],
    )
    execution_role = Role(
        "ExecutionRole",
        AssumeRolePolicyDocument=trusted_by("ecs-tasks"),
        ManagedPolicyArns=[aws_managed("service-role/AmazonECSTaskExecutionRolePolicy")],
    )
    own = service.service(_platform(cluster, execution_role, capacity_providers))
    return document(
        "ECS: a Fargate cluster and one service behind the load balancer.",
        parameters=PARAMETERS,
        conditions=service.conditions(),
        resources=[cluster, capacity_providers, execution_role, *own.resources],
        outputs=[*_outputs(cluster, execution_role), *own.outputs],
    )


def _platform(
    cluster: Cluster, execution_role: Role, capacity_providers: ClusterCapacityProviderAssociations
) -> service.Platform:
    return service.Platform(
        vpc_id=Ref(vpc_id),
        subnets=Ref(public_subnet_ids),
        security_group=Ref(app_security_group_id),
        https_listener=Ref(https_listener_arn),
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
