"""CloudFormation and its neighbours behind real boto3 clients, in this process: no socket, no thread, no waiting.

Every attempt that the SDK makes comes by here, so that any of them can be troubled.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from deployment.aws.session import Session
from rehearsal.control.cloud import open_cloud
from rehearsal.loopback.endpoint import Endpoint
from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.hosted_zones import HostedZone
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.scenario.faults import ApiFault, Drift, ResourceFault, Scenario
from rehearsal.state.clock import Agenda
from tests.deployment.wire import response

Trouble = Callable[[str], "str | None"]
"""The fault that an attempt at an operation meets, or None."""


@dataclass(frozen=True)
class Answer:
    """What comes back for a request."""

    status: int
    body: bytes
    headers: dict[str, str]


Altered = Callable[[str, Answer], Answer]
"""What arrives of the answer to an operation."""
_LISTS = ("DescribeChangeSet", "DescribeStackEvents", "ListChangeSets", "ListStackResources")
MISLEADING = {
    "stale": ("DescribeStacks",),
    "unseen": ("DescribeStackEvents", "ListStackResources", "GetTemplate"),
    "incomplete": ("DescribeChangeSet",),
    "pages:1": _LISTS,
}
"""The faults that mislead, and the operations that they can meet."""
_ATTEMPTS = {"sts": 2, "s3": 5, "route53": 5, "cloudformation": 5, "acm": 5, "ecs": 5, "iam": 1, "ssm": 5}


class LocalCloud:
    """One account in memory; time leaps to the end of whatever a request has begun.

    Its clock may be `ahead` of this machine's. Requests that are signed with one of the `expired` keys are refused;
    `struck` has the operations that met a fault.
    """

    def __init__(self, account: str, ahead: float = 0.0) -> None:
        self._neighbours = Neighbours(account, None, [HostedZone("Z0123456789", "example.com")])
        self.cloud = open_cloud(None, account, self._neighbours, real=lambda: time.time() + ahead)
        self.logged: list[str] = []
        self._endpoint = Endpoint(self.cloud, self._neighbours.answer, lambda _: None, self.logged.append)
        self._lock = threading.Lock()
        self.trouble: Trouble = lambda _: None
        self.expired: set[str] = set()
        self.struck: list[str] = []
        self.altered: Altered = lambda _, answer: answer
        self.resource_faults: tuple[ResourceFault, ...] = ()
        self.drift: tuple[Drift, ...] = ()

    def keep(self) -> bytes:
        """All that CloudFormation knows, while nothing is under way."""
        with self._lock:
            self.cloud.run_until_idle()
            return pickle.dumps(self.cloud.world.state)

    def put_back(self, kept: bytes) -> None:
        """CloudFormation knows what it knew, and nothing else: it is later, and the other services stay as they are."""
        with self._lock:
            world = self.cloud.world
            state = pickle.loads(kept)
            self.cloud.world = replace(world, state=state, agenda=Agenda(), _names={}, _claims=None, _accounts={})
            self.cloud._version += 1  # the other services read again what stacks made

    def change_by_hand(self, *drift: Drift) -> None:
        """From here on somebody has changed this, whatever was undone before."""
        self.drift = drift
        for stack in self.cloud.world.state.stacks.values():
            for resource in stack.resources.values():
                resource.drifted = None

    def attach(self, session: Session) -> Session:
        """The same session, whose clients ask this instead of the network."""
        # A client is made once, with the attempts that the code asks for which uses it.
        for service, attempts in _ATTEMPTS.items():
            session.client(service, attempts=attempts).meta.events.register_last("before-send", self._send)
        return session

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        fault = self.trouble(operation)
        if _key(request) in self.expired:
            fault = "expired"
        if fault and fault not in MISLEADING:
            self.struck.append(operation)
        if fault == "reset":
            raise ConnectionClosedError(endpoint_url=request.url)
        if fault == "timeout":
            raise ReadTimeoutError(endpoint_url=request.url)
        refusal = _REFUSALS.get(fault or "")
        if refusal:
            s3 = ".s3." in event_name
            return response(request.url, *_error(*refusal, s3=s3))
        answer = self._answered(request, operation, fault if fault in MISLEADING else None)
        if fault == "lose-reply":
            raise ConnectionClosedError(endpoint_url=request.url)
        body = answer.body[: len(answer.body) // 2] if fault == "cut" and answer.body else answer.body
        arrived = self.altered(operation, Answer(answer.status, body, dict(answer.headers)))
        return response(request.url, arrived.status, arrived.body, arrived.headers)

    def _answered(self, request: Any, operation: str, misleading: str | None) -> Response:
        body = request.body.read() if hasattr(request.body, "read") else request.body
        target = request.url.partition("://")[2].partition("/")[2]
        headers = tuple((name, _text(value)) for name, value in request.headers.items())
        sent = Request(request.method, f"/{target}", headers, _bytes(body))
        with self._lock:
            met: list[str] = []
            self.cloud.world.scenario = _Misleading(misleading, self.resource_faults, self.drift, met.append)
            answer = self._endpoint.answer(sent)
            self.cloud.run_until_idle()
            self.struck += [operation] * len(met)
        assert isinstance(answer, Response)
        assert not self.logged, self.logged[0]
        return answer


class _Misleading(Scenario):
    """A scenario for one request, which says whether its fault had something to mislead about."""

    def __init__(
        self,
        fault: str | None,
        resources: tuple[ResourceFault, ...],
        drift: tuple[Drift, ...],
        met: Callable[[str], object],
    ) -> None:
        super().__init__(resources, drift=drift, api=(ApiFault("*", fault),) if fault else ())
        self._met = met

    def answer_fault(self, operation: str, meets: Callable[[str], bool]) -> str | None:
        fault = super().answer_fault(operation, meets)
        if fault:
            self._met(fault)
        return fault


def _key(request: Any) -> str:
    """The access key that a request is signed with."""
    signed = _text(request.headers.get("Authorization", ""))
    return signed.partition("Credential=")[2].partition("/")[0]


_REFUSALS = {
    "throttle": (400, "Throttling", "Rate exceeded"),
    "error": (503, "ServiceUnavailable", "Service is unavailable. Please try again."),
    "expired": (403, "ExpiredToken", "The security token included in the request is expired"),
}


def _error(status: int, code: str, message: str, *, s3: bool) -> tuple[int, bytes]:
    inner = f"<Code>{'SlowDown' if s3 and code == 'Throttling' else code}</Code><Message>{message}</Message>"
    if s3:
        return 503 if code == "Throttling" else status, f"<Error>{inner}</Error>".encode()
    return status, f"<ErrorResponse><Error>{inner}</Error><RequestId>x</RequestId></ErrorResponse>".encode()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, dict):
        from urllib.parse import urlencode

        return urlencode(body).encode()
    return body.encode() if isinstance(body, str) else bytes(body)
