"""What the load balancer leaves to the person who deploys it, and the conditions that follow from that."""

from typing import Any

from troposphere import And, Condition, Equals, Or, Parameter, Ref

from templates.parts.parameters import (
    ALARMS,
    alarm_topic_arn,
    alternative_domain_names,
    app_name,
    choice,
    domain_name,
    hosted_zone_id,
    is_given,
    is_given_name,
    is_on,
    number,
    optional,
    replaces,
    switch,
    vpc_id,
)

# Conditions
CREATE_LOGS_BUCKET = "CreateAccessLogsBucket"
ACCESS_LOGS = "AccessLogsOn"
CONNECTION_LOGS = "ConnectionLogsOn"
HEALTH_CHECK_LOGS = "HealthCheckLogsOn"
LOGS_PREFIX = "LogsPrefixGiven"
WEB_ACL = "WebAclGiven"
DUALSTACK = "DualstackOn"
OPEN_TO_IPV6 = "OpenToIpv6"
RECORDS = "DnsRecordsOn"
RECORDS_IPV6 = "DnsRecordsOfIpv6On"

create_dns_records = switch(
    "CreateDnsRecords",
    "Whether every name gets a record in the hosted zone that leads to the load balancer. An identical "
    "record that already exists is adopted, any other one fails the deployment.",
    "true",
)
alb_scheme = choice(
    "AlbScheme",
    "Whether the load balancer is reached from the internet, in the public subnets, or from inside, in the private "
    f"ones.{replaces('LoadBalancer')}",
    "internet-facing",
    ["internet-facing", "internal"],
)
alb_ip_address_type = choice(
    "AlbIpAddressType",
    "Addresses of the load balancer: IPv4, or IPv4 and IPv6, which needs VpcIpv6Cidr and adds AAAA records.",
    "ipv4",
    ["ipv4", "dualstack"],
)
ingress_cidr = Parameter(
    "IngressCidr",
    Type="String",
    Description=(
        "Who may ask the load balancer, as an IPv4 address range. With dualstack, 0.0.0.0/0 lets every IPv6 address "
        f"in, too, and any other range none.{replaces('AlbIngressHttp', 'AlbIngressHttps')}"
    ),
    Default="0.0.0.0/0",
    AllowedPattern=(
        r"^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
        r"/([0-9]|[12][0-9]|3[0-2])$"
    ),
    ConstraintDescription="an IPv4 address range in CIDR notation, for example 203.0.113.0/24",
)
# The policies that Security Hub's ELB.17 accepts; the control cannot be configured.
ssl_policy = choice(
    "SslPolicy",
    "TLS versions and ciphers of the HTTPS listener. PQ: with post-quantum key exchange.",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    [
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
    ],
)
idle_timeout = number(
    "AlbIdleTimeoutSeconds", "Seconds after which a connection on which nothing happens is closed.", 60, 1, 4000
)
deletion_protection = switch(
    "AlbDeletionProtection", "Whether Elastic Load Balancing refuses to delete the load balancer.", "false"
)
_LEAVES = " Emptied later, the last value stays on the listener, which CloudFormation does not clear."
strict_transport_security = optional(
    "StrictTransportSecurity",
    "Header Strict-Transport-Security of every answer: browsers then use HTTPS alone, for so many seconds; max-age=0 "
    f"revokes that. Empty: no header.{_LEAVES}",
    "max-age=[0-9]{1,10}(; includeSubDomains)?(; preload)?",
    "for example max-age=31536000; includeSubDomains",
)
content_type_options = optional(
    "ContentTypeOptions",
    f"Header X-Content-Type-Options of every answer. Empty: as the service sends it.{_LEAVES}",
    "nosniff",
    "nosniff",
)
frame_options = optional(
    "FrameOptions",
    f"Header X-Frame-Options of every answer: who may show it in a frame. Empty: as the service sends it.{_LEAVES}",
    "(DENY|SAMEORIGIN)",
    "DENY or SAMEORIGIN",
)
content_security_policy = optional(
    "ContentSecurityPolicy",
    f"Header Content-Security-Policy of every answer. Empty: as the service sends it.{_LEAVES}",
    "[ -~]+",
    "a policy of printable ASCII characters, at most 1024",
    MaxLength=1024,
)
server_header = switch("ServerHeader", "Whether answers say which server they come from.", "true")
access_logs_mode = choice(
    "AccessLogsMode",
    "Where the load balancer's logs go: nowhere, to a bucket that this stack creates, or to an existing bucket.",
    "none",
    ["none", "create", "existing"],
)
access_logs_bucket_name = optional(
    "AccessLogsBucketName",
    "Bucket when AccessLogsMode is existing. Its policy must already let "
    "logdelivery.elasticloadbalancing.amazonaws.com write below <AccessLogsPrefix>/AWSLogs/<account>/.",
    "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "the name of an S3 bucket",
)
access_logs_prefix = optional(
    "AccessLogsPrefix",
    "Start of the keys of the logs, so that several load balancers can share a bucket. Empty: AppName.",
    "[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*",
    "letters, digits, dots, hyphens and underscores, with single slashes between",
    MaxLength=255,
)
access_logs_retention = number(
    "AccessLogsRetentionDays", "Days that logs are kept in the bucket that this stack creates.", 90, 1, 3650
)
connection_logs = switch(
    "ConnectionLogs", "Whether TLS connections are logged, too, in the same bucket: who came with what.", "false"
)
health_check_logs = switch(
    "HealthCheckLogs", "Whether health checks are logged, too, in the same bucket: why a task was unhealthy.", "false"
)
web_acl_arn = optional(
    "WebAclArn",
    f"AWS WAF web ACL that inspects every request. Empty: none.{replaces('WebAclAssociation')}",
    "arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+",
    "the ARN of a regional web ACL",
)
# The one kind of list: joined subnets of a sibling, used whole and never taken apart.
alb_subnet_ids = Parameter(
    "AlbSubnetIds",
    Type="CommaDelimitedList",
    Description="Ids of the load balancer's subnets, from the network layer: public or private, as AlbScheme says.",
)
certificate_arn = Parameter(
    "CertificateArn", Type="String", Description="ARN of the listener's certificate, from the cert layer or given."
)

HEADERS = {
    "strict_transport_security": strict_transport_security,
    "x_content_type_options": content_type_options,
    "x_frame_options": frame_options,
    "content_security_policy": content_security_policy,
}
PARAMETERS = [
    app_name,
    vpc_id,
    alb_subnet_ids,
    certificate_arn,
    hosted_zone_id,
    domain_name,
    *alternative_domain_names,
    create_dns_records,
    alb_scheme,
    alb_ip_address_type,
    ingress_cidr,
    ssl_policy,
    idle_timeout,
    deletion_protection,
    *HEADERS.values(),
    server_header,
    access_logs_mode,
    access_logs_bucket_name,
    access_logs_prefix,
    access_logs_retention,
    connection_logs,
    health_check_logs,
    web_acl_arn,
    alarm_topic_arn,
]


def record_condition(name: Parameter, *, ipv6: bool) -> str:
    """Give the name of the condition under which an alternative name has its A or AAAA record."""
    return f"{'Aaaa' if ipv6 else 'A'}Of{name.title}"


def _of_alternative(name: Parameter) -> dict[str, Any]:
    return {
        record_condition(name, ipv6=ipv6): And(Condition(RECORDS_IPV6 if ipv6 else RECORDS), is_given(name))
        for ipv6 in (False, True)
    }


CONDITIONS: dict[str, Any] = {
    CREATE_LOGS_BUCKET: Equals(Ref(access_logs_mode), "create"),
    ACCESS_LOGS: Or(Equals(Ref(access_logs_mode), "create"), Equals(Ref(access_logs_mode), "existing")),
    CONNECTION_LOGS: And(Condition(ACCESS_LOGS), is_on(connection_logs)),
    HEALTH_CHECK_LOGS: And(Condition(ACCESS_LOGS), is_on(health_check_logs)),
    LOGS_PREFIX: is_given(access_logs_prefix),
    WEB_ACL: is_given(web_acl_arn),
    DUALSTACK: Equals(Ref(alb_ip_address_type), "dualstack"),
    OPEN_TO_IPV6: And(Condition(DUALSTACK), Equals(Ref(ingress_cidr), "0.0.0.0/0")),
    RECORDS: is_on(create_dns_records),
    RECORDS_IPV6: And(Condition(RECORDS), Condition(DUALSTACK)),
    **{key: value for name in alternative_domain_names for key, value in _of_alternative(name).items()},
    **{is_given_name(header): is_given(header) for header in HEADERS.values()},
    ALARMS: is_given(alarm_topic_arn),
}
