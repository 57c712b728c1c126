"""What stands in the services around although no stack has made it: resources by type and name."""

from __future__ import annotations

from importlib import import_module

# Types whose name is their identifier: moto's service, where it keeps them, and the region it keeps them under
# where that is one for all.
KEPT = {
    "AWS::ECR::Repository": ("ecr", "repositories", None),
    "AWS::Logs::LogGroup": ("logs", "groups", None),
    "AWS::S3::Bucket": ("s3", "buckets", "aws"),
    "AWS::SSM::Parameter": ("ssm", "_parameters", None),
}


def stands(account: str, region: str, type_name: str, name: str) -> bool:
    """Whether a resource of that type was made under that name past CloudFormation. KeyError: no type of KEPT."""
    service, place, everywhere = KEPT[type_name]
    backends = getattr(import_module(f"moto.{service}.models"), f"{service}_backends")
    return name in getattr(backends[account][everywhere or region], place)
