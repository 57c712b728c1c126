"""The resource types whose removal or replacement loses nothing: all others are guarded (docs/decisions/0009).

A type is here where the former template brings back all of it, where it holds no data, where nobody outside the
stack holds its address, name or id, and where no one who uses the system notices while it is made anew. Types are
written out, without `AWS::`: a type that the registry gets tomorrow is guarded until somebody has looked at it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class HarmlessClass:
    """Types that are alike: what they are, and why nothing is lost with one of them."""

    name: str
    why: str
    types: frozenset[str]


def _class(name: str, why: str, **services: str) -> HarmlessClass:
    """One class; `services` has the last words of its types by service: `Lambda="Permission"`."""
    return HarmlessClass(
        name,
        why,
        frozenset(f"AWS::{service}::{noun}" for service, nouns in services.items() for noun in nouns.split()),
    )


HARMLESS = (
    _class(
        "associations",
        "a link between two resources that both stay, and whose ends the template contains; those with public traffic, "
        "name resolution or data, or that protect something, are not here",
        AppConfig="ExtensionAssociation",
        Cognito="UserPoolUserToGroupAttachment",
        EC2="SubnetRouteTableAssociation",
        ECS="ClusterCapacityProviderAssociations",
        IAM="UserToGroupAddition",
        Notifications="ChannelAssociation ManagedNotificationAccountContactAssociation"
        " ManagedNotificationAdditionalChannelAssociation",
        ServiceCatalog="PortfolioPrincipalAssociation PortfolioProductAssociation ServiceActionAssociation"
        " TagOptionAssociation",
        ServiceCatalogAppRegistry="AttributeGroupAssociation ResourceAssociation",
    ),
    _class(
        "permissions",
        "statements of who may do what, without a name or ARN of their own: they are nowhere but in the template",
        ACMPCA="Permission",
        APS="ResourcePolicy",
        CloudTrail="ResourcePolicy",
        EC2="NetworkInterfacePermission VPCEndpointServicePermissions",
        ECR="RegistryPolicy",
        EKS="AccessEntry PodIdentityAssociation",
        EventSchemas="RegistryPolicy",
        Events="EventBusPolicy",
        IAM="GroupPolicy Policy RolePolicy UserPolicy",
        Kinesis="ResourcePolicy",
        LakeFormation="Permissions PrincipalPermissions",
        Lambda="LayerVersionPermission Permission",
        Logs="ResourcePolicy",
        MSK="ClusterPolicy",
        S3="BucketPolicy MultiRegionAccessPointPolicy",
        S3Express="BucketPolicy",
        S3ObjectLambda="AccessPointPolicy",
        S3Outposts="BucketPolicy",
        S3Tables="TableBucketPolicy TablePolicy",
        S3Vectors="VectorBucketPolicy",
        SNS="TopicInlinePolicy TopicPolicy",
        SQS="QueueInlinePolicy QueuePolicy",
        SSM="ResourcePolicy",
        SecretsManager="ResourcePolicy",
        Signer="ProfilePermission",
        XRay="ResourcePolicy",
    ),
    _class(
        "rules of a security group",
        "one line of a group that stays; the new rule is there before the old one goes",
        EC2="SecurityGroupEgress SecurityGroupIngress",
        ElastiCache="SecurityGroupIngress",
        RDS="DBSecurityGroupIngress",
        Redshift="ClusterSecurityGroupIngress",
    ),
    _class(
        "watching",
        "alarms, dashboards, filters and notices look at a system that works without them; what they have written "
        "stays where it was written",
        CloudWatch="Alarm AlarmMuteRule CompositeAlarm Dashboard InsightRule LogAlarm",
        CodeStarNotifications="NotificationRule",
        DMS="EventSubscription",
        DocDB="EventSubscription",
        EC2="FlowLog",
        Lightsail="Alarm",
        Logs="MetricFilter QueryDefinition SubscriptionFilter",
        Neptune="EventSubscription",
        RDS="EventSubscription",
        Redshift="EventSubscription",
        XRay="SamplingRule",
    ),
    _class(
        "scaling",
        "what decides on how many there are: as many as there are stay until it is there again",
        ApplicationAutoScaling="ScalableTarget ScalingPolicy",
        AutoScaling="LifecycleHook ScalingPolicy ScheduledAction",
    ),
    _class(
        "revisions",
        "what runs goes on with the revision that it has, and a new one is how its service deploys; AWS deletes none "
        "that is in use",
        ApiGateway="Deployment",
        ApiGatewayV2="Deployment",
        AutoScaling="LaunchConfiguration",
        Batch="JobDefinition",
        ECS="DaemonTaskDefinition TaskDefinition",
    ),
    _class(
        "settings of databases",
        "values that are written whole in the template; AWS refuses to delete a group that a database uses",
        DAX="ParameterGroup SubnetGroup",
        DMS="ReplicationSubnetGroup",
        DocDB="DBClusterParameterGroup DBSubnetGroup",
        ElastiCache="ParameterGroup SubnetGroup",
        MemoryDB="ParameterGroup SubnetGroup",
        Neptune="DBClusterParameterGroup DBParameterGroup DBSubnetGroup",
        RDS="DBClusterParameterGroup DBParameterGroup DBSubnetGroup OptionGroup",
        Redshift="ClusterParameterGroup ClusterSubnetGroup",
    ),
    _class(
        "marks",
        "nothing stands behind them but the stack's own waiting and notes",
        CDK="Metadata",
        CloudFormation="WaitCondition WaitConditionHandle",
    ),
)
_TYPES = frozenset().union(*(kind.types for kind in HARMLESS))


def is_harmless(type_: str) -> bool:
    """Whether a resource of this type loses nothing where it is removed or replaced."""
    return type_ in _TYPES
