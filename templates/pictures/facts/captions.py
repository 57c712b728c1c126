"""What a picture says of a resource, line by line, beside its path and type.

Each type of which more can be said than what it refers to has its lines here, in `service_captions` or in
`database_captions`; any other says what it refers to. Values are what the templates come to; an id that only AWS will
know is named by its resource.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudformation.unknown import Unknown
from templates.pictures.facts.database_captions import DATABASE_CAPTIONS
from templates.pictures.facts.resolved_tree import ResolvedTree, Resource
from templates.pictures.facts.service_captions import SERVICE_CAPTIONS
from templates.pictures.facts.values import attribute, entries, items, named, part, said, text

Caption = Callable[[ResolvedTree, Resource], Iterator[str]]


def caption(tree: ResolvedTree, resource: Resource) -> list[str]:
    """The lines of a resource."""
    lines = [] if resource.type not in _CAPTIONS else list(_CAPTIONS[resource.type](tree, resource))
    if resource.type not in _CAPTIONS and (referred := tree.referred(resource.properties)):
        lines.append(f"refers to {', '.join(other.path for other in referred)}")
    return [line for line in lines if line]


def title(resource_type: str) -> str:
    """A type without the vendor: `EC2::VPC`."""
    return resource_type.removeprefix("AWS::")


def traffic(rule: Mapping[str, Any]) -> str:
    """Protocol and ports of a rule of a security group: `tcp 443`."""
    protocol = text(rule, "IpProtocol")
    if protocol in ("-1", "all"):
        return "all traffic"
    ports = list(dict.fromkeys(text(rule, name) for name in ("FromPort", "ToPort") if name in rule))
    return " ".join([protocol, "-".join(ports)]).strip()


def others(tree: ResolvedTree, rule: Mapping[str, Any], group: Resource | None) -> list[str]:
    """Who a rule of a security group is about: groups by their path, address ranges as they are."""
    keys = [key for key in _WHO if key in rule]
    return ["itself" if _is(tree, rule[key], group) else named(tree, rule[key]) for key in keys]


_WHO = (
    *("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId"),
    *("SourcePrefixListId", "DestinationPrefixListId", "SourceSecurityGroupName"),
)


def _is(tree: ResolvedTree, value: Any, group: Resource | None) -> bool:
    return isinstance(value, Unknown) and group is not None and tree.referred(value) == [group]


def _security_group(tree: ResolvedTree, group: Resource) -> Iterator[str]:
    for rule in entries(group.properties.get("SecurityGroupIngress")):
        yield f"from {', '.join(others(tree, rule, group))}: {traffic(rule)}"
    for rule in entries(group.properties.get("SecurityGroupEgress")):
        yield f"to {', '.join(others(tree, rule, group))}: {traffic(rule)}"


def _ingress(tree: ResolvedTree, rule: Resource) -> Iterator[str]:
    group = next(iter(tree.referred(rule.properties.get("GroupId"))), None)
    yield f"from {', '.join(others(tree, rule.properties, group))}: {traffic(rule.properties)}"


def _egress(tree: ResolvedTree, rule: Resource) -> Iterator[str]:
    group = next(iter(tree.referred(rule.properties.get("GroupId"))), None)
    yield f"to {', '.join(others(tree, rule.properties, group))}: {traffic(rule.properties)}"


def _nat_gateway(tree: ResolvedTree, gateway: Resource) -> Iterator[str]:
    if text(gateway.properties, "AvailabilityMode") == "regional":
        yield "one for the whole VPC, in every zone that has traffic"


def _endpoint(tree: ResolvedTree, endpoint: Resource) -> Iterator[str]:
    kind = text(endpoint.properties, "VpcEndpointType").lower()
    yield f"{kind} to {text(endpoint.properties, 'ServiceName')}".strip()
    groups = tree.referred(endpoint.properties.get("SecurityGroupIds"))
    if groups:
        yield f"in {', '.join(group.path for group in groups)}"


def _flow_log(tree: ResolvedTree, log: Resource) -> Iterator[str]:
    traffic_type = text(log.properties, "TrafficType").lower()
    target = named(tree, log.properties.get("LogGroupName", log.properties.get("LogDestination", "")))
    yield f"{traffic_type} traffic, to {target}"


def _record(tree: ResolvedTree, record: Resource) -> Iterator[str]:
    yield f"{text(record.properties, 'Type')}  {text(record.properties, 'Name')}"


def _certificate(tree: ResolvedTree, certificate: Resource) -> Iterator[str]:
    names = [text(certificate.properties, "DomainName")]
    yield from [*names, *map(said, items(certificate.properties.get("SubjectAlternativeNames")))]
    if method := text(certificate.properties, "ValidationMethod"):
        yield f"validated by {method}"


def _load_balancer(tree: ResolvedTree, balancer: Resource) -> Iterator[str]:
    facts = [text(balancer.properties, name) for name in ("Scheme", "IpAddressType")]
    groups = ", ".join(group.path for group in tree.referred(balancer.properties.get("SecurityGroups")))
    settings = balancer.properties.get("LoadBalancerAttributes")
    protected = attribute(settings, "deletion_protection.enabled") == "true"
    facts += [f"in {groups}"] if groups else []
    yield ", ".join([*filter(None, facts), f"deletion protection {'on' if protected else 'off'}"])
    logs: dict[str, list[str]] = {}
    for kind in ("access", "connection", "health_check"):
        if attribute(settings, f"{kind}_logs.s3.enabled") == "true":
            bucket = named(tree, attribute(settings, f"{kind}_logs.s3.bucket"))
            logs.setdefault(bucket, []).append(kind.replace("_", "-"))
    yield from (f"{', '.join(kinds)} logs to {bucket}" for bucket, kinds in logs.items())


def _bucket(tree: ResolvedTree, bucket: Resource) -> Iterator[str]:
    rules = entries(part(bucket.properties, "LifecycleConfiguration").get("Rules"))
    days = [text(rule, "ExpirationInDays") for rule in rules if "ExpirationInDays" in rule]
    if days:
        yield f"objects kept {days[0]} days"
    access = part(bucket.properties, "PublicAccessBlockConfiguration")
    if len(access) == 4 and all(said(value) == "true" for value in access.values()):
        yield "no public access"


def _log_group(tree: ResolvedTree, group: Resource) -> Iterator[str]:
    days = text(group.properties, "RetentionInDays")
    yield f"kept {days} days" if days else "kept for ever"
    yield f"encrypted with {named(tree, group.properties['KmsKeyId'])}" if "KmsKeyId" in group.properties else ""


def _role(tree: ResolvedTree, role: Resource) -> Iterator[str]:
    statements = entries(part(role.properties, "AssumeRolePolicyDocument").get("Statement"))
    principals = [statement.get("Principal", {}) for statement in statements]
    who = [said(value) for entry in principals if isinstance(entry, dict) for value in entry.values()]
    yield f"for {', '.join(who)}" if who else ""
    users = [user.path for user in tree.users[role.path]]
    yield f"taken by {', '.join(users)}" if users else ""
    boundary = role.properties.get("PermissionsBoundary")
    yield f"limited by {named(tree, boundary)}" if boundary else ""


_COMPARISONS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def _alarm(tree: ResolvedTree, alarm: Resource) -> Iterator[str]:
    facts = alarm.properties
    operator = text(facts, "ComparisonOperator")
    metric = f"{text(facts, 'MetricName')} {_COMPARISONS.get(operator, operator)} {text(facts, 'Threshold')}"
    periods = text(facts, "EvaluationPeriods")
    yield f"{metric} in {text(facts, 'DatapointsToAlarm') or periods} of {periods} periods of {text(facts, 'Period')} s"
    actions = [named(tree, action) for action in items(facts.get("AlarmActions"))]
    yield f"notifies {', '.join(actions)}" if actions else "notifies nobody"


_CAPTIONS: Mapping[str, Caption] = {
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::SecurityGroupIngress": _ingress,
    "AWS::EC2::SecurityGroupEgress": _egress,
    "AWS::EC2::NatGateway": _nat_gateway,
    "AWS::EC2::EIP": lambda tree, address: iter(["Elastic IP address"]),
    "AWS::EC2::InternetGateway": lambda tree, gateway: iter(()),
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::Route53::RecordSet": _record,
    "AWS::CertificateManager::Certificate": _certificate,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::S3::Bucket": _bucket,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::IAM::Role": _role,
    "AWS::CloudWatch::Alarm": _alarm,
    **DATABASE_CAPTIONS,
    **SERVICE_CAPTIONS,
}
