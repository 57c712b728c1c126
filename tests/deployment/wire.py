"""boto3 clients whose requests never reach a network: everything of the SDK is at work, down to the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.wire import respond, respond_error


class Raw:
    """A body as urllib3 hands it over."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]

    def read(self, amount: int | None = None) -> bytes:
        """What is left of the body, or so many bytes of it."""
        count = len(self._body) if amount is None else amount
        read, self._body = self._body[:count], self._body[count:]
        return read


def response(url: str, status: int, body: bytes, headers: dict[str, str] | None = None) -> AWSResponse:
    """An HTTP response as botocore knows it."""
    return AWSResponse(url, status, headers or {"Content-Type": "text/xml"}, Raw(body))


class Answering:
    """Answers CloudFormation's requests by a function of operation and arguments, which may raise a ClientError."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self._answer = answer

    def instead_of_the_network(self, client: Any) -> Any:
        """The same client, which asks this from now on."""
        client.meta.events.register_last("before-send", self._send)
        return client

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        form = request.body if isinstance(request.body, dict) else dict(_pairs(request.body))
        try:
            body = respond(operation, self._answer(operation, form), "request")
        except ClientError as error:
            told = error.response["Error"]
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            refused = CloudFormationError(told["Code"], told["Message"], status)
            return response(request.url, status, respond_error(refused, "request"))
        return response(request.url, 200, body)


def _pairs(body: Any) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(body.decode() if isinstance(body, bytes) else body)
