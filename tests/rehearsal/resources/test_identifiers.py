"""Identities: physical ids, Ref and attributes of rehearsed resources."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.resources.identifier_words import Token, Where, Words
from rehearsal.resources.identifiers import Identity, new_resource, updated
from rehearsal.resources.known_identifiers import SHAPES as KNOWN
from rehearsal.resources.resource_schema import region_index
from tests.examples import examples
from tests.rehearsal.resources.types_of_tokyo import known

WHERE = Where(
    account="123456789012",
    region="ap-northeast-1",
    partition="aws",
    stack_name="shop-dev",
    stack_id="arn:aws:cloudformation:ap-northeast-1:123456789012:stack/shop-dev/0f0e0d0c",
    now="2030-01-02T03:04:05Z",
)


def drawing(seed: int) -> Token:
    source = random.Random(seed)
    return lambda length, alphabet: "".join(source.choice(alphabet) for _ in range(length))


def create(name: str, properties: dict[str, Any] | None = None, logical_id: str = "Thing", **more: Any) -> Identity:
    where = more.pop("where", WHERE)
    return new_resource(known(name), Words(logical_id, properties or {}, where, drawing(7)), **more)


ARN = "arn:aws:%s:ap-northeast-1:123456789012:"
SHAPES = [
    ("EC2::VPC", {}, r"vpc-0[0-9a-f]{16}"),
    ("EC2::Subnet", {}, r"subnet-0[0-9a-f]{16}"),
    ("EC2::InternetGateway", {}, r"igw-0[0-9a-f]{16}"),
    ("EC2::RouteTable", {}, r"rtb-0[0-9a-f]{16}"),
    ("EC2::SubnetRouteTableAssociation", {}, r"rtbassoc-0[0-9a-f]{16}"),
    ("EC2::SecurityGroup", {}, r"sg-0[0-9a-f]{16}"),
    ("EC2::SecurityGroupIngress", {}, r"sgr-0[0-9a-f]{16}"),
    ("EC2::NatGateway", {}, r"nat-0[0-9a-f]{16}"),
    ("EC2::VPCEndpoint", {}, r"vpce-0[0-9a-f]{16}"),
    ("EC2::EIP", {}, r"\d+\.\d+\.\d+\.\d+"),
    ("EC2::Route", {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0"}, r"rtb-1\|0\.0\.0\.0/0"),
    ("EC2::VPCGatewayAttachment", {"VpcId": "vpc-1", "InternetGatewayId": "igw-1"}, r"IGW\|vpc-1"),
    ("EC2::VPCGatewayAttachment", {"VpcId": "vpc-1", "VpnGatewayId": "vgw-1"}, r"VGW\|vpc-1"),
    ("CertificateManager::Certificate", {}, (ARN % "acm") + r"certificate/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("ECS::Cluster", {"ClusterName": "shop"}, r"shop"),
    ("ECS::Cluster", {}, r"shop-dev-Thing-[A-Za-z0-9]{12}"),
    ("ECS::Service", {"Cluster": "c1", "ServiceName": "web"}, (ARN % "ecs") + r"service/c1/web"),
    (
        "ECS::Service",
        {"Cluster": (ARN % "ecs") + "cluster/c1", "ServiceName": "web"},
        (ARN % "ecs") + r"service/c1/web",
    ),
    ("ECS::Service", {"ServiceName": "web"}, (ARN % "ecs") + r"service/default/web"),
    ("ECS::ClusterCapacityProviderAssociations", {"Cluster": "c1"}, r"c1"),
    ("IAM::Role", {}, r"shop-dev-Thing-[A-Za-z0-9]{12}"),
    ("IAM::Role", {"RoleName": "deployer"}, r"deployer"),
    ("IAM::ManagedPolicy", {"Path": "/team/"}, r"arn:aws:iam::123456789012:policy/team/shop-dev-Thing-[A-Za-z0-9]{12}"),
    ("Logs::LogGroup", {"LogGroupName": "/shop/web"}, r"/shop/web"),
    ("Route53::RecordSet", {"Name": "www.example.com."}, r"www\.example\.com"),
    ("S3::Bucket", {}, r"shop-dev-thing-[a-z0-9]{12}"),
    ("S3::BucketPolicy", {"Bucket": "files"}, r"files"),
    ("SNS::Topic", {}, (ARN % "sns") + r"shop-dev-Thing-[A-Za-z0-9]{12}"),
    ("SNS::Topic", {"FifoTopic": "true"}, (ARN % "sns") + r"shop-dev-Thing-[A-Za-z0-9]{12}\.fifo"),
    ("SNS::Topic", {"FifoTopic": True, "TopicName": "a.fifo"}, (ARN % "sns") + r"a\.fifo"),
    ("SQS::Queue", {"QueueName": "jobs"}, r"https://sqs\.ap-northeast-1\.amazonaws\.com/123456789012/jobs"),
    ("SSM::Parameter", {}, r"CFN-Thing-[A-Za-z0-9]{12}"),
    ("KMS::Key", {}, r"[0-9a-f-]{36}"),
    ("Lambda::Function", {}, r"shop-dev-Thing-[A-Za-z0-9]{12}"),
    ("Lambda::Version", {"FunctionName": (ARN % "lambda") + "function:f"}, (ARN % "lambda") + r"function:f:1"),
    ("DynamoDB::Table", {"TableName": "orders"}, r"orders"),
    ("CloudWatch::CompositeAlarm", {"AlarmName": "both"}, r"both"),
    ("OpenSearchService::Domain", {"DomainName": "logs"}, r"logs"),
    ("OpenSearchService::Domain", {}, r"shop-dev-thing-[a-z0-9]{12}"),
    ("Elasticsearch::Domain", {}, r"shop-dev-thing-[a-z0-9]{12}"),
    ("WAFv2::WebACL", {"Name": "w", "Scope": "REGIONAL"}, r"w\|[0-9a-f-]{36}\|REGIONAL"),
    (
        "ApplicationAutoScaling::ScalingPolicy",
        {"PolicyName": "cpu", "ResourceId": "service/c/s"},
        (ARN % "autoscaling") + r"scalingPolicy:[0-9a-f-]{36}:resource/service/c/s:policyName/cpu",
    ),
    ("CloudFormation::Stack", {}, (ARN % "cloudformation") + r"stack/shop-dev-Thing-[A-Z0-9]{12}/[0-9a-f-]{36}"),
    ("CloudFormation::WaitCondition", {}, re.escape(WHERE.stack_id) + "/Thing"),
    (
        "CloudFormation::WaitCondition",
        {"Handle": "https://x.s3.amazonaws.com/arn%3Aaws%3Ax%3Astack%2Fshop%2F0f0e0d0c%2FMyHandle?X-Amz-Date=1"},
        re.escape(WHERE.stack_id) + "/MyHandle",
    ),
    (
        "CloudFormation::WaitConditionHandle",
        {},
        r"https://cloudformation-waitcondition-ap-northeast-1\.s3\.ap-northeast-1\.amazonaws\.com/"
        r"arn%3Aaws%3Acloudformation%3Aap-northeast-1%3A123456789012%3Astack%2Fshop-dev%2F0f0e0d0c%2FThing"
        r"\?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20300102T030405Z&X-Amz-SignedHeaders=host&X-Amz-Expires=86399"
        r"&X-Amz-Credential=AKIA[A-Z0-9]{16}%2F20300102%2Fap-northeast-1%2Fs3%2Faws4_request"
        r"&X-Amz-Signature=[0-9a-f]{64}",
    ),
]


@pytest.mark.parametrize(("name", "properties", "shape"), SHAPES)
def test_physical_ids_have_the_shape_that_stacks_show(name: str, properties: dict[str, Any], shape: str) -> None:
    identity = create(f"AWS::{name}", properties)
    assert re.fullmatch(shape, identity.physical_id), identity.physical_id
    assert identity.ref == identity.physical_id


def test_a_load_balancer_has_one_name_in_all_its_attributes() -> None:
    balancer = create("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internet-facing"}, "Alb")
    name = balancer.attributes["LoadBalancerName"]
    full = balancer.attributes["LoadBalancerFullName"]
    assert re.fullmatch(r"shop-dev-Alb-[A-Za-z0-9]{12}", name)
    assert re.fullmatch(rf"app/{name}/[0-9a-f]{{16}}", full)
    assert balancer.physical_id == f"arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/{full}"
    assert re.fullmatch(rf"{name}-\d{{10}}\.ap-northeast-1\.elb\.amazonaws\.com", balancer.attributes["DNSName"])
    assert balancer.attributes["CanonicalHostedZoneID"] == "Z14GRHDCWA56QT"


def test_network_and_internal_load_balancers_show_in_arn_and_dns_name() -> None:
    balancer = create(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network", "Scheme": "internal", "Name": "n"}
    )
    assert ":loadbalancer/net/n/" in balancer.physical_id
    assert balancer.attributes["DNSName"].startswith("internal-n-")


@pytest.mark.parametrize("name", ["AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"])
@pytest.mark.parametrize(
    ("options", "access"),
    [({}, "search"), ({"VPCOptions": {}}, "search"), ({"VPCOptions": {"SubnetIds": ["subnet-1"]}}, "vpc")],
)
def test_the_endpoint_of_a_domain_says_whether_it_is_in_a_vpc(name: str, options: dict[str, Any], access: str) -> None:
    domain = create(name, {"DomainName": "logs", **options})
    endpoint = domain.attributes["DomainEndpoint"]
    assert re.fullmatch(access + r"-logs-[a-z0-9]{26}\.ap-northeast-1\.es\.amazonaws\.com", endpoint), endpoint
    assert domain.attributes["Arn"] == domain.attributes["DomainArn"] == (ARN % "es") + "domain/logs"


def test_the_id_of_a_domain_is_its_account_and_its_name() -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-opensearchservice-domain.html
    domain = create("AWS::OpenSearchService::Domain", {"DomainName": "my-domain"})
    assert domain.attributes["Id"] == "123456789012/my-domain"


def test_names_that_grow_too_long_are_cut_as_the_service_demands() -> None:
    where = Where("1", "us-east-1", "aws", "a-basic-system-dev-Alb-1ABCDEFGHIJK" * 3, "arn")
    balancer = create("AWS::ElasticLoadBalancingV2::TargetGroup", {}, "WebTargetGroup", where=where)
    assert re.fullmatch(r"a-basi-WebTa-[A-Za-z0-9]{12}", balancer.attributes["TargetGroupName"])
    role = create("AWS::IAM::Role", {}, "TaskExecutionRoleOfTheService", where=where)
    assert len(role.physical_id) <= 64
    policy = create("AWS::IAM::Policy", {}, "Policy", where=where)
    assert len(create("AWS::OpenSearchService::Domain", {}, "SearchOfTheService", where=where).physical_id) <= 28
    assert re.fullmatch(r"a-bas-Poli-[A-Za-z0-9]{12}", policy.physical_id)


def test_listeners_and_rules_continue_the_arn_they_belong_to() -> None:
    balancer = create("AWS::ElasticLoadBalancingV2::LoadBalancer").physical_id
    listener = create("AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": balancer}).physical_id
    rule = create("AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": listener}).physical_id
    assert re.fullmatch(re.escape(balancer.replace(":loadbalancer/", ":listener/")) + "/[0-9a-f]{16}", listener)
    assert re.fullmatch(re.escape(listener.replace(":listener/", ":listener-rule/")) + "/[0-9a-f]{16}", rule)


def test_task_definitions_count_up_within_their_family() -> None:
    first = create("AWS::ECS::TaskDefinition", {"Family": "web"})
    second = create("AWS::ECS::TaskDefinition", {"Family": "web"}, revision=2)
    other = create("AWS::ECS::TaskDefinition", {"Family": "api"}, revision=1)
    assert [one.physical_id.rsplit("/", 1)[-1] for one in (first, second, other)] == ["web:1", "web:2", "api:1"]
    assert second.attributes["TaskDefinitionArn"] == second.physical_id


def test_attributes_of_types_with_a_compound_identifier_agree_with_the_physical_id() -> None:
    service = create("AWS::ECS::Service", {"Cluster": "c1"})
    assert service.attributes["ServiceArn"] == service.physical_id
    assert service.physical_id.endswith("/" + service.attributes["Name"])
    address = create("AWS::EC2::EIP")
    assert address.attributes["PublicIp"] == address.physical_id
    assert re.fullmatch(r"eipalloc-[0-9a-f]{17}", address.attributes["AllocationId"])


def test_get_att_reads_properties_where_a_type_answers_for_them() -> None:
    parameter = create("AWS::SSM::Parameter", {"Type": "String", "Value": "blue"})
    assert parameter.attributes["Value"] == "blue"
    assert parameter.attributes["Type"] == "String"
    assert parameter.attributes["Description"] == ""
    topic = create("AWS::SNS::Topic", {"TopicName": "news"})
    assert (topic.attributes["TopicName"], topic.attributes["DisplayName"]) == ("news", "")
    assert topic.attributes["TopicArn"] == topic.physical_id


def test_an_ssm_parameter_with_a_path_has_one_slash_in_its_arn() -> None:
    assert create("AWS::SSM::Parameter", {"Name": "/a/b"}).attributes["Arn"].endswith(":parameter/a/b")
    assert create("AWS::SSM::Parameter", {"Name": "b"}).attributes["Arn"].endswith(":parameter/b")


def test_other_partitions_have_their_own_arns_and_host_names() -> None:
    where = Where("123456789012", "cn-north-1", "aws-cn", "shop", "arn")
    queue = create("AWS::SQS::Queue", {"QueueName": "jobs"}, where=where)
    assert queue.physical_id == "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/jobs"
    assert queue.attributes["Arn"] == "arn:aws-cn:sqs:cn-north-1:123456789012:jobs"
    site = create("AWS::S3::Bucket", {"BucketName": "b"}, where=where).attributes["WebsiteURL"]
    assert site == "http://b.s3-website.cn-north-1.amazonaws.com.cn"
    balancer = create("AWS::ElasticLoadBalancingV2::LoadBalancer", where=where)
    assert re.fullmatch(r"Z[A-Z0-9]{13}", balancer.attributes["CanonicalHostedZoneID"])


def test_the_same_random_source_gives_the_same_identity() -> None:
    assert create("AWS::EC2::VPC") == create("AWS::EC2::VPC")


def test_an_update_in_place_changes_mirrored_properties_and_keeps_ids_and_names() -> None:
    kind = known("AWS::SSM::Parameter")
    before = create("AWS::SSM::Parameter", {"Type": "String", "Value": "blue", "Description": "colour"})
    after = updated(before, kind, {"Type": "String", "Value": "green"})
    assert after.physical_id == before.physical_id
    assert after.attributes == {**before.attributes, "Value": "green", "Description": ""}


def test_an_update_in_place_of_a_launch_template_makes_its_next_version() -> None:
    kind = known("AWS::EC2::LaunchTemplate")
    before = create("AWS::EC2::LaunchTemplate")
    after = updated(before, kind, {"LaunchTemplateData": {}})
    assert (before.attributes["LatestVersionNumber"], after.attributes["LatestVersionNumber"]) == ("1", "2")
    assert after.attributes["DefaultVersionNumber"] == "1"


JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


# The schema says object; Fn::GetAtt gives the signals' data as JSON text.
TEXT_ALL_THE_SAME = {("AWS::CloudFormation::WaitCondition", "Data")}


@settings(max_examples=examples(80), deadline=None)
@given(st.sampled_from(sorted(region_index("ap-northeast-1"))), st.integers(0, 99))
def test_every_type_gets_an_identity_with_every_attribute(name: str, seed: int) -> None:
    kind = known(name)
    identity = new_resource(kind, Words("Thing", {}, WHERE, drawing(seed)))
    assert identity.physical_id
    assert set(identity.attributes) == kind.attributes
    assert json.loads(json.dumps(identity.attributes)) == identity.attributes
    for attribute, value in identity.attributes.items():
        if (name, attribute) in TEXT_ALL_THE_SAME:
            continue
        forms = kind.forms_at(tuple(attribute.split(".")))
        allowed = [JSON_TYPES[one] for form in forms for one in _declared(form)]
        assert not allowed or any(isinstance(value, one) for one in allowed), (attribute, value)
    assert updated(identity, kind, {}).physical_id == identity.physical_id


def _declared(form: Any) -> list[str]:
    declared = form.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


# An account has one collection of each kind, and its kind is its id.
ONE_OF_EACH = {"AWS::DevOpsGuru::ResourceCollection"}
UNNAMED = [name for name in sorted(region_index("ap-northeast-1")) if name not in KNOWN and name not in ONE_OF_EACH]


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(UNNAMED))
def test_two_resources_that_the_template_leaves_unnamed_never_share_an_id(name: str) -> None:
    source = drawing(3)
    first, second = (new_resource(known(name), Words("Thing", {}, WHERE, source)).physical_id for _ in range(2))
    assert first != second
