"""The shape of a resource type's physical id and attributes, and the words that only some types need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from cloudformation.scalars import is_true
from rehearsal.resources.identifier_words import Naming, Words, tail

# Hosted zones of application load balancers (https://docs.aws.amazon.com/general/latest/gr/elb.html).
BALANCER_ZONES = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}
BALANCER_KINDS = {"network": "net", "gateway": "gwy"}

More = Callable[[Words], Mapping[str, str]]


@dataclass(frozen=True)
class Shape:
    """A physical id, how the resource is named, its attributes, and words that need computing."""

    id: str
    naming: Naming | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    words: More | None = None


def arn(service: str, resource: str, *, region: str = "{region}", account: str = "{account}") -> str:
    """An ARN's shape."""
    return f"arn:{{partition}}:{service}:{region}:{account}:{resource}"


def named(property_name: str, limit: int, arn_shape: str | None = None, **attributes: Any) -> Shape:
    """A type whose physical ID is its name, and whose `Arn` contains it."""
    own = {"Arn": arn_shape} if arn_shape else {}
    return Shape("{name}", Naming(property_name, limit), {**own, **attributes})


def fifo(words: Words) -> Mapping[str, str]:
    """Names of FIFO topics and queues end in `.fifo`."""
    wanted = is_true(words.properties.get("FifoTopic", words.properties.get("FifoQueue")))
    return {"name": words["name"] + ".fifo"} if wanted and not words["name"].endswith(".fifo") else {}


def balancer(words: Words) -> Mapping[str, str]:
    """The part of a load balancer's ARN that its metrics use, and its DNS name."""
    kind = BALANCER_KINDS.get(words["Type"], "app")
    scheme = "internal-" if words["Scheme"] == "internal" else ""
    zone = BALANCER_ZONES.get(words.where.region) or "Z" + words["upper13"]
    dns = f"{scheme}{words['name']}-{words['digits10']}.{words.where.region}.elb.{words['suffix']}"
    return {"full": f"{kind}/{words['name']}/{words['hex16']}", "dns": dns, "zone": zone}


def on_bus(words: Words) -> Mapping[str, str]:
    """The event bus that a rule names, by its name or its ARN; the default bus is not written."""
    bus = tail(words["EventBusName"])
    named = bus not in ("", "default")
    return {"bus": f"{bus}|" if named else "", "path": f"{bus}/" if named else ""}


def destination(words: Words) -> Mapping[str, str]:
    """Where a route leads to."""
    keys = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return {"destination": next((words[key] for key in keys if words[key]), "")}


def bucket(words: Words) -> Mapping[str, str]:
    """A bucket's site has a dash or a dot before the region, by the region's age."""
    old = ("us-east-1", "us-west-1", "us-west-2", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1")
    return {"between": "-" if words.where.region in old else "."}


def firewall(words: Words) -> Mapping[str, str]:
    """The ARN of a web ACL, and of its parts, contains its scope."""
    return {"uid": words["uuid"], "scope": "global" if words["Scope"] == "CLOUDFRONT" else "regional"}


def firewall_part(kind: str, **more: str) -> Shape:
    """What WAF keeps beside web ACLs: `global/ipset/NAME/ID` in its ARN."""
    attributes = {"Arn": arn("wafv2", f"{{scope}}/{kind}/{{name}}/{{uid}}"), "Id": "{uid}", **more}
    return Shape("{name}|{uid}|{Scope}", Naming("Name", 128), attributes, firewall)


def search_domain(**more: str) -> Shape:
    """A domain's name has up to 28 characters, none of them in upper case (OpenSearch Service API, CreateDomain).

    Its endpoint begins with `vpc-` in a VPC, else with `search-`
    (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html).
    """
    own = arn("es", "domain/{name}")
    attributes = {"Arn": own, "DomainArn": own, "DomainEndpoint": "{access}-{name}-{lower26}.{region}.es.{suffix}"}
    return Shape("{name}", Naming("DomainName", 28, "lower"), attributes | more, _access)


def _access(words: Words) -> Mapping[str, str]:
    return {"access": "vpc" if in_vpc(words.properties) else "search"}


def in_vpc(domain: Mapping[str, Any]) -> bool:
    """Whether the properties of a domain place it in a VPC: they name subnets."""
    options = domain.get("VPCOptions")
    return isinstance(options, Mapping) and bool(options.get("SubnetIds"))


def registered(words: Words) -> Mapping[str, str]:
    """A schema's ARN contains its registry, `default-registry` where none is given (AWS Glue API, CreateSchema)."""
    given = words.properties.get("Registry")
    registry = given if isinstance(given, Mapping) else {}
    return {"registry": str(registry.get("Name") or tail(str(registry.get("Arn") or "default-registry")))}


def scaling_policy(words: Words) -> Mapping[str, str]:
    """What a scaling policy scales, after the service's namespace, and its name are in its ARN.

    A scalable target is known as `resource|dimension|namespace`; the ARN has none of the bars
    (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html).
    """
    resource, _, rest = words["ScalingTargetId"].partition("|")
    target = words["ResourceId"] or resource
    namespace = words["ServiceNamespace"] or rest.rpartition("|")[2]
    return {"policy": words["PolicyName"] or words["name"], "target": "/".join(filter(None, (namespace, target)))}


def key(words: Words) -> Mapping[str, str]:
    """A key of several Regions has an id of its own form, and its replica has the same one."""
    primary = tail(words["PrimaryKeyArn"])
    several = primary.startswith("mrk-") or is_true(words.properties.get("MultiRegion"))
    return {"key": (primary or f"mrk-{words['hex32']}") if several else words["uuid"]}


def stream(words: Words) -> Mapping[str, str]:
    """A table's stream is labelled with the moment in which it was switched on, to the millisecond."""
    return {"label": words["now"].removesuffix("Z").partition(".")[0] + ".000"}


def called_function(words: Words) -> Mapping[str, str]:
    """The ARN of the function, or of its alias, that an address belongs to; the template gives its name or its ARN."""
    target, alias = words["TargetFunctionArn"], words["Qualifier"]
    function = target if target.startswith("arn:") else words.fill(arn("lambda", f"function:{target or words['name']}"))
    return {"function": f"{function}:{alias}" if alias else function}


def issuer(words: Words) -> Mapping[str, str]:
    """An identity provider is known by its URL without the scheme (IAM API, CreateOpenIDConnectProvider)."""
    return {"issuer": words["Url"].partition("://")[2].rstrip("/") or words["name"]}


def machine_alias(words: Words) -> Mapping[str, str]:
    """The state machine of an alias is that of the versions to which it leads."""
    routes = words.properties.get("RoutingConfiguration") or [words.properties.get("DeploymentPreference")]
    first = routes[0] if isinstance(routes, list) else None
    version = str(first.get("StateMachineVersionArn", "")) if isinstance(first, Mapping) else ""
    return {"machine": version.rpartition(":")[0] or words.fill(arn("states", "stateMachine:{name}"))}


def wait_handle(words: Words) -> Mapping[str, str]:
    """The parts of a presigned URL: the stack's ARN as one part of a path, and when it was signed."""
    signed = words["now"].replace("-", "").replace(":", "").partition(".")[0].rstrip("Z") + "Z"
    return {"encoded": quote(words["stack_id"], safe=""), "date": signed, "day": signed[:8]}


def wait_condition(words: Words) -> Mapping[str, str]:
    """A wait condition is known by the logical id of its handle, at the end of the handle's path (recorded)."""
    handle = unquote(words["Handle"].partition("?")[0]).rsplit("/", 1)[-1]
    return {"handle": handle or words["logical"]}


def ec2(prefix: str, **attributes: Any) -> Shape:
    """An EC2 resource: prefix and 17 hexadecimal digits, of which the first is 0 as long as anybody has seen."""
    return Shape(f"{prefix}-0{{hex16}}", None, attributes)
