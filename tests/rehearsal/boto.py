"""boto3 clients for a server on loopback: dummy credentials, no retries, nothing read from this machine."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config


@cache
def _session() -> boto3.session.Session:
    """One for all: a session reads the service models anew."""
    return boto3.session.Session(
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", aws_session_token="a-session-token"
    )


def client(
    service: str, url: str, *, region: str = "ap-northeast-1", attempts: int = 1, access_key: str | None = None
) -> Any:
    """A client as any SDK user would make it, pointed at `url`; with an access key of its own where one is given."""
    config = Config(
        retries={"total_max_attempts": attempts, "mode": "standard"},
        read_timeout=20,
        s3={"addressing_style": "path"},
    )
    own = {"aws_access_key_id": access_key, "aws_secret_access_key": "secret"} if access_key else {}
    return _session().client(service, endpoint_url=url, region_name=region, config=config, **own)
