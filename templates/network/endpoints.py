"""VPC endpoints: what tasks need of AWS, reached without leaving the VPC.

What a Fargate task needs to start: ECR's two endpoints, S3 for the layers of its image, CloudWatch Logs; and the
channels of execute-command. Images of other registries, public.ecr.aws among them, are not behind these.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

from typing import Any

from troposphere import GetAtt, Ref, Sub, Tags
from troposphere.ec2 import VPC, RouteTable, SecurityGroup, SecurityGroupRule, Subnet, VPCEndpoint

from templates.network.parameters import GATEWAY_ENDPOINT, INTERFACE_ENDPOINTS, PRIVATE
from templates.network.subnets import every

INTERFACES = {
    "EcrApiEndpoint": "ecr.api",
    "EcrDkrEndpoint": "ecr.dkr",
    "LogsEndpoint": "logs",
    "SsmMessagesEndpoint": "ssmmessages",
}


def endpoints(
    vpc: VPC, public_table: RouteTable, private_tables: list[RouteTable], private_subnets: list[Subnet]
) -> list[VPCEndpoint | SecurityGroup]:
    """Give S3's endpoint, which is a route, and those of the other services, which are addresses in the subnets."""
    s3 = _endpoint(
        "S3Endpoint",
        "s3",
        GATEWAY_ENDPOINT,
        vpc,
        VpcEndpointType="Gateway",
        RouteTableIds=[Ref(public_table), *every(private_tables, PRIVATE)],
    )
    group = _security_group(vpc)
    interfaces = [
        _endpoint(
            title,
            service,
            INTERFACE_ENDPOINTS,
            vpc,
            VpcEndpointType="Interface",
            PrivateDnsEnabled=True,
            SubnetIds=every(private_subnets, PRIVATE),
            SecurityGroupIds=[Ref(group)],
        )
        for title, service in INTERFACES.items()
    ]
    return [s3, group, *interfaces]


def _endpoint(title: str, service: str, condition: str, vpc: VPC, **more: Any) -> VPCEndpoint:
    return VPCEndpoint(
        title,
        Condition=condition,
        VpcId=Ref(vpc),
        ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
        **more,
        Tags=Tags(Name=Sub(f"${{AppName}}-{service}")),
    )


def _security_group(vpc: VPC) -> SecurityGroup:
    from_vpc = SecurityGroupRule(
        Description="Allow from VPC HTTPS", IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp=GetAtt(vpc, "CidrBlock")
    )
    return SecurityGroup(
        "InterfaceEndpointSecurityGroup",
        Condition=INTERFACE_ENDPOINTS,
        GroupDescription="Security Group for VPC Endpoints",
        VpcId=Ref(vpc),
        SecurityGroupIngress=[from_vpc],
        # Endpoints answer and never ask; without this EC2 would add a rule that lets everything out.
        SecurityGroupEgress=[SecurityGroupRule(Description="Allow to nobody", IpProtocol="-1", CidrIp="127.0.0.1/32")],
        Tags=Tags(Name=Sub("${AppName}-endpoints")),
    )
