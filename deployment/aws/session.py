"""The clients of one run.

boto3's ordinary credential chain, profiles and AWS_ENDPOINT_URL apply, unless an endpoint is given; then the
credentials given with it are used and nothing of the machine's configuration is read.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from cloudformation.environment.keys.partitions import partition_of
from deployment.aws.answers import hold_to_the_model
from deployment.aws.clock import FOR_AWS, FOR_LOOPBACK, Polling
from deployment.aws.configuration import (
    guard_signing,
    making_clients,
    prompt_on_a_terminal_only,
    reading_credentials,
    refuse_unusable,
)
from deployment.aws.credentials import renew_when_expired
from deployment.aws.request_budget import RequestBudget, bear_throttling
from deployment.aws.retries import SDK_ATTEMPTS
from deployment.aws.server_clock import ServerClock
from deployment.aws.timestamps import read_timestamps

Client: TypeAlias = Any
"""A boto3 client: boto3 makes them at run time and ships no types."""

_CONNECT_SECONDS = 8
_READ_SECONDS = 60
_POOL = 16
_UNLIMITED = "s3"  # takes thousands of requests a second


@dataclass(frozen=True)
class Endpoint:
    """Where to send every call instead of AWS, and with which credentials."""

    url: str
    access_key: str
    secret_key: str


class Session:
    """Clients for one region, each made when first asked for; making them is guarded, as boto3 needs."""

    def __init__(
        self,
        region: str,
        endpoint: Endpoint | None = None,
        budget: RequestBudget | None = None,
        hurried: Callable[[], bool] = lambda: False,
    ) -> None:
        self.region = region
        self.server_clock = ServerClock()
        self._hurried = hurried
        self._budget = budget
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._followed = 0
        self._clients: dict[str, Client] = {}
        prompt_on_a_terminal_only()
        self._botocore = read_timestamps(self._chain())
        self._boto3 = _boto3_session(self._botocore)
        with making_clients():
            self._boto3.get_partition_for_region(region)  # raises for a Region that botocore cannot place

    @property
    def configured_region(self) -> tuple[str, str] | None:
        """The region that the machine's configuration names, and where; None where it names none."""
        if self._endpoint:
            return None
        for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            if os.environ.get(variable):
                return os.environ[variable], variable
        name = self._boto3.region_name
        return (name, f"profile {self._boto3.profile_name}") if name else None

    @property
    def partition(self) -> tuple[str, str]:
        """The region's partition and its DNS suffix: `aws` and `amazonaws.com`, or others."""
        # The same data that botocore derives every endpoint from.
        partition = partition_of(self.region)
        return partition.name, partition.dns_suffix

    @property
    def is_elsewhere(self) -> bool:
        """Whether the machine's configuration names another endpoint than one of AWS's."""
        host = urlsplit(self.s3.meta.endpoint_url).hostname or ""
        return self._endpoint is None and not host.endswith(f".{self.partition[1]}")

    @property
    def watching(self) -> bool:
        """Whether an operation is followed, which bears what is throttled in its own way."""
        return self._followed > 0

    @contextmanager
    def following(self) -> Iterator[None]:
        """While one operation of perhaps several is followed."""
        with self._lock:
            self._followed += 1
        try:
            yield
        finally:
            with self._lock:
                self._followed -= 1

    def close(self) -> None:
        """Closes the connections of all clients."""
        for client in self._clients.values():
            client.close()

    def client(self, service: str, *, attempts: int = SDK_ATTEMPTS, patience: float = _READ_SECONDS) -> Client:
        """The client of a service; `attempts` counts the first try, `patience` is seconds until an answer."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._listened(service, self._made(service, attempts, patience), attempts)
            return self._clients[service]

    def _listened(self, service: str, client: Client, attempts: int) -> Client:
        """What every attempt of a client passes: the budget, and a second try where credentials have run out.

        What is asked with fewer attempts than usual is asked beside the deployment: it can do without.
        """
        budget = self._budget
        if budget and service != _UNLIMITED and not is_loopback(client.meta.endpoint_url):
            client.meta.events.register("before-send", lambda **_: budget.spend())
        if service == "cloudformation":
            self.server_clock.listen(client)
        if budget and attempts >= SDK_ATTEMPTS:
            bear_throttling(client, budget, lambda: not (self.watching or self._hurried()))
        hold_to_the_model(client)
        guard_signing(client, self._botocore.get_credentials)
        renew_when_expired(client, self._botocore.get_credentials, lambda: self._chain().get_credentials())
        return client

    def _chain(self) -> Any:
        """A new look at where credentials come from; with an endpoint, at nothing that the machine configures."""
        import botocore.session

        if self._endpoint is None:
            return botocore.session.Session()
        variables = {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
        bare = botocore.session.Session(variables)
        bare.set_credentials(self._endpoint.access_key, self._endpoint.secret_key)
        return bare

    def _made(self, service: str, attempts: int, patience: float) -> Client:
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=min(_CONNECT_SECONDS, patience),
            read_timeout=patience,
            max_pool_connections=_POOL,
            proxies={} if self._endpoint else None,
        )
        url = self._endpoint.url if self._endpoint else None
        with reading_credentials():
            self._botocore.get_credentials()
        with making_clients():
            client = self._boto3.client(service, region_name=self.region, config=config, endpoint_url=url)
            refuse_unusable(client.meta.endpoint_url)
        return client

    @property
    def polling(self) -> Polling:
        """How often to ask, by where CloudFormation is."""
        return FOR_LOOPBACK if is_loopback(self.cloudformation.meta.endpoint_url) else FOR_AWS

    @property
    def cloudformation(self) -> Client:
        return self.client("cloudformation")

    @property
    def s3(self) -> Client:
        return self.client("s3")

    @property
    def route53(self) -> Client:
        return self.client("route53")


def is_loopback(url: str) -> bool:
    """Whether an endpoint is on this machine: by its name or its address (RFC 6761, RFC 1122, RFC 4291)."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _boto3_session(of: Any) -> Any:
    import boto3

    with reading_credentials():
        # The profile is read here and not at the first question: with AWS_DATA_PATH set, making a session reads none.
        of.get_scoped_config()
        return boto3.session.Session(botocore_session=of)
