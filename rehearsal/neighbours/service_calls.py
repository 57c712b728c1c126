"""Calls to the services beside CloudFormation from this process, in the shapes of botocore's models."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import quote, urlencode

from rehearsal.loopback.http_message import Request, Response

# Services whose resources are those of all Regions.
EVERYWHERE = frozenset({"s3", "iam", "route53"})


class ServiceCalls:
    """The calls that create a resource of a stack, in one account and Region.

    `backend` gives the contents of a service in moto, for what no call can pass: an id that was given out already.
    """

    def __init__(self, answer: Callable[[Request], Response], account: str, region: str) -> None:
        self._answer = answer
        self.account = account
        self.region = region

    def __call__(self, service: str, operation: str, **parameters: Any) -> bool:
        """Whether the service took the call; members that are None are left out."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._answer(_request(service, operation, given, self.region)).status < 300

    def backend(self, service: str) -> Any:
        return moto_backend(service, self.account, self.region)


def moto_backend(service: str, account: str, region: str) -> Any:
    """The contents of a service in moto, in an account and Region. KeyError: there is no such Region."""
    backends = getattr(import_module(f"moto.{service}.models"), f"{service}_backends")
    return backends[account]["aws" if service in EVERYWHERE else region]


@cache
def _model(service: str) -> tuple[Any, Any]:
    """The model of a service, and what writes its requests."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel
    from botocore.serialize import create_serializer

    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return model, create_serializer(model.metadata["protocol"], include_validation=False)


def _request(service: str, operation: str, parameters: dict[str, Any], region: str) -> Request:
    model, serializer = _model(service)
    written = serializer.serialize_to_request(parameters, model.operation_model(operation))
    path = written["url_path"]
    if service == "s3" and "Bucket" in parameters:
        path = f"/{quote(parameters['Bucket'])}{path.removeprefix('/' + parameters['Bucket'])}"
    body, query = written["body"], written["query_string"]
    if isinstance(body, dict):
        body = urlencode(body)
    if isinstance(query, Mapping):
        query = urlencode(query)
    scope = f"REHEARSAL/20260101/{region}/{model.signing_name}/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=, Signature="
    joined = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
    return Request(
        written["method"],
        joined,
        (*written["headers"].items(), ("Authorization", signed)),
        body if isinstance(body, bytes) else (body or "").encode(),
    )
