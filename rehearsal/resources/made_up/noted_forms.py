"""Forms of Ref and attributes that cannot be extracted from the publications.

Each follows examples of the service's own API reference or user guide, or what its registry schema demands of others;
`return_values.tsv` has the rest. A form here replaces an extracted one.
"""

from collections.abc import Mapping

# Amazon EC2 API Reference: the prefix of an id, before 17 hexadecimal digits.
_EC2_PREFIXES = {
    "CustomerGateway": "cgw",
    "DHCPOptions": "dopt",
    "EgressOnlyInternetGateway": "eigw",
    "IPAM": "ipam",
    "IPAMPool": "ipam-pool",
    "IPAMScope": "ipam-scope",
    "InstanceConnectEndpoint": "eice",
    "LocalGatewayRouteTable": "lgw-rtb",
    "NetworkInsightsAccessScope": "nis",
    "NetworkInsightsAccessScopeAnalysis": "nisa",
    "NetworkInsightsAnalysis": "nia",
    "NetworkInsightsPath": "nip",
    "NetworkInterface": "eni",
    "NetworkInterfaceAttachment": "eni-attach",
    "SubnetCidrBlock": "subnet-cidr-assoc",
    "SubnetNetworkAclAssociation": "aclassoc",
    "TrafficMirrorFilter": "tmf",
    "TrafficMirrorFilterRule": "tmfr",
    "TrafficMirrorSession": "tms",
    "TrafficMirrorTarget": "tmt",
    "TransitGateway": "tgw",
    "TransitGatewayAttachment": "tgw-attach",
    "TransitGatewayConnect": "tgw-attach",
    "TransitGatewayPeeringAttachment": "tgw-attach",
    "TransitGatewayRouteTable": "tgw-rtb",
    "TransitGatewayVpcAttachment": "tgw-attach",
    "VPCCidrBlock": "vpc-cidr-assoc",
    "VPCEndpointConnectionNotification": "vpce-nfn",
    "VPCEndpointService": "vpce-svc",
    "VPCPeeringConnection": "pcx",
    "VPNConnection": "vpn",
    "VPNGateway": "vgw",
    "VerifiedAccessEndpoint": "vae",
    "VerifiedAccessGroup": "vagr",
    "VerifiedAccessInstance": "vai",
    "VerifiedAccessTrustProvider": "vatp",
}
_ARN = "arn:{partition}:%s:{region}:{account}:"
_EVENTS, _APPSYNC = _ARN % "events", _ARN % "appsync" + "apis/{ApiId}"
_HOST = "{region}.%s.{suffix}"


def _database(cluster: str, service: str) -> Mapping[str, str]:
    """A cluster's endpoints: the writer's, and the readers'."""
    return {
        "Endpoint": f"{{{cluster}}}.cluster-{{lower12}}.{_HOST % service}",
        "ReadEndpoint": f"{{{cluster}}}.cluster-ro-{{lower12}}.{_HOST % service}",
    }


_REGIONAL = {"RegionalDomainName": "d-{lower10}.execute-api.{region}.{suffix}", "RegionalHostedZoneId": "Z{upper13}"}
_ACCELERATOR = "arn:{partition}:globalaccelerator::{account}:accelerator/{uuid}"

# The identifying attribute that AWS draws is written as `*`, whatever its name.
DRAWN = "*"
NOTED: Mapping[str, Mapping[str, str]] = {
    **{f"AWS::EC2::{kind}": {DRAWN: f"{prefix}-0{{hex16}}"} for kind, prefix in _EC2_PREFIXES.items()},
    "AWS::EC2::SpotFleet": {DRAWN: "sfr-{uuid}"},
    "AWS::CDK::Metadata": {"Ref": "{uuid}"},
    "AWS::Events::ApiDestination": {
        "Arn": _EVENTS + "api-destination/{Name}/{uuid}",
        "ArnForPolicy": _EVENTS + "api-destination/{Name}",
    },
    "AWS::Events::Connection": {
        "Arn": _EVENTS + "connection/{Name}/{uuid}",
        "ArnForPolicy": _EVENTS + "connection/{Name}",
        "SecretArn": _ARN % "secretsmanager" + "secret:events!connection/{Name}/{uuid}-{mixed6}",
    },
    # https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html: a layer's versions count up from 1.
    "AWS::Lambda::LayerVersion": {
        "LayerVersionArn": "arn:{partition}:lambda:{region}:{account}:layer:{LayerName}:{revision}",
    },
    # AWS IoT API, Certificate and CACertificate: ids are SHA-256 fingerprints.
    "AWS::IoT::CACertificate": {"Id": "{hex64}", "Arn": _ARN % "iot" + "cacert/{Id}"},
    "AWS::IoT::Certificate": {"Id": "{hex64}"},
    # Each service's user guide, on the addresses of what it makes.
    "AWS::ApiGateway::DomainName": {
        **_REGIONAL,
        "DistributionDomainName": "d{lower13}.cloudfront.net",
        "DistributionHostedZoneId": "Z2FDTNDATAQYW2",  # of CloudFront, in every account
    },
    "AWS::ApiGatewayV2::DomainName": _REGIONAL,
    "AWS::AppSync::ApiKey": {
        "ApiKey": "{ApiKeyId}",
        "ApiKeyId": "da2-{lower26}",
        "Arn": _APPSYNC + "/apikey/{ApiKeyId}",
    },
    "AWS::AppSync::DataSource": {"DataSourceArn": _APPSYNC + "/datasources/{Name}"},
    "AWS::AppSync::FunctionConfiguration": {
        "FunctionArn": _APPSYNC + "/functions/{FunctionId}",
        "FunctionId": "{lower26}",
    },
    "AWS::AppSync::GraphQLApi": {
        "ApiId": "{lower26}",
        "Arn": _APPSYNC,
        "GraphQLUrl": "https://{lower26}.appsync-api.{region}.{suffix}/graphql",
        "RealtimeUrl": "wss://{lower26}.appsync-realtime-api.{region}.{suffix}/graphql",
    },
    "AWS::AppSync::GraphQLSchema": {DRAWN: "{ApiId}GraphQLSchema"},
    "AWS::AppSync::Resolver": {"ResolverArn": _APPSYNC + "/types/{TypeName}/resolvers/{FieldName}"},
    "AWS::AutoScaling::ScalingPolicy": {
        "Arn": _ARN % "autoscaling"
        + "scalingPolicy:{uuid}:autoScalingGroupName/{AutoScalingGroupName}:policyName/{PolicyName}",
    },
    # https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html
    "AWS::Batch::JobDefinition": {
        "JobDefinitionArn": _ARN % "batch" + "job-definition/{JobDefinitionName}:{revision}",
    },
    "AWS::Bedrock::AgentAlias": {"AgentAliasArn": _ARN % "bedrock" + "agent-alias/{AgentId}/{AgentAliasId}"},
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": {"S3CanonicalUserId": "{hex96}"},
    "AWS::CloudFront::StreamingDistribution": {"DomainName": "d{lower13}.cloudfront.net"},
    "AWS::CodeCommit::Repository": {
        "CloneUrlHttp": "https://git-codecommit.{region}.{suffix}/v1/repos/{RepositoryName}",
        "CloneUrlSsh": "ssh://git-codecommit.{region}.{suffix}/v1/repos/{RepositoryName}",
    },
    "AWS::CodeStarConnections::Connection": {"ConnectionArn": _ARN % "codestar-connections" + "connection/{uuid}"},
    "AWS::Cognito::UserPoolDomain": {"CloudFrontDistribution": "d{lower13}.cloudfront.net"},
    "AWS::Config::AggregationAuthorization": {
        "AggregationAuthorizationArn": _ARN % "config"
        + "aggregation-authorization/{AuthorizedAccountId}/{AuthorizedAwsRegion}",
    },
    "AWS::DMS::Endpoint": {"EndpointArn": _ARN % "dms" + "endpoint:{upper26}"},
    "AWS::DocDB::DBCluster": _database("DBClusterIdentifier", "docdb"),
    "AWS::DocDB::DBInstance": {"Endpoint": "{DBInstanceIdentifier}.{lower12}." + _HOST % "docdb"},
    "AWS::EC2::KeyPair": {"KeyFingerprint": "{mixed43}=", "KeyPairId": "key-0{hex16}"},
    "AWS::EC2::PlacementGroup": {"GroupId": "pg-0{hex16}"},
    "AWS::EKS::Cluster": {
        "Endpoint": "https://{upper32}.gr7." + _HOST % "eks",
        "OpenIdConnectIssuerUrl": "https://oidc.eks.{region}.{suffix}/id/{upper32}",
    },
    "AWS::EKS::Nodegroup": {
        "Arn": _ARN % "eks" + "nodegroup/{ClusterName}/{NodegroupName}/{uuid}",
        "Id": "{ClusterName}/{NodegroupName}",
    },
    "AWS::ElasticLoadBalancing::LoadBalancer": {
        "CanonicalHostedZoneNameID": "Z{upper13}",
        "DNSName": "{LoadBalancerName}-{digits10}." + _HOST % "elb",
    },
    "AWS::GlobalAccelerator::Accelerator": {
        "AcceleratorArn": _ACCELERATOR,
        "DnsName": "a{hex16}.awsglobalaccelerator.com",
        "DualStackDnsName": "a{hex16}.dualstack.awsglobalaccelerator.com",
    },
    "AWS::GlobalAccelerator::EndpointGroup": {"EndpointGroupArn": "{ListenerArn}/endpoint-group/{hex12}"},
    "AWS::GlobalAccelerator::Listener": {"ListenerArn": "{AcceleratorArn}/listener/{hex8}"},
    # What the Glue API takes is an object of its own, which contains the name.
    "AWS::Glue::Connection": {"Ref": "{ConnectionInput/Name}"},
    "AWS::Glue::Database": {"DatabaseName": "{DatabaseInput/Name}"},
    "AWS::Glue::Table": {"Ref": "{Name}", "Name": "{TableInput/Name}"},
    "AWS::IAM::AccessKey": {"Id": "AKIA{upper16}", "SecretAccessKey": "{mixed40}"},
    "AWS::Kinesis::StreamConsumer": {"ConsumerARN": "{StreamARN}/consumer/{ConsumerName}:{digits10}"},
    "AWS::MSK::Cluster": {"Arn": _ARN % "kafka" + "cluster/{ClusterName}/{uuid}-{digits1}"},
    "AWS::Neptune::DBCluster": _database("DBClusterIdentifier", "neptune"),
    "AWS::Neptune::DBInstance": {"Endpoint": "{DBInstanceIdentifier}.{lower12}." + _HOST % "neptune"},
    "AWS::OpenSearchServerless::Collection": {
        "CollectionEndpoint": "https://{Id}.{region}.aoss.{suffix}",
        "DashboardEndpoint": "https://{Id}.{region}.aoss.{suffix}/_dashboards",
    },
    "AWS::RDS::DBCluster": {f"{name}/Address": form for name, form in _database("DBClusterIdentifier", "rds").items()},
    "AWS::Redshift::Cluster": {"Endpoint/Address": "{ClusterIdentifier}.{lower12}." + _HOST % "redshift"},
    "AWS::SES::EmailIdentity": {
        f"DkimDNSToken{part}{number}": form
        for number in (1, 2, 3)
        for part, form in (("Name", "{lower32}._domainkey.{EmailIdentity}"), ("Value", "{lower32}.dkim.amazonses.com"))
    },
    "AWS::Transfer::User": {"Arn": _ARN % "transfer" + "user/{ServerId}/{UserName}"},
    "AWS::WorkSpaces::Workspace": {DRAWN: "ws-{lower9}"},
    "AWS::GuardDuty::Detector": {DRAWN: "{hex32}"},
    "AWS::GuardDuty::IPSet": {DRAWN: "{hex32}"},
    "AWS::GuardDuty::ThreatIntelSet": {DRAWN: "{hex32}"},
    "AWS::AppConfig::Application": {DRAWN: "{lower7}"},
    # AWS AppConfig API, CreateHostedConfigurationVersion: numbers that count up within the profile.
    "AWS::AppConfig::HostedConfigurationVersion": {"VersionNumber": "{revision}"},
    "AWS::AppConfig::ConfigurationProfile": {DRAWN: "{lower7}"},
    # AWS AppConfig API, StartDeployment: "the sequence number of the deployment", of an environment.
    "AWS::AppConfig::Deployment": {"DeploymentNumber": "{revision}"},
    "AWS::AppConfig::DeploymentStrategy": {DRAWN: "{lower7}"},
    "AWS::AppConfig::Environment": {DRAWN: "{lower7}"},
    "AWS::CloudFront::OriginAccessControl": {DRAWN: "E{upper13}"},
    "AWS::DLM::LifecyclePolicy": {DRAWN: "policy-0{hex16}"},
    "AWS::EMR::Cluster": {DRAWN: "j-{upper13}"},
    "AWS::FSx::FileSystem": {DRAWN: "fs-0{hex16}"},
    "AWS::Route53Resolver::ResolverEndpoint": {DRAWN: "rslvr-in-0{hex16}"},
}
