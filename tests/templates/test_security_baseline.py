"""The security baseline, property by property, in what is rendered; docs/security.md says what is accepted instead."""

from typing import Any

import pytest

from templates.layers import LAYERS as BUILT
from tests import own_system
from tests.own_system import APP_NAME
from tests.templates.everything import DATABASE
from tests.templates.resolved import RENDERED, Layer, document, tree

LAYERS = list(BUILT)
KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-3333-4444-555555555555"
# By default a task that gets healthy sets the count back, and a deployment whose tasks then die goes on for hours.
BREAKER = {"Enable": True, "Rollback": True, "ResetOnHealthyTask": False}
WEB_ACL = "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/front/1"


@pytest.fixture(scope="module")
def layers() -> dict[str, Layer]:
    return tree()


@pytest.fixture(scope="module")
def everything_on() -> dict[str, Layer]:
    return tree(
        AlbDeletionProtection="true",
        AccessLogsMode="create",
        AccessLogsRetentionDays="365",
        FlowLogsRetentionDays="90",
        KmsKeyArn=KEY,
        WebAclArn=WEB_ACL,
        **DATABASE,
    )


def attributes(layer: Layer) -> dict[str, Any]:
    return {entry["Key"]: entry["Value"] for entry in layer.properties("LoadBalancer")["LoadBalancerAttributes"]}


def strings(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for pair in node.items() for part in pair for text in strings(part)]
    return [text for item in node for text in strings(item)] if isinstance(node, list) else [str(node)]


def statements(layer: Layer) -> list[dict[str, Any]]:
    roles = layer.of_type("AWS::IAM::Role")
    return [
        statement
        for role in roles
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_plain_http_is_only_redirected(layers: dict[str, Layer]) -> None:
    plain = [
        entry for entry in layers["alb"].of_type("AWS::ElasticLoadBalancingV2::Listener") if entry["Protocol"] == "HTTP"
    ]
    assert [action["Type"] for entry in plain for action in entry["DefaultActions"]] == ["redirect"]
    assert plain[0]["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS"


def test_every_tls_policy_on_offer_is_tls_1_2_or_later() -> None:
    offered = document("alb")["Parameters"]["SslPolicy"]["AllowedValues"]
    # Security Hub's ELB.17 takes these and none that has neither Res nor 1-3 in its name.
    assert all(
        name.startswith(("ELBSecurityPolicy-TLS13-1-2-Res-", "ELBSecurityPolicy-TLS13-1-3-")) for name in offered
    )
    assert "ELBSecurityPolicy-TLS13-1-2-2021-06" not in offered


def test_headers_that_are_not_http_are_dropped(layers: dict[str, Layer]) -> None:
    assert attributes(layers["alb"])["routing.http.drop_invalid_header_fields.enabled"] == "true"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_log_group_expires_and_outlives_its_replacement(everything_on: dict[str, Layer], layer: str) -> None:
    groups = [entry for entry in everything_on[layer].resources.values() if entry["Type"] == "AWS::Logs::LogGroup"]
    for group in groups:
        assert int(group["Properties"]["RetentionInDays"]) > 0
        kept = {"network": "RetainExceptOnCreate", "ecs": "Delete", "data": "Delete"}[layer]
        assert (group["DeletionPolicy"], group["UpdateReplacePolicy"]) == (kept, "Retain")
        assert group["Properties"]["KmsKeyId"] == KEY
    assert len(groups) == {"network": 1, "ecs": 1, "data": 2}.get(layer, 0)


def test_star_stands_only_where_an_action_has_no_resource_and_says_so(everything_on: dict[str, Layer]) -> None:
    on_everything = [
        statement for layer in everything_on.values() for statement in statements(layer) if "*" in statement["Resource"]
    ]
    assert [statement["Sid"] for statement in on_everything] == ["ChannelsHaveNoArn"]
    assert all(action.startswith("ssmmessages:") for action in on_everything[0]["Action"])


def test_no_action_is_a_wildcard(everything_on: dict[str, Layer]) -> None:
    actions = [action for layer in everything_on.values() for entry in statements(layer) for action in entry["Action"]]
    assert actions
    assert not [action for action in actions if "*" in action]


def test_without_execute_command_tasks_cannot_open_channels() -> None:
    ecs = tree(EnableExecuteCommand="false")["ecs"]
    assert ecs.properties("Service")["EnableExecuteCommand"] == "false"
    assert not [text for text in strings(ecs.properties("TaskRole")) if text.startswith("ssmmessages:")]


@pytest.mark.parametrize("layer", [*LAYERS, "root"])
def test_no_arn_names_a_partition(layer: str) -> None:
    body = document(layer)
    written = [
        text for section in ("Resources", "Outputs") for text in strings(body[section]) if text.startswith("arn:")
    ]
    assert all(text.startswith("arn:${AWS::Partition}:") for text in written)


@pytest.mark.parametrize("layer", [*LAYERS, "root"])
def test_no_iam_name_is_given_so_that_capability_iam_is_enough(layer: str) -> None:
    named = ("RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName")
    assert not [text for text in strings(document(layer)["Resources"]) if text in named]


def test_the_two_zones_are_never_the_same() -> None:
    zones = [{"Ref": "AvailabilityZone1"}, {"Ref": "AvailabilityZone2"}]
    asserted = [item["Assert"] for rule in document("root")["Rules"].values() for item in rule["Assertions"]]
    assert {"Fn::Not": [{"Fn::Equals": zones}]} in asserted


def test_subnets_give_no_public_address_by_themselves(layers: dict[str, Layer]) -> None:
    subnets = layers["network"].of_type("AWS::EC2::Subnet")
    assert [subnet.get("MapPublicIpOnLaunch", False) for subnet in subnets] == [False, False]


def test_containers_log_and_have_no_privileges_and_no_secrets(layers: dict[str, Layer]) -> None:
    task = layers["ecs"].properties("TaskDefinition")
    assert task["NetworkMode"] == "awsvpc"
    for container in task["ContainerDefinitions"]:
        assert container["LogConfiguration"]["LogDriver"] == "awslogs"
        assert not {"Privileged", "User", "Environment", "LinuxParameters"} & set(container)


def test_tasks_run_on_the_latest_platform_and_a_failing_deployment_is_rolled_back(layers: dict[str, Layer]) -> None:
    service = layers["ecs"].properties("Service")
    assert service["PlatformVersion"] == "LATEST"
    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == BREAKER


def test_container_insights_are_on_unless_they_are_switched_off(layers: dict[str, Layer]) -> None:
    assert strings(layers["ecs"].properties("Cluster")["ClusterSettings"]) == [
        "Name",
        "containerInsights",
        "Value",
        "enabled",
    ]
    off = tree(ContainerInsights="disabled")["ecs"].properties("Cluster")
    assert off["ClusterSettings"][0]["Value"] == "disabled"


def test_production_switches_on_what_can_be_switched_on() -> None:
    values = own_system.values("prod")
    assert values["AlbDeletionProtection"] == "true"
    assert values["AccessLogsMode"] == "create"
    assert int(values["FlowLogsRetentionDays"]) >= 365
    assert values["EnableExecuteCommand"] == "false"
    assert (values["TaskSubnetTier"], values["NatGatewayMode"]) == ("private", "per-az")
    assert (values["DeploymentAlarmRollback"], bool(values["AlarmTopicArn"])) == ("true", True)
    assert values["AutoScaling"] == "true"
    assert int(values["MinTasks"]) >= 2
    assert "@sha256:" in values["ContainerImage"]
    assert int(values["LogRetentionDays"]) >= 365
    assert values["StrictTransportSecurity"]


def test_a_permissions_boundary_limits_every_role() -> None:
    limit = "arn:aws:iam::123456789012:policy/limit"
    bounded = tree(PermissionsBoundaryArn=limit, FlowLogsRetentionDays="7")
    roles = [role for layer in bounded.values() for role in layer.of_type("AWS::IAM::Role")]
    assert [role["PermissionsBoundary"] for role in roles] == [limit] * 3
    assert not [
        role for layer in tree().values() for role in layer.of_type("AWS::IAM::Role") if "Boundary" in str(role)
    ]


def test_deletion_protection_is_a_parameter(everything_on: dict[str, Layer]) -> None:
    assert attributes(everything_on["alb"])["deletion_protection.enabled"] == "true"


def test_a_web_acl_is_associated_when_one_is_given(layers: dict[str, Layer], everything_on: dict[str, Layer]) -> None:
    assert "WebAclAssociation" not in layers["alb"].resources
    assert everything_on["alb"].properties("WebAclAssociation") == {
        "ResourceArn": "alb.LoadBalancer",
        "WebACLArn": WEB_ACL,
    }


def test_flow_logs_record_all_traffic_when_they_are_kept(everything_on: dict[str, Layer]) -> None:
    network = everything_on["network"]
    assert network.properties("FlowLogGroup")["RetentionInDays"] == "90"
    flow_log = network.properties("FlowLog")
    assert (flow_log["ResourceId"], flow_log["TrafficType"]) == ("network.Vpc", "ALL")
    assert flow_log["LogGroupName"] == "network.FlowLogGroup"
    assert flow_log["DeliverLogsPermissionArn"] == "network.FlowLogRole.Arn"
    trust = network.properties("FlowLogRole")["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}


def test_access_logs_go_to_a_bucket_of_the_stack_s_own(everything_on: dict[str, Layer]) -> None:
    alb = everything_on["alb"]
    assert attributes(alb)["access_logs.s3.enabled"] == "true"
    assert attributes(alb)["access_logs.s3.bucket"] == "alb.AccessLogsBucket"
    assert attributes(alb)["access_logs.s3.prefix"] == APP_NAME
    bucket = alb.resources["AccessLogsBucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["Properties"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == "365"
    assert "AES256" in strings(bucket["Properties"]["BucketEncryption"])
    assert "BucketOwnerEnforced" in strings(bucket["Properties"]["OwnershipControls"])


def test_only_the_log_delivery_may_write_access_logs_and_only_over_tls(everything_on: dict[str, Layer]) -> None:
    delivery, refusal = everything_on["alb"].properties("AccessLogsBucketPolicy")["PolicyDocument"]["Statement"]
    load_balancers = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/*"
    assert delivery == {
        "Sid": "DeliverLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"alb.AccessLogsBucket.Arn/{APP_NAME}/AWSLogs/123456789012/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": load_balancers},
        },
    }
    assert (refusal["Effect"], refusal["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_no_account_of_a_region_s_own_is_named_anywhere() -> None:
    for layer in [*LAYERS, "root"]:
        assert "582318560864" not in (RENDERED / f"{layer}.yaml").read_text(encoding="utf-8")


def test_access_logs_can_go_to_an_existing_bucket() -> None:
    alb = tree(AccessLogsMode="existing", AccessLogsBucketName="central-logs")["alb"]
    assert "AccessLogsBucket" not in alb.resources
    assert attributes(alb)["access_logs.s3.bucket"] == "central-logs"


def test_nested_stacks_are_deleted_with_their_root(layers: dict[str, Layer]) -> None:
    policies = {(entry["DeletionPolicy"], entry["UpdateReplacePolicy"]) for entry in layers["root"].resources.values()}
    assert policies == {("Delete", "Delete")}
