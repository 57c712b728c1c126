"""Which service a request is for, and its answer: the cloud answers for CloudFormation, the neighbours for the rest."""

import contextlib
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any, Protocol
from urllib.parse import parse_qs
from uuid import uuid4

from cloudformation.environment.keys.regions import is_known, known_regions
from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.credential_scope import CredentialScope, credential_scope
from rehearsal.loopback.http_message import Request, Response
from rehearsal.loopback.wire import Call, parse, respond, respond_error
from rehearsal.loopback.wire.model import API_VERSION

# CreateStack with a full template, 200 parameters of 4,096 bytes and 50 tags, percent-encoded, is below 4 MiB.
MOST_BYTES = 6 * 1024 * 1024
# Longer than any client waits for an answer.
NO_ANSWER_SECONDS = 86400.0
_READING = ("Describe", "Get", "List", "Validate")


class Cloud(Protocol):
    """CloudFormation itself, as the wire sees it."""

    @property
    def account(self) -> str:
        """The account ID, twelve digits, of a caller that signs with an ordinary key."""

    def handle(self, call: Call) -> Mapping[str, Any]:
        """The result of an operation. CloudFormationError: it was refused."""

    def notes(self, call: Call, answer: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """What is to be said beside an answer, in headers of the rehearsal's own."""

    def now(self) -> float:
        """The time that answers bear, in seconds since the epoch."""

    def api_fault(self, operation: str) -> str | None:
        """throttle, error, reset, timeout, lose-reply, truncate, expired or `slow:<seconds>`; None: it goes through."""


@dataclass(frozen=True)
class HangUp:
    """No answer: the connection is closed; with `reset` at once, as a peer that died."""

    reset: bool


@dataclass(frozen=True)
class Truncated:
    """An answer that breaks off half-way: it says how long it is, and the connection is closed before."""

    response: Response


@dataclass(frozen=True)
class Endpoint:
    """Every service at one address. `pause` waits that many seconds; `log` takes what went wrong inside."""

    cloud: Cloud
    neighbours: Callable[[Request], Response]
    pause: Callable[[float], object]
    log: Callable[[str], object]
    new_request_id: Callable[[], str] = lambda: str(uuid4())

    def answer(self, request: Request) -> Response | HangUp | Truncated:
        """What a request is answered, or that it gets no answer, or half of it. Never raises."""
        request_id = self.new_request_id()
        try:
            scope = credential_scope(request)
            if scope and scope.service == "cloudformation":
                return self._cloudformation(request, scope, request_id)
            if scope is None and _is_unsigned_cloudformation(request):
                raise CloudFormationError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
            return self.neighbours(request)
        except CloudFormationError as error:
            return _xml(error.status, respond_error(error, request_id), request_id)
        except Exception:  # a mistake in here must end neither the server nor the deployment's other calls
            self.log(traceback.format_exc())
            failure = CloudFormationError(
                "InternalFailure", "The rehearsal failed with an internal error; see its log.", 500
            )
            return _xml(500, respond_error(failure, request_id), request_id)

    def _cloudformation(
        self, request: Request, scope: CredentialScope, request_id: str
    ) -> Response | HangUp | Truncated:
        if len(request.body) > MOST_BYTES:
            raise CloudFormationError("RequestEntityTooLarge", f"A request must not exceed {MOST_BYTES} bytes.", 413)
        if not is_known(scope.region, known_regions()):
            raise CloudFormationError("SignatureDoesNotMatch", "Credential should be scoped to a valid region.", 403)
        form = request.body if request.method == "POST" else request.query.encode()
        account = scope.account or self.cloud.account
        call = parse(form, region=scope.region, account=account, request_id=request_id)
        if not request.header("authorization") and not call.operation.startswith(_READING):
            # An image of any web page can bear a presigned query; no SDK presigns what changes a stack.
            raise CloudFormationError("AccessDenied", f"{call.operation} must be signed in its headers", 403)
        fault = self.cloud.api_fault(call.operation)
        if fault == "timeout":
            self.pause(NO_ANSWER_SECONDS)
        if fault in ("reset", "timeout"):
            return HangUp(reset=True)
        self._refuse_or_delay(fault)
        if fault == "lose-reply":
            with contextlib.suppress(CloudFormationError):
                self.cloud.handle(call)
            return HangUp(reset=False)
        if fault == "truncate":
            return Truncated(self._handled(call, request_id))
        return self._handled(call, request_id)

    def _handled(self, call: Call, request_id: str) -> Response:
        try:
            result = self.cloud.handle(call)
            answer = _xml(200, respond(call.operation, result, request_id), request_id)
            answer = replace(answer, headers=(*answer.headers, *self.cloud.notes(call, result)))
        except CloudFormationError as error:
            answer = _xml(error.status, respond_error(error, request_id), request_id)
        dated = ("Date", formatdate(self.cloud.now(), usegmt=True))
        return replace(answer, headers=(*answer.headers, dated))

    def _refuse_or_delay(self, fault: str | None) -> None:
        if fault == "throttle":
            raise CloudFormationError("Throttling", "Rate exceeded")
        if fault == "expired":
            raise CloudFormationError("ExpiredToken", "The security token included in the request is expired", 403)
        if fault == "error":
            raise CloudFormationError("ServiceUnavailable", "Service is unavailable. Please try again.", 503)
        if fault and fault.startswith("slow:"):
            self.pause(float(fault.removeprefix("slow:")))


def _is_unsigned_cloudformation(request: Request) -> bool:
    form = request.body.decode("latin-1") if request.is_form else request.query
    return "Action=" in form and parse_qs(form).get("Version") == [API_VERSION]


def _xml(status: int, body: bytes, request_id: str) -> Response:
    return Response(status, (("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)), body)
