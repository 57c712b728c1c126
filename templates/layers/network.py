"""network: a VPC with public subnets, each in a zone chosen by name; private ones and NAT gateways by parameter."""

from troposphere import GetAtt, Join, Output, Ref, Tags, Template
from troposphere.ec2 import VPC, InternetGateway, RouteTable, VPCCidrBlock, VPCGatewayAttachment

from templates.network.endpoints import endpoints
from templates.network.flow_log import flow_log
from templates.network.nat import nat_resources
from templates.network.parameters import CONDITIONS, IPV6, PARAMETERS, PRIVATE, THIRD_ZONE, vpc_cidr
from templates.network.subnets import Tier, every, ipv6_ranges, private_tier, public_routes, public_tier
from templates.parts.document import document
from templates.parts.parameters import app_name


def template() -> Template:
    """Give the template of the network layer."""
    vpc = VPC(
        "Vpc",
        CidrBlock=Ref(vpc_cidr),
        EnableDnsSupport=True,
        EnableDnsHostnames=True,
        Tags=Tags(Name=Ref(app_name)),
    )
    ipv6 = VPCCidrBlock("Ipv6Cidr", Condition=IPV6, VpcId=Ref(vpc), AmazonProvidedIpv6CidrBlock=True)
    gateway = InternetGateway("InternetGateway", Tags=Tags(Name=Ref(app_name)))
    attachment = VPCGatewayAttachment("InternetGatewayAttachment", VpcId=Ref(vpc), InternetGatewayId=Ref(gateway))
    public, private = public_tier(vpc), private_tier(vpc)
    public_table = public.tables[0]
    return document(
        "Network: a VPC, an internet gateway and public subnets in two or three Availability Zones; private subnets, "
        "NAT gateways, endpoints and flow logs where they are asked for.",
        parameters=PARAMETERS,
        conditions=CONDITIONS,
        resources=[
            vpc,
            ipv6,
            gateway,
            attachment,
            *public.subnets,
            *ipv6_ranges(public, ipv6),
            public_table,
            *public_routes(public_table, gateway, attachment),
            *public.associations,
            *private.subnets,
            *private.tables,
            *private.associations,
            *nat_resources(vpc, public.subnets, private.tables, attachment),
            *endpoints(vpc, public_table, private.tables, private.subnets),
            *flow_log(vpc),
        ],
        outputs=_outputs(vpc, public, private, public_table),
    )


def _outputs(vpc: VPC, public: Tier, private: Tier, public_table: RouteTable) -> list[Output]:
    public_ids = Join(",", every(public.subnets, (None, None, THIRD_ZONE)))
    private_ids = Join(",", every(private.subnets, (None, *PRIVATE[1:])))
    return [
        Output("VpcId", Description="Id of the VPC.", Value=Ref(vpc)),
        Output("VpcCidr", Description="Address range of the VPC.", Value=GetAtt(vpc, "CidrBlock")),
        Output("PublicSubnetIds", Description="Ids of the public subnets, joined by commas.", Value=public_ids),
        # An empty value cannot be exported: where there are no private subnets there is no output.
        Output(
            "PrivateSubnetIds",
            Condition=PRIVATE[0],
            Description="Ids of the private subnets, joined by commas.",
            Value=private_ids,
        ),
        Output("PublicRouteTableId", Description="Id of the public subnets' route table.", Value=Ref(public_table)),
    ]
