"""What physical ids and attributes of well-known resource types look like.

Each shape follows the "Return values" section of the type's page in the CloudFormation template
reference; generated names follow what stacks show. Types that are not here get theirs from their
registry schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.identifier_words import Naming, Words, tail

# Hosted zones of application load balancers (https://docs.aws.amazon.com/general/latest/gr/elb.html).
BALANCER_ZONES = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}
BALANCER_KINDS = {"network": "net", "gateway": "gwy"}

More = Callable[[Words], Mapping[str, str]]


@dataclass(frozen=True)
class Shape:
    """A physical id, how the resource is named, its attributes, and words that need computing."""

    id: str
    naming: Naming | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    words: More | None = None


def arn(service: str, resource: str, *, region: str = "{region}", account: str = "{account}") -> str:
    """An ARN's shape."""
    return f"arn:{{partition}}:{service}:{region}:{account}:{resource}"


def named(property_name: str, limit: int, arn_shape: str | None = None, **attributes: Any) -> Shape:
    """A type whose physical id is its name, and whose `Arn` holds it."""
    own = {"Arn": arn_shape} if arn_shape else {}
    return Shape("{name}", Naming(property_name, limit), {**own, **attributes})


def fifo(words: Words) -> Mapping[str, str]:
    """Names of FIFO topics and queues end in `.fifo`."""
    wanted = str(words.properties.get("FifoTopic", words.properties.get("FifoQueue", ""))).lower() == "true"
    return {"name": words["name"] + ".fifo"} if wanted and not words["name"].endswith(".fifo") else {}


def balancer(words: Words) -> Mapping[str, str]:
    """The part of a load balancer's ARN that its metrics use, and its DNS name."""
    kind = BALANCER_KINDS.get(words["Type"], "app")
    scheme = "internal-" if words["Scheme"] == "internal" else ""
    zone = BALANCER_ZONES.get(words.where.region) or "Z" + words["upper13"]
    dns = f"{scheme}{words['name']}-{words['digits10']}.{words.where.region}.elb.{words['suffix']}"
    return {"full": f"{kind}/{words['name']}/{words['hex16']}", "dns": dns, "zone": zone}


def listener(words: Words) -> Mapping[str, str]:
    """A listener's ARN continues its load balancer's."""
    return {"parent": words["LoadBalancerArn"].replace(":loadbalancer/", ":listener/")}


def listener_rule(words: Words) -> Mapping[str, str]:
    """A rule's ARN continues its listener's."""
    return {"parent": words["ListenerArn"].replace(":listener/", ":listener-rule/")}


def cluster(words: Words) -> Mapping[str, str]:
    """The cluster's name, whether the template gives name or ARN."""
    return {"cluster": tail(words["Cluster"]) or "default"}


def destination(words: Words) -> Mapping[str, str]:
    """Where a route leads to."""
    keys = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return {"destination": next((words[key] for key in keys if words[key]), "")}


def attachment(words: Words) -> Mapping[str, str]:
    """An internet gateway's attachment, or a VPN gateway's."""
    return {"kind": "VGW" if words["VpnGatewayId"] else "IGW"}


def zone_name(words: Words) -> Mapping[str, str]:
    """Route 53 record names without their last dot."""
    return {"record": words["Name"].rstrip(".")}


def function_name(words: Words) -> Mapping[str, str]:
    """A function's name out of its ARN."""
    return {"function": tail(words["FunctionName"])}


def bucket(words: Words) -> Mapping[str, str]:
    """A bucket's site has a dash or a dot before the region, by the region's age."""
    old = ("us-east-1", "us-west-1", "us-west-2", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1")
    return {"between": "-" if words.where.region in old else "."}


def _ec2(prefix: str, **attributes: Any) -> Shape:
    return Shape(f"{prefix}-{{hex17}}", None, attributes)


CONTROL_PLANE = "AWS::CloudFormation::"
ELB = "AWS::ElasticLoadBalancingV2::"
BALANCER_NAME = Naming("Name", 32, cut=(6, 5))

SHAPES: dict[str, Shape] = {
    # VPC
    "AWS::EC2::VPC": _ec2(
        "vpc",
        DefaultSecurityGroup="sg-{hex17}",
        DefaultNetworkAcl="acl-{hex17}",
        CidrBlockAssociations=["vpc-cidr-assoc-{hex17}"],
        Ipv6CidrBlocks=[],
    ),
    "AWS::EC2::Subnet": _ec2("subnet", NetworkAclAssociationId="aclassoc-{hex17}", Ipv6CidrBlocks=[]),
    "AWS::EC2::InternetGateway": _ec2("igw"),
    "AWS::EC2::RouteTable": _ec2("rtb"),
    "AWS::EC2::SubnetRouteTableAssociation": _ec2("rtbassoc"),
    "AWS::EC2::SecurityGroup": _ec2("sg", GroupId="{id}", Id="{id}"),
    "AWS::EC2::SecurityGroupIngress": _ec2("sgr"),
    "AWS::EC2::SecurityGroupEgress": _ec2("sgr"),
    "AWS::EC2::EIP": Shape("{address}", None, {"AllocationId": "eipalloc-{hex17}", "PublicIp": "{id}"}),
    "AWS::EC2::EIPAssociation": _ec2("eipassoc"),
    "AWS::EC2::NatGateway": _ec2("nat", EniId="eni-{hex17}"),
    "AWS::EC2::VPCEndpoint": _ec2("vpce", NetworkInterfaceIds=[], DnsEntries=[], CreationTimestamp="{now}"),
    "AWS::EC2::FlowLog": _ec2("fl"),
    "AWS::EC2::NetworkAcl": _ec2("acl"),
    "AWS::EC2::Instance": _ec2("i"),
    "AWS::EC2::LaunchTemplate": _ec2("lt", DefaultVersionNumber="1", LatestVersionNumber="1"),
    "AWS::EC2::Volume": _ec2("vol"),
    "AWS::EC2::Route": Shape("{RouteTableId}|{destination}", None, {"CidrBlock": "{destination}"}, destination),
    "AWS::EC2::VPCGatewayAttachment": Shape("{kind}|{VpcId}", None, {"AttachmentType": "{kind}"}, attachment),
    # Load balancing
    f"{ELB}LoadBalancer": Shape(
        arn("elasticloadbalancing", "loadbalancer/{full}"),
        BALANCER_NAME,
        {
            "LoadBalancerFullName": "{full}",
            "LoadBalancerName": "{name}",
            "Name": "{name}",
            "DNSName": "{dns}",
            "CanonicalHostedZoneID": "{zone}",
        },
        balancer,
    ),
    f"{ELB}TargetGroup": Shape(
        arn("elasticloadbalancing", "{full}"),
        BALANCER_NAME,
        {"TargetGroupFullName": "{full}", "TargetGroupName": "{name}", "LoadBalancerArns": []},
        lambda words: {"full": f"targetgroup/{words['name']}/{words['hex16']}"},
    ),
    f"{ELB}Listener": Shape("{parent}/{hex16}", None, {}, listener),
    f"{ELB}ListenerRule": Shape("{parent}/{hex16}", None, {"IsDefault": False}, listener_rule),
    "AWS::CertificateManager::Certificate": Shape(arn("acm", "certificate/{uuid}")),
    # Containers
    "AWS::ECS::Cluster": named("ClusterName", 255, arn("ecs", "cluster/{name}")),
    "AWS::ECS::ClusterCapacityProviderAssociations": Shape("{Cluster}"),
    "AWS::ECS::Service": Shape(
        arn("ecs", "service/{cluster}/{name}"), Naming("ServiceName", 255), {"Name": "{name}"}, cluster
    ),
    "AWS::ECS::TaskDefinition": Shape(arn("ecs", "task-definition/{name}:{revision}"), Naming("Family", 255)),
    "AWS::ECR::Repository": Shape(
        "{name}",
        Naming("RepositoryName", 256, "lower"),
        {
            "Arn": arn("ecr", "repository/{name}"),
            "RepositoryUri": "{account}.dkr.ecr.{region}.{suffix}/{name}",
        },
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": Shape("{ResourceId}|{ScalableDimension}|{ServiceNamespace}"),
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
        {"PolicyId": "ANPA{upper17}", "DefaultVersionId": "v1", "CreateDate": "{now}", "UpdateDate": "{now}"},
    ),
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
    "AWS::S3::BucketPolicy": Shape("{Bucket}"),
    "AWS::SNS::Topic": Shape(
        arn("sns", "{name}"), Naming("TopicName", 256), {"TopicArn": "{id}", "TopicName": "{name}"}, fifo
    ),
    "AWS::SNS::Subscription": Shape("{TopicArn}:{uuid}"),
    "AWS::SQS::Queue": Shape(
        "https://sqs.{region}.{suffix}/{account}/{name}",
        Naming("QueueName", 80),
        {"Arn": arn("sqs", "{name}"), "QueueName": "{name}", "QueueUrl": "{id}"},
        fifo,
    ),
    "AWS::SSM::Parameter": Shape(
        "{name}", Naming("Name", 2048, form="CFN-{logical}-{random}"), {"Arn": arn("ssm", "parameter{slashed}")}
    ),
    "AWS::Logs::LogGroup": named("LogGroupName", 512, arn("logs", "log-group:{name}:*")),
    "AWS::Route53::RecordSet": Shape("{record}", None, {}, zone_name),
    "AWS::Route53::HostedZone": Shape(
        "Z{upper20}",
        None,
        {"NameServers": ["ns-{digits3}.awsdns-{digits2}.com", "ns-{digits3}.awsdns-{digits2}.net"]},
    ),
    "AWS::Route53::HealthCheck": Shape("{uuid}"),
    "AWS::SecretsManager::Secret": Shape(
        arn("secretsmanager", "secret:{name}-{mixed6}"), Naming("Name", 512, form="{logical}-{random}")
    ),
    "AWS::KMS::Key": Shape("{uuid}", None, {"Arn": arn("kms", "key/{id}")}),
    "AWS::DynamoDB::Table": named("TableName", 255, arn("dynamodb", "table/{name}")),
    "AWS::EFS::FileSystem": Shape("fs-{hex17}", None, {"Arn": arn("elasticfilesystem", "file-system/{id}")}),
    "AWS::EFS::MountTarget": _ec2("fsmt"),
    # Functions, events, watching
    "AWS::Lambda::Function": named("FunctionName", 64, arn("lambda", "function:{name}")),
    "AWS::Lambda::Permission": Shape("{name}", Naming("", 100)),
    "AWS::Lambda::Version": Shape(arn("lambda", "function:{function}:1"), None, {"Version": "1"}, function_name),
    "AWS::Events::Rule": Shape(
        "{name}", Naming("Name", 64), {"Arn": arn("events", "rule/{name}"), "RuleName": "{name}"}
    ),
    "AWS::StepFunctions::StateMachine": Shape(
        arn("states", "stateMachine:{name}"), Naming("StateMachineName", 80), {"Name": "{name}"}
    ),
    "AWS::CloudWatch::Alarm": named("AlarmName", 255, arn("cloudwatch", "alarm:{name}")),
    "AWS::CloudFront::Distribution": Shape("E{upper13}", None, {"DomainName": "d{lower13}.cloudfront.net"}),
    "AWS::ApiGateway::RestApi": Shape("{lower10}", None, {"RootResourceId": "{lower10}"}),
    # CloudFormation itself
    f"{CONTROL_PLANE}Stack": Shape(arn("cloudformation", "stack/{stack}-{logical}-{upper12}/{uuid}")),
    f"{CONTROL_PLANE}WaitConditionHandle": Shape(
        "https://cloudformation-waitcondition-{region}.s3.{region}.{suffix}/{stack_id}/{logical}"
    ),
    f"{CONTROL_PLANE}WaitCondition": Shape("{stack_id}/{logical}", None, {"Data": "{{}}"}),
}
