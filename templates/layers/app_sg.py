"""app-sg: the security group of the tasks; a layer of its own because services of other stacks join it."""

from troposphere import Output, Parameter, Ref, Sub, Tags, Template
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule

from templates.parts.document import document
from templates.parts.parameters import app_name, vpc_id


def template() -> Template:
    """Give the template of the application's security group layer."""
    alb_security_group_id = Parameter(
        "AlbSecurityGroupId",
        Type="String",
        Description="Id of the load balancer's security group, from the alb layer.",
    )

    app_security_group = SecurityGroup(
        "AppSecurityGroup",
        GroupDescription="Security Group for Application",
        VpcId=Ref(vpc_id),
        SecurityGroupEgress=[SecurityGroupRule(Description="Allow to Any", IpProtocol="-1", CidrIp="0.0.0.0/0")],
        Tags=Tags(Name=Sub("${AppName}-app")),
    )
    # A group cannot name itself in its own definition, so its ingress rules are separate resources.
    from_self = SecurityGroupIngress(
        "AppIngressFromSelf",
        GroupId=Ref(app_security_group),
        Description="Allow from This",
        IpProtocol="-1",
        SourceSecurityGroupId=Ref(app_security_group),
    )
    from_alb = SecurityGroupIngress(
        "AppIngressFromAlb",
        GroupId=Ref(app_security_group),
        Description="Allow from ALB",
        IpProtocol="-1",
        SourceSecurityGroupId=Ref(alb_security_group_id),
    )
    return document(
        "Application security group: the tasks take traffic from the load balancer and from each other.",
        parameters=[app_name, vpc_id, alb_security_group_id],
        resources=[app_security_group, from_self, from_alb],
        outputs=[
            Output("AppSecurityGroupId", Description="Id of the tasks' security group.", Value=Ref(app_security_group)),
        ],
    )
