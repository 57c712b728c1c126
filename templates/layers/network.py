"""network: a VPC with two public subnets, each in a zone chosen by name."""

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

from templates.layers.parameters import CIDR, RETENTIONS, app_name, choice, is_given, kms_key_arn
from templates.parts.document import document
from templates.parts.policies import inline, trusted_by, write_to

# Conditions
FLOW_LOGS = "FlowLogsOn"
KMS_KEY = "KmsKeyGiven"


def _cidr(name: str, description: str, default: str) -> Parameter:
    return Parameter(
        name,
        Type="String",
        Description=description,
        Default=default,
        AllowedPattern=CIDR,
        ConstraintDescription=f"an address range in CIDR notation, /16 to /28, for example {default}",
    )


def _zone(number: int) -> Parameter:
    return Parameter(
        f"AvailabilityZone{number}",
        Type="String",
        Description=f"Availability Zone of public subnet {number}, by name. Changing it replaces the subnet.",
    )


vpc_cidr = _cidr("VpcCidr", "Address range of the VPC. Changing it replaces the whole network.", "10.0.0.0/16")
availability_zone_1 = _zone(1)
availability_zone_2 = _zone(2)
public_subnet_1_cidr = _cidr("PublicSubnet1Cidr", "Address range of public subnet 1, inside VpcCidr.", "10.0.1.0/24")
public_subnet_2_cidr = _cidr("PublicSubnet2Cidr", "Address range of public subnet 2, inside VpcCidr.", "10.0.2.0/24")
flow_logs_retention = choice(
    "FlowLogsRetentionDays",
    "Days that records of accepted and refused traffic are kept in CloudWatch Logs. 0: no flow log.",
    0,
    [0, *RETENTIONS],
)

PARAMETERS = [
    app_name,
    vpc_cidr,
    availability_zone_1,
    availability_zone_2,
    public_subnet_1_cidr,
    public_subnet_2_cidr,
    flow_logs_retention,
    kms_key_arn,
]
CONDITIONS = {
    FLOW_LOGS: Not(Equals(Ref(flow_logs_retention), "0")),
    KMS_KEY: is_given(kms_key_arn),
}


def template() -> Template:
    """Give the template of the network layer."""
    vpc = VPC(
        "Vpc",
        CidrBlock=Ref(vpc_cidr),
        EnableDnsSupport=True,
        EnableDnsHostnames=True,
        Tags=Tags(Name=Ref(app_name)),
    )
    gateway = InternetGateway("InternetGateway", Tags=Tags(Name=Ref(app_name)))
    attachment = VPCGatewayAttachment("InternetGatewayAttachment", VpcId=Ref(vpc), InternetGatewayId=Ref(gateway))
    subnet_1 = _public_subnet(1, vpc, availability_zone_1, public_subnet_1_cidr)
    subnet_2 = _public_subnet(2, vpc, availability_zone_2, public_subnet_2_cidr)
    route_table = RouteTable("PublicRouteTable", VpcId=Ref(vpc), Tags=Tags(Name=Sub("${AppName}-public")))
    return document(
        "Network: a VPC, an internet gateway and two public subnets in two Availability Zones.",
        parameters=PARAMETERS,
        conditions=CONDITIONS,
        resources=[
            vpc,
            gateway,
            attachment,
            subnet_1,
            subnet_2,
            route_table,
            _default_route(route_table, gateway, attachment),
            _association(subnet_1, route_table),
            _association(subnet_2, route_table),
            *_flow_log(vpc),
        ],
        outputs=_outputs(vpc, [subnet_1, subnet_2], route_table),
    )


def _public_subnet(number: int, vpc: VPC, zone: Parameter, cidr: Parameter) -> Subnet:
    return Subnet(
        f"PublicSubnet{number}",
        VpcId=Ref(vpc),
        AvailabilityZone=Ref(zone),
        CidrBlock=Ref(cidr),
        Tags=Tags(Name=Sub(f"${{AppName}}-public_{number}")),
    )


def _default_route(route_table: RouteTable, gateway: InternetGateway, attachment: VPCGatewayAttachment) -> Route:
    return Route(
        "PublicDefaultRoute",
        # A route to a gateway that is not attached yet is refused.
        DependsOn=attachment,
        RouteTableId=Ref(route_table),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=Ref(gateway),
    )


def _association(subnet: Subnet, route_table: RouteTable) -> SubnetRouteTableAssociation:
    return SubnetRouteTableAssociation(
        f"{subnet.title}RouteTableAssociation", SubnetId=Ref(subnet), RouteTableId=Ref(route_table)
    )


def _flow_log(vpc: VPC) -> list[LogGroup | Role | FlowLog]:
    log_group = LogGroup(
        "FlowLogGroup",
        Condition=FLOW_LOGS,
        DeletionPolicy=RetainExceptOnCreate,
        UpdateReplacePolicy=Retain,
        RetentionInDays=Ref(flow_logs_retention),
        KmsKeyId=If(KMS_KEY, Ref(kms_key_arn), NoValue),
        Tags=Tags(Name=Sub("${AppName}-flow-logs")),
    )
    role = Role(
        "FlowLogRole",
        Condition=FLOW_LOGS,
        AssumeRolePolicyDocument=trusted_by("vpc-flow-logs"),
        Policies=[inline("write_flow_logs", *write_to(log_group))],
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


def _outputs(vpc: VPC, subnets: list[Subnet], route_table: RouteTable) -> list[Output]:
    ids = Join(",", [Ref(subnet) for subnet in subnets])
    return [
        Output("VpcId", Description="Id of the VPC.", Value=Ref(vpc)),
        Output("VpcCidr", Description="Address range of the VPC.", Value=GetAtt(vpc, "CidrBlock")),
        Output("PublicSubnetIds", Description="Ids of the public subnets, joined by commas.", Value=ids),
        Output("PublicRouteTableId", Description="Id of the public subnets' route table.", Value=Ref(route_table)),
    ]
