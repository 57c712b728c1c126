"""What physical ids and attributes of well-known resource types look like.

Each shape follows the "Return values" section of the type's page in the CloudFormation template
reference; generated names follow what stacks show. Types and attributes that are not here get theirs
from the registry schema.
"""

from rehearsal.resources.identifier_shapes import (
    Shape,
    arn,
    balancer,
    bucket,
    called_function,
    destination,
    ec2,
    fifo,
    firewall_part,
    issuer,
    key,
    machine_alias,
    named,
    on_bus,
    registered,
    scaling_policy,
    search_domain,
    stream,
    wait_condition,
    wait_handle,
)
from rehearsal.resources.identifier_words import Naming, tail

CONTROL_PLANE = "AWS::CloudFormation::"
ELB = "AWS::ElasticLoadBalancingV2::"
BALANCER_NAME = Naming("Name", 32, cut=(6, 5))

SHAPES: dict[str, Shape] = {
    # VPC
    "AWS::EC2::VPC": ec2(
        "vpc",
        DefaultSecurityGroup="sg-0{hex16}",
        DefaultNetworkAcl="acl-0{hex16}",
        CidrBlockAssociations=["vpc-cidr-assoc-0{hex16}"],
    ),
    "AWS::EC2::Subnet": ec2("subnet", NetworkAclAssociationId="aclassoc-0{hex16}"),
    "AWS::EC2::InternetGateway": ec2("igw"),
    "AWS::EC2::RouteTable": ec2("rtb"),
    "AWS::EC2::SubnetRouteTableAssociation": ec2("rtbassoc"),
    "AWS::EC2::SecurityGroup": ec2("sg", GroupId="{id}"),
    "AWS::EC2::SecurityGroupIngress": ec2("sgr"),
    "AWS::EC2::SecurityGroupEgress": ec2("sgr"),
    "AWS::EC2::EIP": Shape("{address}", None, {"AllocationId": "eipalloc-0{hex16}"}),
    "AWS::EC2::EIPAssociation": ec2("eipassoc"),
    "AWS::EC2::NatGateway": ec2("nat", EniId="eni-0{hex16}"),
    "AWS::EC2::VPCEndpoint": ec2("vpce"),
    "AWS::EC2::FlowLog": ec2("fl"),
    "AWS::EC2::NetworkAcl": ec2("acl"),
    "AWS::EC2::Instance": ec2(
        "i",
        PrivateIp="10.0.1.{digits2}",
        PublicIp="",
        PrivateDnsName="ip-10-0-1-{digits2}.{region}.compute.internal",
        PublicDnsName="",
        State={"Code": "16", "Name": "running"},
    ),
    "AWS::EC2::LaunchTemplate": ec2("lt", DefaultVersionNumber="1", LatestVersionNumber="1"),
    "AWS::EC2::Volume": ec2("vol"),
    "AWS::EC2::Route": Shape("{RouteTableId}|{destination}", None, {"CidrBlock": "{destination}"}, destination),
    "AWS::EC2::VPCGatewayAttachment": Shape(
        "{kind}|{VpcId}",
        None,
        {"AttachmentType": "{kind}"},
        lambda words: {"kind": "VGW" if words["VpnGatewayId"] else "IGW"},
    ),
    # Load balancing
    f"{ELB}LoadBalancer": Shape(
        arn("elasticloadbalancing", "loadbalancer/{full}"),
        BALANCER_NAME,
        {
            "LoadBalancerFullName": "{full}",
            "Name": "{name}",
            "DNSName": "{dns}",
            "CanonicalHostedZoneID": "{zone}",
        },
        balancer,
    ),
    f"{ELB}TargetGroup": Shape(
        arn("elasticloadbalancing", "{full}"),
        BALANCER_NAME,
        {"TargetGroupFullName": "{full}"},
        lambda words: {"full": f"targetgroup/{words['name']}/{words['hex16']}"},
    ),
    f"{ELB}Listener": Shape(
        "{parent}/{hex16}",
        words=lambda words: {"parent": words["LoadBalancerArn"].replace(":loadbalancer/", ":listener/")},
    ),
    f"{ELB}ListenerRule": Shape(
        "{parent}/{hex16}",
        words=lambda words: {"parent": words["ListenerArn"].replace(":listener/", ":listener-rule/")},
    ),
    "AWS::CertificateManager::Certificate": Shape(arn("acm", "certificate/{uuid}")),
    # Containers
    "AWS::ECS::ClusterCapacityProviderAssociations": Shape("{Cluster}"),
    "AWS::ECS::Service": Shape(
        arn("ecs", "service/{cluster}/{name}"),
        Naming("ServiceName", 255),
        words=lambda words: {"cluster": tail(words["Cluster"]) or "default"},  # the template gives name or ARN
    ),
    "AWS::ECS::TaskDefinition": Shape(arn("ecs", "task-definition/{name}:{revision}"), Naming("Family", 255)),
    "AWS::ECR::Repository": Shape(
        "{name}",
        Naming("RepositoryName", 256, "lower"),
        {"Arn": arn("ecr", "repository/{name}"), "RepositoryUri": "{account}.dkr.ecr.{region}.{suffix}/{name}"},
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": Shape(
        "{ResourceId}|{ScalableDimension}|{ServiceNamespace}", None, {"Id": "{id}"}
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Shape(
        arn("autoscaling", "scalingPolicy:{uuid}:resource/{target}:policyName/{policy}"),
        Naming("PolicyName", 255),
        {},
        scaling_policy,
    ),
    "AWS::AutoScaling::AutoScalingGroup": named(
        "AutoScalingGroupName",
        255,
        AutoScalingGroupARN=arn("autoscaling", "autoScalingGroup:{uuid}:autoScalingGroupName/{name}"),
    ),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": Shape(
        "ns-{lower16}", None, {"Arn": arn("servicediscovery", "namespace/{id}")}
    ),
    "AWS::ServiceDiscovery::Service": Shape(
        "srv-{lower16}", Naming("Name", 127), {"Arn": arn("servicediscovery", "service/{id}"), "Name": "{name}"}
    ),
    # Identity
    "AWS::IAM::Role": named("RoleName", 64, arn("iam", "role{path}{name}", region=""), RoleId="AROA{upper17}"),
    "AWS::IAM::User": named("UserName", 64, arn("iam", "user{path}{name}", region="")),
    "AWS::IAM::Group": named("GroupName", 128, arn("iam", "group{path}{name}", region="")),
    "AWS::IAM::InstanceProfile": named(
        "InstanceProfileName", 128, arn("iam", "instance-profile{path}{name}", region="")
    ),
    "AWS::IAM::ManagedPolicy": Shape(
        arn("iam", "policy{path}{name}", region=""),
        Naming("ManagedPolicyName", 128),
        {"PolicyId": "ANPA{upper17}", "DefaultVersionId": "v1"},
    ),
    "AWS::IAM::OIDCProvider": Shape(arn("iam", "oidc-provider/{issuer}", region=""), words=issuer),
    "AWS::IAM::Policy": Shape("{name}", Naming("", 23, cut=(5, 4))),
    # Storage, messages, names
    "AWS::S3::Bucket": Shape(
        "{name}",
        Naming("BucketName", 63, "lower"),
        {
            "Arn": arn("s3", "{name}", region="", account=""),
            "DomainName": "{name}.s3.{suffix}",
            "DualStackDomainName": "{name}.s3.dualstack.{region}.{suffix}",
            "RegionalDomainName": "{name}.s3.{region}.{suffix}",
            "WebsiteURL": "http://{name}.s3-website{between}{region}.{suffix}",
        },
        bucket,
    ),
    "AWS::SNS::Topic": Shape(arn("sns", "{name}"), Naming("TopicName", 256), {"TopicName": "{name}"}, fifo),
    "AWS::SNS::Subscription": Shape("{TopicArn}:{uuid}"),
    "AWS::SQS::Queue": Shape(
        "https://sqs.{region}.{suffix}/{account}/{name}",
        Naming("QueueName", 80),
        {"Arn": arn("sqs", "{name}"), "QueueName": "{name}"},
        fifo,
    ),
    "AWS::SSM::Parameter": Shape(
        "{name}", Naming("Name", 2048, form="CFN-{logical}-{random}"), {"Arn": arn("ssm", "parameter{slashed}")}
    ),
    "AWS::Logs::LogGroup": named("LogGroupName", 512, arn("logs", "log-group:{name}:*")),
    "AWS::Route53::RecordSet": Shape("{record}", words=lambda words: {"record": words["Name"].rstrip(".")}),
    "AWS::Route53::HostedZone": Shape(
        "Z{upper20}",
        None,
        {"NameServers": ["ns-{digits3}.awsdns-{digits2}.com", "ns-{digits3}.awsdns-{digits2}.net"]},
    ),
    "AWS::SecretsManager::Secret": Shape(
        arn("secretsmanager", "secret:{name}-{mixed6}"), Naming("Name", 512, form="{logical}-{random}")
    ),
    "AWS::SecretsManager::SecretTargetAttachment": Shape("{SecretId}"),
    "AWS::SecretsManager::RotationSchedule": Shape("{SecretId}"),
    "AWS::SecretsManager::ResourcePolicy": Shape("{SecretId}"),
    "AWS::KMS::Key": Shape("{key}", None, {"Arn": arn("kms", "key/{id}")}, key),
    "AWS::KMS::ReplicaKey": Shape("{key}", None, {"Arn": arn("kms", "key/{id}")}, key),
    "AWS::DynamoDB::Table": Shape(
        "{name}",
        Naming("TableName", 255),
        {"Arn": arn("dynamodb", "table/{name}"), "StreamArn": arn("dynamodb", "table/{name}/stream/{label}")},
        stream,
    ),
    "AWS::EFS::FileSystem": Shape("fs-0{hex16}", None, {"Arn": arn("elasticfilesystem", "file-system/{id}")}),
    "AWS::EFS::MountTarget": ec2("fsmt"),
    "AWS::EFS::AccessPoint": Shape("fsap-0{hex16}", None, {"Arn": arn("elasticfilesystem", "access-point/{id}")}),
    "AWS::RDS::DBInstance": Shape(
        "{name}",
        Naming("DBInstanceIdentifier", 63, "lower"),
        {
            "DBInstanceArn": arn("rds", "db:{name}"),
            "DbiResourceId": "db-{upper26}",
            "Endpoint.Address": "{name}.{lower12}.{region}.rds.{suffix}",
            "DBInstanceStatus": "available",
            "MasterUserSecret.SecretArn": arn("secretsmanager", "secret:rds!db-{uuid}-{mixed6}"),
        },
    ),
    "AWS::Elasticsearch::Domain": search_domain(),
    "AWS::OpenSearchService::Domain": search_domain(Id="{account}/{name}"),
    "AWS::WAFv2::IPSet": firewall_part("ipset"),
    "AWS::WAFv2::RegexPatternSet": firewall_part("regexpatternset"),
    "AWS::WAFv2::RuleGroup": firewall_part("rulegroup", LabelNamespace="awswaf:{account}:rulegroup:{name}:"),
    "AWS::WAFv2::WebACL": firewall_part("webacl", LabelNamespace="awswaf:{account}:webacl:{name}:"),
    "AWS::Glue::Schema": Shape(arn("glue", "schema/{registry}/{name}"), Naming("Name", 255), {}, registered),
    "AWS::Cognito::UserPool": Shape(
        "{region}_{mixed9}",
        Naming("UserPoolName", 128),
        {
            "Arn": arn("cognito-idp", "userpool/{id}"),
            "ProviderName": "cognito-idp.{region}.{suffix}/{id}",
            "ProviderURL": "https://cognito-idp.{region}.{suffix}/{id}",
        },
    ),
    # Functions, events, watching
    "AWS::Lambda::Function": named("FunctionName", 64, arn("lambda", "function:{name}")),
    "AWS::Lambda::Permission": Shape("{name}", Naming("", 100)),
    "AWS::Lambda::Version": Shape(
        arn("lambda", "function:{function}:{revision}"),
        None,
        {"Version": "{revision}"},
        lambda words: {"function": tail(words["FunctionName"])},
    ),
    "AWS::Lambda::Alias": Shape(
        arn("lambda", "function:{function}:{Name}"), words=lambda words: {"function": tail(words["FunctionName"])}
    ),
    "AWS::Lambda::Url": Shape(
        "{function}",
        None,
        {"FunctionArn": "{id}", "FunctionUrl": "https://{lower32}.lambda-url.{region}.on.aws/"},
        called_function,
    ),
    # Recorded: on a bus of its own, Ref is `bus|rule`, and the ARN contains both.
    "AWS::Events::Rule": Shape("{bus}{name}", Naming("Name", 64), {"Arn": arn("events", "rule/{path}{name}")}, on_bus),
    "AWS::StepFunctions::StateMachine": Shape(arn("states", "stateMachine:{name}"), Naming("StateMachineName", 80)),
    "AWS::StepFunctions::StateMachineVersion": Shape("{StateMachineArn}:{revision}"),
    "AWS::StepFunctions::StateMachineAlias": Shape("{machine}:{name}", Naming("Name", 80), {}, machine_alias),
    "AWS::CloudWatch::Alarm": named("AlarmName", 255, arn("cloudwatch", "alarm:{name}")),
    "AWS::CloudWatch::CompositeAlarm": named("AlarmName", 255, arn("cloudwatch", "alarm:{name}")),
    "AWS::CloudFront::Distribution": Shape("E{upper13}", None, {"DomainName": "d{lower13}.cloudfront.net"}),
    "AWS::ApiGateway::RestApi": Shape("{lower10}", None, {"RootResourceId": "{lower10}"}),
    "AWS::ApiGatewayV2::Api": Shape(
        "{lower10}",
        None,
        {"ApiId": "{id}", "ApiEndpoint": "{scheme}://{id}.execute-api.{region}.{suffix}"},
        lambda words: {"scheme": "wss" if words["ProtocolType"] == "WEBSOCKET" else "https"},
    ),
    # CloudFormation itself
    f"{CONTROL_PLANE}Stack": Shape(arn("cloudformation", "stack/{stack}-{logical}-{upper12}/{uuid}")),
    f"{CONTROL_PLANE}WaitConditionHandle": Shape(
        "https://cloudformation-waitcondition-{region}.s3.{region}.{suffix}/{encoded}%2F{logical}"
        "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}&X-Amz-SignedHeaders=host&X-Amz-Expires=86399"
        "&X-Amz-Credential=AKIA{upper16}%2F{day}%2F{region}%2Fs3%2Faws4_request&X-Amz-Signature={hex64}",
        words=wait_handle,
    ),
    # Recorded: it ends in the logical id of its handle, not in its own.
    f"{CONTROL_PLANE}WaitCondition": Shape("{stack_id}/{handle}", None, {"Data": "{{}}"}, wait_condition),
}
