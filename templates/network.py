"""network: a VPC with two public subnets, each in a zone chosen by name."""

from awacs import logs as logs_actions
from troposphere import (
    Equals,
    GetAtt,
    If,
    Join,
    Not,
    NoValue,
    Output,
    Parameter,
    Ref,
    Retain,
    RetainExceptOnCreate,
    Sub,
    Tags,
    Template,
)
from troposphere.ec2 import (
    VPC,
    FlowLog,
    InternetGateway,
    Route,
    RouteTable,
    Subnet,
    SubnetRouteTableAssociation,
    VPCGatewayAttachment,
)
from troposphere.iam import Role
from troposphere.logs import LogGroup

from templates.document import document
from templates.parameters import CIDR, RETENTIONS, app_name, is_given, kms_key_arn
from templates.policies import EVERY_LOG_GROUP, allow, inline, trusted_by

# Conditions
FLOW_LOGS = "FlowLogsOn"
KMS_KEY = "KmsKeyGiven"


def template() -> Template:
    """Give the template of the network layer."""
    vpc_cidr = _cidr(
        "VpcCidr", "Address range of the VPC. Changing it replaces the whole network.", "10.0.0.0/16", "a range"
    )
    zone_1 = _zone(1)
    zone_2 = _zone(2)
    subnet_1_cidr = _cidr(
        "PublicSubnet1Cidr", "Address range of public subnet 1.", "10.0.1.0/24", "a range inside VpcCidr"
    )
    subnet_2_cidr = _cidr(
        "PublicSubnet2Cidr", "Address range of public subnet 2.", "10.0.2.0/24", "a range inside VpcCidr"
    )
    flow_logs_retention = Parameter(
        "FlowLogsRetentionDays",
        Type="Number",
        Description="Days that records of accepted and refused traffic are kept in CloudWatch Logs. 0: no flow log.",
        Default=0,
        AllowedValues=[0, *RETENTIONS],
        ConstraintDescription=f"one of 0, {', '.join(map(str, RETENTIONS))}",
    )

    vpc = VPC(
        "Vpc",
        CidrBlock=Ref(vpc_cidr),
        EnableDnsSupport=True,
        EnableDnsHostnames=True,
        Tags=Tags(Name=Ref(app_name)),
    )
    internet_gateway = InternetGateway("InternetGateway", Tags=Tags(Name=Ref(app_name)))
    attachment = VPCGatewayAttachment(
        "InternetGatewayAttachment", VpcId=Ref(vpc), InternetGatewayId=Ref(internet_gateway)
    )
    subnet_1 = _subnet("PublicSubnet1", vpc, zone_1, subnet_1_cidr, "public_1")
    subnet_2 = _subnet("PublicSubnet2", vpc, zone_2, subnet_2_cidr, "public_2")
    route_table = RouteTable("PublicRouteTable", VpcId=Ref(vpc), Tags=Tags(Name=Sub("${AppName}-public")))
    default_route = Route(
        "PublicDefaultRoute",
        # A route to a gateway that is not attached yet is refused.
        DependsOn=attachment,
        RouteTableId=Ref(route_table),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=Ref(internet_gateway),
    )
    return document(
        "Network: a VPC, an internet gateway and two public subnets in two Availability Zones.",
        parameters=[app_name, vpc_cidr, zone_1, zone_2, subnet_1_cidr, subnet_2_cidr, flow_logs_retention, kms_key_arn],
        conditions={
            FLOW_LOGS: Not(Equals(Ref(flow_logs_retention), "0")),
            KMS_KEY: is_given(kms_key_arn),
        },
        resources=[
            vpc,
            internet_gateway,
            attachment,
            subnet_1,
            subnet_2,
            route_table,
            default_route,
            _association(subnet_1, route_table),
            _association(subnet_2, route_table),
            *_flow_log(vpc, flow_logs_retention),
        ],
        outputs=[
            Output("VpcId", Description="Id of the VPC.", Value=Ref(vpc)),
            Output("VpcCidr", Description="Address range of the VPC.", Value=GetAtt(vpc, "CidrBlock")),
            Output(
                "PublicSubnetIds",
                Description="Ids of the public subnets, joined by commas.",
                Value=Join(",", [Ref(subnet_1), Ref(subnet_2)]),
            ),
            Output("PublicRouteTableId", Description="Id of the public subnets' route table.", Value=Ref(route_table)),
        ],
    )


def _cidr(name: str, description: str, default: str, what: str) -> Parameter:
    return Parameter(
        name,
        Type="String",
        Description=description,
        Default=default,
        AllowedPattern=CIDR,
        ConstraintDescription=f"{what} in CIDR notation, /16 to /28, for example {default}",
    )


def _zone(number: int) -> Parameter:
    return Parameter(
        f"AvailabilityZone{number}",
        Type="String",
        Description=f"Availability Zone of public subnet {number}, by name. Changing it replaces the subnet.",
    )


def _subnet(name: str, vpc: VPC, zone: Parameter, cidr: Parameter, tag: str) -> Subnet:
    return Subnet(
        name,
        VpcId=Ref(vpc),
        AvailabilityZone=Ref(zone),
        CidrBlock=Ref(cidr),
        Tags=Tags(Name=Sub(f"${{AppName}}-{tag}")),
    )


def _association(subnet: Subnet, route_table: RouteTable) -> SubnetRouteTableAssociation:
    return SubnetRouteTableAssociation(
        f"{subnet.title}RouteTableAssociation", SubnetId=Ref(subnet), RouteTableId=Ref(route_table)
    )


def _flow_log(vpc: VPC, retention: Parameter) -> list[LogGroup | Role | FlowLog]:
    log_group = LogGroup(
        "FlowLogGroup",
        Condition=FLOW_LOGS,
        DeletionPolicy=RetainExceptOnCreate,
        UpdateReplacePolicy=Retain,
        RetentionInDays=Ref(retention),
        KmsKeyId=If(KMS_KEY, Ref(kms_key_arn), NoValue),
        Tags=Tags(Name=Sub("${AppName}-flow-logs")),
    )
    # GetAtt Arn of a log group ends in ":*": the streams in it.
    write_records = allow(
        logs_actions.CreateLogStream,
        logs_actions.DescribeLogStreams,
        logs_actions.PutLogEvents,
        on=[GetAtt(log_group, "Arn")],
    )
    list_groups = allow(logs_actions.DescribeLogGroups, on=[EVERY_LOG_GROUP])
    role = Role(
        "FlowLogRole",
        Condition=FLOW_LOGS,
        AssumeRolePolicyDocument=trusted_by("vpc-flow-logs"),
        Policies=[inline("write_flow_logs", write_records, list_groups)],
    )
    flow_log = FlowLog(
        "FlowLog",
        Condition=FLOW_LOGS,
        ResourceType="VPC",
        ResourceId=Ref(vpc),
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=Ref(log_group),
        DeliverLogsPermissionArn=GetAtt(role, "Arn"),
        Tags=Tags(Name=Ref(app_name)),
    )
    return [log_group, role, flow_log]
