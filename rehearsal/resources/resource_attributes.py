"""What Fn::GetAtt may ask a resource type for.

The registry's rule is "read-only properties". Types that are older than the registry, and some newer
ones, answer for writable properties too; AWS publishes no list, so the tables here have what its
"Return values" pages and cfn-lint's collection of accepted templates agree on.
"""

from collections.abc import Iterator

from rehearsal.resources.resource_schema import Schema, resolve, steps, value_types

# Service -> types that answer for every scalar property of theirs.
EVERY_PROPERTY = {
    "Amplify": "Branch Domain",
    "AppSync": "DomainName FunctionConfiguration Resolver",
    "AutoScaling": "AutoScalingGroup",
    "Backup": "BackupSelection BackupVault LogicallyAirGappedBackupVault",
    "CodeArtifact": "Domain Repository",
    "EC2": "CapacityReservation Instance SecurityGroup Subnet VPC",
    "EFS": "MountTarget",
    "EKS": "Nodegroup",
    "ElastiCache": "ReplicationGroup",
    "ElasticLoadBalancingV2": "LoadBalancer",
    "Events": "EventBus",
    "EventSchemas": "Discoverer Registry Schema",
    "GameLift": "GameSessionQueue MatchmakingConfiguration MatchmakingRuleSet",
    "Grafana": "Workspace",
    "ImageBuilder": "Component ContainerRecipe DistributionConfiguration ImagePipeline ImageRecipe "
    "InfrastructureConfiguration",
    "ManagedBlockchain": "Node",
    "Neptune": "DBCluster",
    "RDS": "DBInstance DBParameterGroup",
    "RedshiftServerless": "Workgroup",
    "Route53Resolver": "ResolverRule ResolverRuleAssociation",
    "S3": "AccessPoint",
    "SNS": "Topic",
    "SQS": "Queue",
    "SSM": "Parameter",
    "StepFunctions": "Activity",
}

# Writable properties that a type answers for beside its read-only ones.
WRITABLE = {
    "AWS::AppMesh::Mesh": ("MeshName",),
    "AWS::AppMesh::Route": ("MeshName", "MeshOwner", "RouteName", "VirtualRouterName"),
    "AWS::AppMesh::VirtualNode": ("MeshName", "MeshOwner", "VirtualNodeName"),
    "AWS::AppMesh::VirtualRouter": ("MeshName", "MeshOwner", "VirtualRouterName"),
    "AWS::AppMesh::VirtualService": ("MeshName", "MeshOwner", "VirtualServiceName"),
    "AWS::AppSync::DataSource": ("Name",),
    "AWS::Cloud9::EnvironmentEC2": ("Name",),
    "AWS::CloudWatch::InsightRule": ("RuleName",),
    "AWS::DocDB::DBCluster": ("Port",),
    "AWS::Kinesis::StreamConsumer": ("ConsumerName", "StreamARN"),
    "AWS::ManagedBlockchain::Member": ("NetworkId",),
    "AWS::MediaConvert::JobTemplate": ("Name",),
    "AWS::MediaConvert::Preset": ("Name",),
    "AWS::MediaConvert::Queue": ("Name",),
    "AWS::MediaLive::Input": ("Destinations", "Sources"),
    "AWS::Route53Resolver::ResolverEndpoint": ("Direction", "Name"),
    "AWS::SageMaker::Endpoint": ("EndpointName",),
    "AWS::SageMaker::EndpointConfig": ("EndpointConfigName",),
    "AWS::SageMaker::Model": ("ModelName",),
    "AWS::SageMaker::NotebookInstance": ("NotebookInstanceName",),
    "AWS::ServiceDiscovery::Service": ("Name",),
    "AWS::Transfer::User": ("ServerId", "UserName"),
}

ANYTHING = ("Custom::", "AWS::CloudFormation::CustomResource")
WITH_OUTPUTS = ("AWS::CloudFormation::Stack", "AWS::ServiceCatalog::CloudFormationProvisionedProduct")


def attribute_names(type_name: str, schema: Schema) -> frozenset[str]:
    """Every attribute in dotted form (`Endpoint.Address`); what a custom resource returns is not known here."""
    names = {".".join(steps(pointer)) for pointer in schema.get("readOnlyProperties", ()) if "*" not in steps(pointer)}
    names.update(WRITABLE.get(type_name, ()))
    _, service, kind = (*type_name.split("::"), "", "")[:3]
    if kind in EVERY_PROPERTY.get(service, "").split():
        for name, node in schema.get("properties", {}).items():
            names.update(_leaves(schema, node, name, 0))
    if type_name in WITH_OUTPUTS:
        names -= {"Outputs", "StackId"}
    return frozenset(names)


def answers(type_name: str, attributes: frozenset[str], attribute: str) -> bool:
    """Whether Fn::GetAtt accepts the attribute; a nested stack answers for `Outputs.<name>`."""
    if type_name.startswith(ANYTHING):
        return True
    if type_name in WITH_OUTPUTS and attribute.startswith("Outputs."):
        return attribute != "Outputs."
    return attribute in attributes


def _leaves(schema: Schema, node: Schema, dotted: str, depth: int) -> Iterator[str]:
    here = resolve(schema, node)
    kinds = value_types((here,))
    if "object" in kinds and depth < 5:
        for name, child in here.get("properties", {}).items():
            yield from _leaves(schema, child, f"{dotted}.{name}", depth + 1)
    elif "array" not in kinds or not value_types((resolve(schema, here.get("items", {})),)) & {"object", "array"}:
        # Fn::GetAtt reads a list of scalars as a whole and does not reach into a list of objects.
        yield dotted
