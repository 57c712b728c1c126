"""The subnets of the database and who can reach it: the private subnets, and the tasks' security group alone."""

from troposphere import AWSObject, Ref, Sub, Tags
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule
from troposphere.rds import DBSubnetGroup

from templates.database.parameters import app_security_group_id, private_subnet_ids
from templates.parts.parameters import vpc_id

PORT = 5432


def name_tag() -> Tags:
    """Give the Name tag of the resources of the database."""
    return Tags(Name=Sub("${AppName}-database"))


def subnet_group() -> DBSubnetGroup:
    """Give the subnets in which RDS may put the database: private ones, in two zones at least."""
    return DBSubnetGroup(
        "DatabaseSubnetGroup",
        DBSubnetGroupDescription="Private subnets of the database",
        SubnetIds=Ref(private_subnet_ids),
        Tags=name_tag(),
    )


def security_group() -> SecurityGroup:
    """Give the database's security group, which opens nothing by itself."""
    return SecurityGroup(
        "DatabaseSecurityGroup",
        GroupDescription="Security Group for Database",
        VpcId=Ref(vpc_id),
        # A group without an egress rule gets one to everywhere; a database answers, and asks nobody.
        SecurityGroupEgress=[
            SecurityGroupRule(Description="Allow to nobody", IpProtocol="-1", CidrIp="127.0.0.1/32"),
        ],
        Tags=name_tag(),
    )


def ingress(group: SecurityGroup) -> list[AWSObject]:
    """Give the one way in."""
    return [
        SecurityGroupIngress(
            "DatabaseIngressFromApp",
            GroupId=Ref(group),
            Description="Allow PostgreSQL from Application",
            IpProtocol="tcp",
            FromPort=PORT,
            ToPort=PORT,
            SourceSecurityGroupId=Ref(app_security_group_id),
        )
    ]
