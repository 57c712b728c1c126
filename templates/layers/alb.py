"""alb: the load balancer, its listeners, and the names that lead to it."""

from troposphere import GetAtt, Output, Ref, Sub, Tags, Template
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule
from troposphere.elasticloadbalancingv2 import Listener, LoadBalancer
from troposphere.wafv2 import WebACLAssociation

from templates.load_balancer.access_logs import access_logs_bucket, access_logs_bucket_policy
from templates.load_balancer.attributes import attributes
from templates.load_balancer.listeners import http_listener, https_listener
from templates.load_balancer.parameters import (
    CONDITIONS,
    CREATE_LOGS_BUCKET,
    OPEN_TO_IPV6,
    PARAMETERS,
    WEB_ACL,
    access_logs_mode,
    access_logs_retention,
    alb_ip_address_type,
    alb_scheme,
    alb_subnet_ids,
    connection_logs,
    deletion_protection,
    health_check_logs,
    ingress_cidr,
    web_acl_arn,
)
from templates.load_balancer.records import records
from templates.parts.alarms import alarm
from templates.parts.at_creation import at_creation
from templates.parts.document import document
from templates.parts.parameters import ALARMS, app_name, vpc_id

# What a creation that fails could not delete: a load balancer that is protected, a bucket that logs were written to.
AT_CREATION = {
    deletion_protection.title: "false",
    access_logs_mode.title: "none",
    connection_logs.title: "false",
    health_check_logs.title: "false",
}


def template() -> Template:
    """Give the template of the load balancer layer."""
    security_group = _security_group()
    bucket = access_logs_bucket(CREATE_LOGS_BUCKET, access_logs_retention)
    bucket_policy = access_logs_bucket_policy(CREATE_LOGS_BUCKET, bucket)
    load_balancer = LoadBalancer(
        "LoadBalancer",
        Type="application",
        Scheme=Ref(alb_scheme),
        IpAddressType=Ref(alb_ip_address_type),
        SecurityGroups=[Ref(security_group)],
        Subnets=Ref(alb_subnet_ids),
        LoadBalancerAttributes=attributes(bucket, bucket_policy),
        Tags=Tags(Name=Ref(app_name)),
    )
    https, http = https_listener(load_balancer), http_listener(load_balancer)
    return document(
        "Load balancer: HTTPS, HTTP redirected to it, and the DNS names that lead here.",
        metadata=at_creation(AT_CREATION),
        parameters=PARAMETERS,
        conditions=CONDITIONS,
        resources=[
            security_group,
            *_ingress(security_group, 80, "HTTP"),
            *_ingress(security_group, 443, "HTTPS"),
            bucket,
            bucket_policy,
            load_balancer,
            https,
            http,
            *records(load_balancer),
            WebACLAssociation(
                "WebAclAssociation", Condition=WEB_ACL, ResourceArn=Ref(load_balancer), WebACLArn=Ref(web_acl_arn)
            ),
            alarm(
                *("Elb5xxAlarm", ALARMS, "AWS/ApplicationELB HTTPCode_ELB_5XX_Count", "Sum", 10),
                {"LoadBalancer": GetAtt(load_balancer, "LoadBalancerFullName")},
                "The load balancer itself answers more than 10 requests a minute with 5xx.",
            ),
        ],
        outputs=_outputs(load_balancer, security_group, https, http),
    )


def _security_group() -> SecurityGroup:
    return SecurityGroup(
        "AlbSecurityGroup",
        GroupDescription="Security Group for ALB",
        VpcId=Ref(vpc_id),
        SecurityGroupEgress=[SecurityGroupRule(Description="Allow to Any", IpProtocol="-1", CidrIp="0.0.0.0/0")],
        Tags=Tags(Name=Sub("${AppName}-alb")),
    )


def _ingress(group: SecurityGroup, port: int, protocol: str) -> list[SecurityGroupIngress]:
    """Give the rule of a port for IPv4, and the one for IPv6 under its condition."""
    title, ports = f"AlbIngress{protocol.capitalize()}", {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    described = {"GroupId": Ref(group), "Description": f"Allow from Any {protocol}"}
    return [
        SecurityGroupIngress(title, **described, **ports, CidrIp=Ref(ingress_cidr)),
        SecurityGroupIngress(f"{title}Ipv6", Condition=OPEN_TO_IPV6, **described, **ports, CidrIpv6="::/0"),
    ]


def _outputs(load_balancer: LoadBalancer, group: SecurityGroup, https: Listener, http: Listener) -> list[Output]:
    canonical_zone = GetAtt(load_balancer, "CanonicalHostedZoneID")
    full_name = GetAtt(load_balancer, "LoadBalancerFullName")
    return [
        Output("AlbArn", Description="ARN of the load balancer.", Value=Ref(load_balancer)),
        Output("AlbFullName", Description="Name of the load balancer in CloudWatch metrics.", Value=full_name),
        Output("AlbDnsName", Description="The load balancer's own DNS name.", Value=GetAtt(load_balancer, "DNSName")),
        Output("AlbHostedZoneId", Description="Hosted zone of the load balancer's own name.", Value=canonical_zone),
        Output("AlbSecurityGroupId", Description="Id of the load balancer's security group.", Value=Ref(group)),
        Output("HttpsListenerArn", Description="ARN of the HTTPS listener, for rules of services.", Value=Ref(https)),
        Output("HttpListenerArn", Description="ARN of the HTTP listener, which only redirects.", Value=Ref(http)),
    ]
