"""The account that the services around CloudFormation are played for."""

from __future__ import annotations

from rehearsal.neighbours.hosted_zones import HostedZone

ACCOUNT, REGION = "210987654321", "ap-northeast-1"
ZONE = HostedZone("Z0123456789ABCDEFGHIJ", "dev.example.com")


def forget() -> None:
    """Empty moto, as the end of a process would."""
    from moto.core.base_backend import BackendDict

    BackendDict.reset()
