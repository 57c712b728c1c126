"""alb: the load balancer, its listeners, and the name that leads to it."""

from troposphere import Equals, GetAtt, If, NoValue, Or, Output, Parameter, Ref, Select, Sub, Tags, Template
from troposphere.ec2 import SecurityGroup, SecurityGroupIngress, SecurityGroupRule
from troposphere.elasticloadbalancingv2 import (
    Action,
    Certificate,
    FixedResponseConfig,
    Listener,
    LoadBalancer,
    LoadBalancerAttributes,
    RedirectConfig,
)
from troposphere.route53 import AliasTarget, RecordSetType
from troposphere.s3 import Bucket, BucketPolicy
from troposphere.wafv2 import WebACLAssociation

from templates.layers.access_logs import access_logs_bucket, access_logs_bucket_policy
from templates.layers.parameters import (
    app_name,
    choice,
    domain_name,
    hosted_zone_id,
    is_given,
    number,
    public_subnet_ids,
    switch,
    vpc_id,
)
from templates.parts.at_creation import at_creation
from templates.parts.document import document

# Conditions
CREATE_LOGS_BUCKET = "CreateAccessLogsBucket"
ACCESS_LOGS = "AccessLogsOn"
ELB_ACCOUNT = "ElbAccountGiven"
WEB_ACL = "WebAclGiven"

ssl_policy = choice(
    "SslPolicy",
    "TLS versions and ciphers of the HTTPS listener. PQ: with post-quantum key exchange.",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    [
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
    ],
)
deletion_protection = switch(
    "AlbDeletionProtection", "Whether Elastic Load Balancing refuses to delete the load balancer.", "false"
)
access_logs_mode = choice(
    "AccessLogsMode",
    "Where access logs go: nowhere, to a bucket that this stack creates, or to an existing bucket.",
    "none",
    ["none", "create", "existing"],
)
access_logs_bucket_name = Parameter(
    "AccessLogsBucketName",
    Type="String",
    Description="Bucket when AccessLogsMode is existing. Its policy must already let Elastic Load Balancing write.",
    Default="",
    AllowedPattern="^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    ConstraintDescription="empty, or the name of an S3 bucket",
)
access_logs_retention = number(
    "AccessLogsRetentionDays", "Days that access logs are kept in the bucket that this stack creates.", 90, 1, 3650
)
elb_account_id = Parameter(
    "ElbAccountId",
    Type="String",
    Description=(
        "Elastic Load Balancing's own account in this Region, for the policy of the bucket that this stack creates "
        "(582318560864 in ap-northeast-1). Empty in Regions that opened after August 2022."
    ),
    Default="582318560864",
    AllowedPattern="^$|^[0-9]{12}$",
    ConstraintDescription="empty, or twelve digits",
)
web_acl_arn = Parameter(
    "WebAclArn",
    Type="String",
    Description="AWS WAF web ACL that inspects every request. Empty: none.",
    Default="",
    AllowedPattern="^$|^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+$",
    ConstraintDescription="empty, or the ARN of a regional web ACL",
)
certificate_arn = Parameter(
    "CertificateArn", Type="String", Description="ARN of the listener's certificate, from the cert layer."
)

PARAMETERS = [
    app_name,
    vpc_id,
    public_subnet_ids,
    certificate_arn,
    hosted_zone_id,
    domain_name,
    ssl_policy,
    deletion_protection,
    access_logs_mode,
    access_logs_bucket_name,
    access_logs_retention,
    elb_account_id,
    web_acl_arn,
]
# What a creation that fails could not delete: a load balancer that is protected, a bucket that logs were written to.
AT_CREATION = {deletion_protection.title: "false", access_logs_mode.title: "none"}
CONDITIONS = {
    CREATE_LOGS_BUCKET: Equals(Ref(access_logs_mode), "create"),
    ACCESS_LOGS: Or(Equals(Ref(access_logs_mode), "create"), Equals(Ref(access_logs_mode), "existing")),
    ELB_ACCOUNT: is_given(elb_account_id),
    WEB_ACL: is_given(web_acl_arn),
}


def template() -> Template:
    """Give the template of the load balancer layer."""
    security_group = _security_group()
    bucket = access_logs_bucket(CREATE_LOGS_BUCKET, access_logs_retention)
    bucket_policy = access_logs_bucket_policy(CREATE_LOGS_BUCKET, bucket, ELB_ACCOUNT, elb_account_id)
    load_balancer = LoadBalancer(
        "LoadBalancer",
        Type="application",
        Scheme="internet-facing",
        SecurityGroups=[Ref(security_group)],
        Subnets=Ref(public_subnet_ids),
        LoadBalancerAttributes=_attributes(bucket, bucket_policy),
        Tags=Tags(Name=Ref(app_name)),
    )
    https_listener, http_listener = _https_listener(load_balancer), _http_listener(load_balancer)
    return document(
        "Load balancer: HTTPS from the internet, HTTP redirected to it, and the DNS name that leads here.",
        metadata=at_creation(AT_CREATION),
        parameters=PARAMETERS,
        conditions=CONDITIONS,
        resources=[
            security_group,
            _from_anywhere("AlbIngressHttp", security_group, 80, "HTTP"),
            _from_anywhere("AlbIngressHttps", security_group, 443, "HTTPS"),
            bucket,
            bucket_policy,
            load_balancer,
            https_listener,
            http_listener,
            _alias(load_balancer),
            _web_acl_association(load_balancer),
        ],
        outputs=_outputs(load_balancer, security_group, https_listener, http_listener),
    )


def _security_group() -> SecurityGroup:
    return SecurityGroup(
        "AlbSecurityGroup",
        GroupDescription="Security Group for ALB",
        VpcId=Ref(vpc_id),
        SecurityGroupEgress=[SecurityGroupRule(Description="Allow to Any", IpProtocol="-1", CidrIp="0.0.0.0/0")],
        Tags=Tags(Name=Sub("${AppName}-alb")),
    )


def _from_anywhere(name: str, group: SecurityGroup, port: int, protocol: str) -> SecurityGroupIngress:
    return SecurityGroupIngress(
        name,
        GroupId=Ref(group),
        Description=f"Allow from Any {protocol}",
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        CidrIp="0.0.0.0/0",
    )


def _attributes(bucket: Bucket, bucket_policy: BucketPolicy) -> list[LoadBalancerAttributes | If]:
    # Elastic Load Balancing writes a test object when access logs are switched on, so the policy must be there first.
    # Taking the bucket's name from a list with the policy in it says so; a DependsOn cannot stand under a condition.
    created_bucket = Select(0, [Ref(bucket), Ref(bucket_policy)])
    chosen_bucket = If(CREATE_LOGS_BUCKET, created_bucket, Ref(access_logs_bucket_name))
    return [
        LoadBalancerAttributes(Key="deletion_protection.enabled", Value=Ref(deletion_protection)),
        LoadBalancerAttributes(Key="routing.http.drop_invalid_header_fields.enabled", Value="true"),
        LoadBalancerAttributes(Key="access_logs.s3.enabled", Value=If(ACCESS_LOGS, "true", "false")),
        If(ACCESS_LOGS, LoadBalancerAttributes(Key="access_logs.s3.bucket", Value=chosen_bucket), NoValue),
        If(ACCESS_LOGS, LoadBalancerAttributes(Key="access_logs.s3.prefix", Value=Ref(app_name)), NoValue),
    ]


def _https_listener(load_balancer: LoadBalancer) -> Listener:
    """Give the listener that answers 503 until a service's rule takes the request."""
    return Listener(
        "HttpsListener",
        LoadBalancerArn=Ref(load_balancer),
        Port=443,
        Protocol="HTTPS",
        SslPolicy=Ref(ssl_policy),
        Certificates=[Certificate(CertificateArn=Ref(certificate_arn))],
        DefaultActions=[
            Action(
                Type="fixed-response",
                FixedResponseConfig=FixedResponseConfig(
                    StatusCode="503", ContentType="text/plain", MessageBody="503 Service Temporarily Unavailable"
                ),
            )
        ],
    )


def _http_listener(load_balancer: LoadBalancer) -> Listener:
    redirect = RedirectConfig(Protocol="HTTPS", Port="443", StatusCode="HTTP_301")
    return Listener(
        "HttpListener",
        LoadBalancerArn=Ref(load_balancer),
        Port=80,
        Protocol="HTTP",
        DefaultActions=[Action(Type="redirect", RedirectConfig=redirect)],
    )


def _alias(load_balancer: LoadBalancer) -> RecordSetType:
    return RecordSetType(
        "AliasA",
        HostedZoneId=Ref(hosted_zone_id),
        Name=Ref(domain_name),
        Type="A",
        AliasTarget=AliasTarget(
            DNSName=GetAtt(load_balancer, "DNSName"),
            HostedZoneId=GetAtt(load_balancer, "CanonicalHostedZoneID"),
            EvaluateTargetHealth=True,
        ),
    )


def _web_acl_association(load_balancer: LoadBalancer) -> WebACLAssociation:
    return WebACLAssociation(
        "WebAclAssociation", Condition=WEB_ACL, ResourceArn=Ref(load_balancer), WebACLArn=Ref(web_acl_arn)
    )


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
