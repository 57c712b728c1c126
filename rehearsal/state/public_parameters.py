"""Public parameters of Systems Manager, which AWS keeps for everybody, made up by their shape.

Images of AWS and of others by name (`/aws/service/canonical/ubuntu/...`), versions of them, images of containers,
layers of Lambda. Only the shape is true: whether AWS has a parameter of just that name is not known here, nor what is
in it. The value is the same each time. The families:
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-finding-public-parameters.html
"""

import json
import re
from collections.abc import Callable
from hashlib import sha256

from cloudformation.environment.keys.partitions import partition_of
from cloudformation.refusals import ValidationError

_PUBLIC = re.compile(r"(?:arn:[^:]+:ssm:(?P<region>[^:]+)::parameter)?(?P<name>/aws/service/[^:]+)(?::\d+)?")
_VERSION = re.compile(r"(?:.*[_-])?version", re.IGNORECASE)
# The families that AWS documents, whose parameters are ids of images unless the last part of the name says otherwise.
_IMAGES = re.compile(
    r"/aws/service/(?:ami-[a-z-]+-latest|bottlerocket|canonical|cloud9|datasync|debian|deeplearning|ec2-macos|ecs"
    r"|eks|freebsd|marketplace|neuron|outposts|redhat|rocky|storagegateway|suse|vmimport)/"
)


def is_public(name: str) -> bool:
    """Whether a parameter is one of those that AWS keeps, by its name or its ARN."""
    return _PUBLIC.fullmatch(name) is not None


def public_parameter(name: str, region: str) -> str | None:
    """A plausible value of a public parameter, by name, ARN, or `name:version`; None for a parameter of an account.

    Errors: ValidationError for a family whose shape is not known.
    """
    hit = _PUBLIC.fullmatch(name)
    if hit is None:
        return None
    name, region = hit["name"], hit["region"] or region
    for family, value in _FAMILIES:
        if family.match(name):
            return value(name, region)
    raise ValidationError(f"Public parameters of this family are not simulated by the rehearsal: {name}")


def _image(name: str, region: str) -> str:
    last = name.rsplit("/", 1)[-1]
    if _VERSION.fullmatch(last):
        return "1.0.0"
    if last == "image_name":
        return name.split("/")[-2]
    if last != "recommended":
        return f"ami-0{sha256(f'{region} {name}'.encode()).hexdigest()[:16]}"
    # "Retrieving Amazon ECS-optimized Linux AMI metadata"
    return json.dumps({"schema_version": 1, "image_name": last, "image_id": _image(f"{name}/image_id", region)})


def _container(name: str, region: str) -> str:
    """https://github.com/aws/aws-for-fluent-bit ("Using SSM to find available versions"): the last part is the tag."""
    _, repository, tag = name.removeprefix("/aws/").split("/", 2)
    return f"906394416424.dkr.ecr.{region}.{partition_of(region).dns_suffix}/{repository}:{tag.replace('/', '-')}"


def _layer(name: str, region: str) -> str:
    """Powertools for AWS Lambda, for example: `/aws/service/powertools/python/arm64/python3.12/latest`."""
    named = "-".join(name.removeprefix("/aws/service/").split("/")[:4]).replace(".", "")
    return f"arn:{partition_of(region).name}:lambda:{region}:017000801446:layer:{named}:1"


def _absent(name: str, region: str) -> None:
    """Who plays the services has all of this family; what it has not is not there."""


_FAMILIES: tuple[tuple[re.Pattern[str], Callable[[str, str], str | None]], ...] = (
    (re.compile(r"/aws/service/global-infrastructure/"), _absent),
    (re.compile(r"/aws/service/(?:appmesh|aws-for-fluent-bit|sagemaker-distribution)/"), _container),
    (re.compile(r"/aws/service/(?:aws-sdk-pandas|powertools)/"), _layer),
    (_IMAGES, _image),
)
