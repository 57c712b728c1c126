"""With only the required parameters the rendered tree is the system that the Terraform program built, row by row.

Each test is one row of that program's resources, and checks every property of what it became; fixed defects are marked.
"""

from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope, leave
from cloudformation.rules import broken_assertions
from tests.templates.resolved import REQUIRED, Layer, document, tree

APP = "ecs-alb-basic"
EVERYWHERE = "0.0.0.0/0"
ALLOW_TO_ANY = [{"Description": "Allow to Any", "IpProtocol": "-1", "CidrIp": EVERYWHERE}]


def named(name: str) -> list[dict[str, str]]:
    return [{"Key": "Name", "Value": name}]


def trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": ["sts:AssumeRole"]}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture(scope="module")
def layers() -> dict[str, Layer]:
    return tree()


def broken(**values: str) -> list[str]:
    """The rules of root that do not hold with the required parameters, those given, and the defaults of all others."""
    root = document("root")
    defaults = {name: entry["Default"] for name, entry in root["Parameters"].items() if "Default" in entry}
    types = {name: entry["Type"] for name, entry in root["Parameters"].items()}
    scope = Scope({**defaults, **REQUIRED, **values}, refused=leave)
    return [assertion.rule for assertion in broken_assertions(root["Rules"], types, scope)]


def test_only_the_zone_the_domain_and_the_two_zones_are_required() -> None:
    required = {name for name, entry in document("root")["Parameters"].items() if "Default" not in entry}
    assert required == {"DomainName", "AvailabilityZone1", "AvailabilityZone2"}
    assert required | {"HostedZoneId"} == REQUIRED.keys()
    # The zone may be empty in one kind of system alone: where nothing is made in it.
    given, no_records = {"ExistingCertificateArn": "arn:aws:acm:certificate"}, {"CreateDnsRecords": "false"}
    assert broken() == broken(**given, **no_records, HostedZoneId="") == []
    for other in ({}, given, no_records):
        assert broken(**other, HostedZoneId="") == ["ZoneForCertificateAndRecords"]


def test_there_is_nothing_beside_what_the_program_had(layers: dict[str, Layer]) -> None:
    assert {name: sorted(layer.resources) for name, layer in layers.items()} == {
        "root": ["Alb", "AppSg", "Cert", "Ecs", "Network"],
        "network": [
            "InternetGateway",
            "InternetGatewayAttachment",
            "PublicDefaultRoute",
            "PublicRouteTable",
            "PublicSubnet1",
            "PublicSubnet1RouteTableAssociation",
            "PublicSubnet2",
            "PublicSubnet2RouteTableAssociation",
            "Vpc",
        ],
        "cert": ["Certificate"],
        "alb": [
            "AlbIngressHttp",
            "AlbIngressHttps",
            "AlbSecurityGroup",
            "AliasA",
            "HttpListener",
            "HttpsListener",
            "LoadBalancer",
        ],
        "app-sg": ["AppIngressFromAlb", "AppIngressFromSelf", "AppSecurityGroup"],
        "ecs": [
            "Cluster",
            "ClusterCapacityProviders",
            "ExecutionRole",
            "ListenerRule",
            "LogGroup",
            "Service",
            "TargetGroup",
            "TaskDefinition",
            "TaskRole",
        ],
    }


def test_default_tags_are_the_stack_s_and_on_no_resource(layers: dict[str, Layer]) -> None:
    keys = {
        tag["Key"]
        for layer in layers.values()
        for entry in layer.resources.values()
        for tag in entry["Properties"].get("Tags", [])
    }
    assert keys == {"Name"}


def test_aws_vpc(layers: dict[str, Layer]) -> None:
    assert layers["network"].properties("Vpc") == {
        "CidrBlock": "10.0.0.0/16",
        "EnableDnsSupport": True,
        "EnableDnsHostnames": True,  # fixed: the program left it off
        "Tags": named(APP),
    }


def test_aws_internet_gateway(layers: dict[str, Layer]) -> None:
    assert layers["network"].properties("InternetGateway") == {"Tags": named(APP)}
    assert layers["network"].properties("InternetGatewayAttachment") == {
        "VpcId": "network.Vpc",
        "InternetGatewayId": "network.InternetGateway",
    }


@pytest.mark.parametrize(
    ("number", "cidr", "zone"), [(1, "10.0.1.0/24", "ap-northeast-1a"), (2, "10.0.2.0/24", "ap-northeast-1c")]
)
def test_aws_subnet_public(layers: dict[str, Layer], number: int, cidr: str, zone: str) -> None:
    assert layers["network"].properties(f"PublicSubnet{number}") == {
        "VpcId": "network.Vpc",
        "AvailabilityZone": zone,
        "CidrBlock": cidr,
        "Tags": named(f"{APP}-public_{number}"),
    }


def test_aws_route_table_and_its_associations(layers: dict[str, Layer]) -> None:
    network = layers["network"]
    assert network.properties("PublicRouteTable") == {"VpcId": "network.Vpc", "Tags": named(f"{APP}-public")}
    assert network.resources["PublicDefaultRoute"] == {
        "Type": "AWS::EC2::Route",
        "DependsOn": "InternetGatewayAttachment",
        "Properties": {
            "RouteTableId": "network.PublicRouteTable",
            "DestinationCidrBlock": EVERYWHERE,
            "GatewayId": "network.InternetGateway",
        },
    }
    for number in (1, 2):
        assert network.properties(f"PublicSubnet{number}RouteTableAssociation") == {
            "SubnetId": f"network.PublicSubnet{number}",
            "RouteTableId": "network.PublicRouteTable",
        }


def test_aws_route53_zone_is_a_parameter(layers: dict[str, Layer]) -> None:
    assert document("root")["Parameters"]["HostedZoneId"]["Type"] == "String"
    assert layers["alb"].properties("AliasA")["HostedZoneId"] == "Z0123456789EXAMPLE"


def test_aws_acm_certificate_with_its_validation(layers: dict[str, Layer]) -> None:
    domain = "dev.example.com"
    assert layers["cert"].properties("Certificate") == {
        "DomainName": domain,
        "ValidationMethod": "DNS",
        "DomainValidationOptions": [{"DomainName": domain, "HostedZoneId": "Z0123456789EXAMPLE"}],
    }


def test_aws_security_group_alb(layers: dict[str, Layer]) -> None:
    assert layers["alb"].properties("AlbSecurityGroup") == {
        "GroupDescription": "Security Group for ALB",
        "VpcId": "network.Vpc",
        "SecurityGroupEgress": ALLOW_TO_ANY,
        "Tags": named(f"{APP}-alb"),
    }


@pytest.mark.parametrize(
    ("logical_id", "port", "word"), [("AlbIngressHttp", 80, "HTTP"), ("AlbIngressHttps", 443, "HTTPS")]
)
def test_aws_security_group_rule_alb(layers: dict[str, Layer], logical_id: str, port: int, word: str) -> None:
    assert layers["alb"].properties(logical_id) == {
        "GroupId": "alb.AlbSecurityGroup",
        "Description": f"Allow from Any {word}",
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "CidrIp": EVERYWHERE,
    }


def test_aws_lb(layers: dict[str, Layer]) -> None:
    assert layers["alb"].properties("LoadBalancer") == {
        "Type": "application",
        "Scheme": "internet-facing",
        "IpAddressType": "ipv4",
        "SecurityGroups": ["alb.AlbSecurityGroup"],
        "Subnets": ["network.PublicSubnet1", "network.PublicSubnet2"],
        "LoadBalancerAttributes": [
            {"Key": "deletion_protection.enabled", "Value": "false"},
            {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},  # fixed
            {"Key": "idle_timeout.timeout_seconds", "Value": "60"},
            {"Key": "access_logs.s3.enabled", "Value": "false"},
            {"Key": "connection_logs.s3.enabled", "Value": "false"},
            {"Key": "health_check_logs.s3.enabled", "Value": "false"},
        ],
        "Tags": named(APP),
    }


def test_aws_lb_listener_https(layers: dict[str, Layer]) -> None:
    assert layers["alb"].properties("HttpsListener") == {
        "LoadBalancerArn": "alb.LoadBalancer",
        "Port": 443,
        "Protocol": "HTTPS",
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",  # fixed: the program named none
        "Certificates": [{"CertificateArn": "cert.Certificate"}],
        "ListenerAttributes": [{"Key": "routing.http.response.server.enabled", "Value": "true"}],
        "DefaultActions": [
            {
                "Type": "fixed-response",
                "FixedResponseConfig": {
                    "StatusCode": "503",
                    "ContentType": "text/plain",
                    "MessageBody": "503 Service Temporarily Unavailable",
                },
            }
        ],
    }


def test_aws_lb_listener_http(layers: dict[str, Layer]) -> None:
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert layers["alb"].properties("HttpListener") == {
        "LoadBalancerArn": "alb.LoadBalancer",
        "Port": 80,
        "Protocol": "HTTP",
        "DefaultActions": [{"Type": "redirect", "RedirectConfig": redirect}],
    }


def test_aws_route53_record_alb(layers: dict[str, Layer]) -> None:
    assert layers["alb"].properties("AliasA") == {
        "HostedZoneId": "Z0123456789EXAMPLE",
        "Name": "dev.example.com",
        "Type": "A",
        "AliasTarget": {
            "DNSName": "alb.LoadBalancer.DNSName",
            "HostedZoneId": "alb.LoadBalancer.CanonicalHostedZoneID",
            "EvaluateTargetHealth": True,
        },
    }


def test_aws_security_group_app_and_its_rules(layers: dict[str, Layer]) -> None:
    app_sg = layers["app-sg"]
    assert app_sg.properties("AppSecurityGroup") == {
        "GroupDescription": "Security Group for Application",
        "VpcId": "network.Vpc",
        "SecurityGroupEgress": ALLOW_TO_ANY,
        "Tags": named(f"{APP}-app"),
    }
    assert app_sg.properties("AppIngressFromSelf") == {
        "GroupId": "app-sg.AppSecurityGroup",
        "Description": "Allow from This",
        "IpProtocol": "-1",
        "SourceSecurityGroupId": "app-sg.AppSecurityGroup",
    }
    assert app_sg.properties("AppIngressFromAlb") == {
        "GroupId": "app-sg.AppSecurityGroup",
        "Description": "Allow from ALB",
        "IpProtocol": "-1",
        "SourceSecurityGroupId": "alb.AlbSecurityGroup",
    }


def test_aws_ecs_cluster(layers: dict[str, Layer]) -> None:
    assert layers["ecs"].properties("Cluster") == {
        "ClusterName": APP,
        "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
    }
    assert layers["ecs"].properties("ClusterCapacityProviders") == {
        "Cluster": "ecs.Cluster",
        "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],  # on offer, and used by nothing: see the deviations
        "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
    }


def test_aws_iam_role_ecs_task_exec(layers: dict[str, Layer]) -> None:
    assert layers["ecs"].properties("ExecutionRole") == {
        "AssumeRolePolicyDocument": trust("ecs-tasks"),
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
    }


def test_aws_cloudwatch_log_group(layers: dict[str, Layer]) -> None:
    # The name became a Name tag: a named log group cannot be replaced, and what a deletion keeps is in the way.
    assert layers["ecs"].resources["LogGroup"] == {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"RetentionInDays": "30", "Tags": named(f"{APP}-myservice")},  # fixed: it never expired
    }


def test_aws_iam_role_myservice_task(layers: dict[str, Layer]) -> None:
    streams = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": ["ecs.LogGroup.Arn"],
    }
    groups = {
        "Effect": "Allow",
        "Action": ["logs:DescribeLogGroups"],
        "Resource": ["arn:aws:logs:ap-northeast-1:123456789012:log-group:*"],
    }
    channels = [f"ssmmessages:{verb}{kind}Channel" for verb in ("Create", "Open") for kind in ("Control", "Data")]
    # fixed: execute-command could not work
    shell = {"Sid": "ChannelsHaveNoArn", "Effect": "Allow", "Action": channels, "Resource": ["*"]}
    assert layers["ecs"].properties("TaskRole") == {
        "AssumeRolePolicyDocument": trust("ecs-tasks"),
        "Policies": [
            {
                "PolicyName": "allow_logs",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [streams, groups]},
            },
            {
                "PolicyName": "allow_execute_command",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [shell]},
            },
        ],
        "Tags": named(f"{APP}-myservice"),
    }


def test_aws_ecs_task_definition(layers: dict[str, Layer]) -> None:
    options = {"awslogs-region": "ap-northeast-1", "awslogs-group": "ecs.LogGroup", "awslogs-stream-prefix": "ecs"}
    options |= {"mode": "non-blocking", "max-buffer-size": "25m"}  # written down: see the deviations
    assert layers["ecs"].properties("TaskDefinition") == {
        "Family": f"{APP}-myservice",
        "RequiresCompatibilities": ["FARGATE"],
        "NetworkMode": "awsvpc",
        "Cpu": "256",
        "Memory": "512",
        "ExecutionRoleArn": "ecs.ExecutionRole.Arn",
        "TaskRoleArn": "ecs.TaskRole.Arn",
        "ContainerDefinitions": [
            {
                "Name": "nginx",
                "Image": "public.ecr.aws/docker/library/nginx:latest",
                "Essential": True,
                "ReadonlyRootFilesystem": "false",
                "PortMappings": [{"ContainerPort": "80", "Protocol": "tcp"}],
                "LogConfiguration": {"LogDriver": "awslogs", "Options": options},
            }
        ],
        "Tags": named(f"{APP}-myservice"),
    }


def test_aws_ecs_service(layers: dict[str, Layer]) -> None:
    assert layers["ecs"].resources["Service"] == {
        "Type": "AWS::ECS::Service",
        "DependsOn": ["ListenerRule", "ClusterCapacityProviders"],  # fixed: no order between service and rule
        "Properties": {
            "Cluster": "ecs.Cluster",
            "TaskDefinition": "ecs.TaskDefinition",
            "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Base": "0", "Weight": "1"}],
            "PlatformVersion": "LATEST",
            "DesiredCount": "2",
            "DeploymentConfiguration": {
                "MinimumHealthyPercent": 100,
                "MaximumPercent": 200,
                "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True, "ResetOnHealthyTask": False},  # fixed
                "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
            },
            "AvailabilityZoneRebalancing": "DISABLED",
            "HealthCheckGracePeriodSeconds": "60",
            "EnableExecuteCommand": "true",
            "EnableECSManagedTags": "false",
            "PropagateTags": "SERVICE",
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "AssignPublicIp": "ENABLED",
                    "Subnets": ["network.PublicSubnet1", "network.PublicSubnet2"],
                    "SecurityGroups": ["app-sg.AppSecurityGroup"],
                }
            },
            "LoadBalancers": [
                {"TargetGroupArn": "ecs.TargetGroup", "ContainerName": "nginx", "ContainerPort": "80"},
            ],
            "Tags": named(f"{APP}-myservice"),
        },
    }


def test_aws_lb_target_group(layers: dict[str, Layer]) -> None:
    assert layers["ecs"].properties("TargetGroup") == {
        "VpcId": "network.Vpc",
        "TargetType": "ip",
        "Port": 80,
        "Protocol": "HTTP",
        "HealthCheckPath": "/",
        "Matcher": {"HttpCode": "200"},
        "HealthCheckIntervalSeconds": "30",
        "HealthCheckTimeoutSeconds": "5",
        "HealthyThresholdCount": "3",
        "UnhealthyThresholdCount": "3",
        "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}],
        "Tags": named(f"{APP}-myservice"),
    }


def test_aws_lb_listener_rule(layers: dict[str, Layer]) -> None:
    assert layers["ecs"].properties("ListenerRule") == {
        "ListenerArn": "alb.HttpsListener",
        "Priority": "50000",
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}],
        "Actions": [{"Type": "forward", "TargetGroupArn": "ecs.TargetGroup"}],
    }
