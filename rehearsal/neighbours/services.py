"""The services around CloudFormation: S3, STS, Route 53, SSM and whatever else moto can answer.

moto runs in this process and keeps its state for the whole of it; it takes a second to import, which `warm`
does while the rest starts. What it cannot answer is refused by name, not invented.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import SystemRandom
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from rehearsal.loopback.credential_scope import credential_scope
from rehearsal.loopback.http_message import Request, Response, run
from rehearsal.neighbours.journal import Entry, changes, journal_in
from rehearsal.neighbours.roles import assumable
from rehearsal.neighbours.s3_url import NoSuchTemplateError, read_url
from rehearsal.neighbours.secrets import secret_string
from rehearsal.neighbours.standing import KEPT, stands

_XML = (("Content-Type", "application/xml"),)
_OWNER_HEADERS = ("x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner")


class NoSuchServiceError(Exception):
    """A service that moto does not play."""


@dataclass(frozen=True)
class HostedZone:
    """A public hosted zone that is there from the start."""

    id: str
    name: str


@dataclass(frozen=True)
class StoredParameter:
    """An SSM parameter as GetParameter answers it, decrypted."""

    value: str
    type: str
    version: int


class Neighbours:
    """One account's other services. `state`: the folder where changes to them survive the process, or None."""

    def __init__(
        self,
        account: str,
        state: Path | None = None,
        zones: Iterable[HostedZone] = (),
        seed: Callable[[], int] = lambda: SystemRandom().getrandbits(32),
    ) -> None:
        self.account = account
        self._journal = journal_in(state) if state else None
        self._zones = tuple(zones)
        self._seed = seed
        # moto is not made for several threads.
        self._lock = threading.RLock()
        self._warming = threading.Thread(target=self._warm, name="neighbours", daemon=True)

    def warm(self) -> None:
        """Begin to import moto beside what the caller does next."""
        self._warming.start()

    def close(self) -> None:
        """Wait until `warm` is done."""
        if self._warming.ident is not None:
            self._warming.join()

    def answer(self, request: Request) -> Response:
        """Answer one request to any service; what it changes is remembered."""
        if any(request.header(name) not in ("", self.account) for name in _OWNER_HEADERS):
            # S3 compares before it does anything, and answers so whatever the bucket is:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
            return _failure(403, "AccessDenied", "Access Denied")
        with self._lock:
            seed = self._seed()
            response = self._answer(request, seed)
            if self._journal and changes(request, response):
                self._journal.append(Entry(request, seed))
        return response

    def fetch(self, url: str) -> bytes:
        """The object behind a template URL. NoSuchTemplateError: there is none, or the URL is none of S3."""
        request = Request("GET", read_url(url).target, (("Authorization", _scope("s3", "us-east-1")),))
        response = self.answer(request)
        if response.status == 200:
            return response.body
        message = ElementTree.fromstring(response.body).findtext("Message", "Unknown error")
        raise NoSuchTemplateError(
            f"S3 error: {message}\n"
            "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
        )

    def parameter(self, name: str, region: str) -> StoredParameter | None:
        """An SSM parameter by name, ARN, or `name:version`; None when there is none."""
        with self._lock:
            found = self._application.parameter(name, region)
        return StoredParameter(found["Value"], found["Type"], int(found["Version"])) if found else None

    def secret(self, name: str, stage: str, version: str, region: str) -> str:
        """The text of a secret by its name or ARN. ServiceError: there is none."""
        with self._lock:
            return self._application.secret(name, stage, version, region)

    def alarm(self, arn: str, region: str) -> bool:
        """Whether CloudWatch of a region has the alarm of an ARN; moto knows no composite ones."""
        with self._lock:
            return self._application.alarm(arn, region)

    def zones(self, region: str) -> list[str]:
        """The availability zones of a region as EC2 names them here; an account of its own may have others."""
        with self._lock:
            return self._application.zones(region)

    def stands(self, type_name: str, name: str, region: str) -> bool:
        """Whether a resource of that type was made here under that name; False for types that cannot be asked for."""
        if type_name not in KEPT:
            return False
        with self._lock:
            return self._application.stands(type_name, name, region)

    def assumable(self, role: str) -> bool:
        """Whether CloudFormation may take on a role, as far as its trust policy says; one made elsewhere is trusted."""
        with self._lock:
            return self._application.assumable(role)

    def _answer(self, request: Request, seed: int) -> Response:
        try:
            return self._application.answer(request, seed)
        except NoSuchServiceError:
            scope = credential_scope(request)
            return _failure(501, "NotImplemented", f"moto does not play {scope.service if scope else request.path}")
        except Exception as error:  # whatever goes wrong inside moto must not end the server
            return _failure(500, "InternalFailure", f"moto failed: {type(error).__name__}: {error}")

    def _warm(self) -> None:
        with self._lock:
            self._answer(Request("GET", "/", (("Authorization", _scope("s3", "us-east-1")),)), 0)

    @cached_property
    def _application(self) -> _Moto:
        application = _Moto(self.account)
        for zone in self._zones:
            application.add_zone(zone)
        for entry in self._journal.read() if self._journal else ():
            application.answer(entry.request, entry.seed)
        return application


class _Moto:
    """moto's server application, for one account."""

    def __init__(self, account: str) -> None:
        # Without it any web page could read the answers of this server.
        os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
        from moto.moto_api._internal import mock_random
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._account = account
        self._random = mock_random
        self._application = DomainDispatcherApplication(create_backend_app)
        self._leave_permissions_out()

    def answer(self, request: Request, seed: int) -> Response:
        """The same seed gives the same ids. NoSuchServiceError: moto does not play the service."""
        self._random.seed(seed)
        return run(self._dispatch, request, HTTP_X_MOTO_ACCOUNT_ID=self._account)

    @staticmethod
    def _leave_permissions_out() -> None:
        """Permissions are not played; moto takes a Deny whose Condition does not hold (TLS only) for a Deny."""
        from moto.iam.access_control import PermissionResult
        from moto.s3.models import FakeBucket

        # mypy guards methods against assignment, which is the purpose here.
        FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL  # type: ignore[method-assign]

    def _dispatch(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            service = self._application.get_application(environ)
        except AttributeError:
            # moto finds no backend and trips over that.
            raise NoSuchServiceError from None
        answer: Iterable[bytes] = service(environ, start_response)
        return answer

    def add_zone(self, zone: HostedZone) -> None:
        """Create a public hosted zone under a given id."""
        from moto.route53.models import route53_backends

        backend = route53_backends[self._account]["aws"]
        if zone.id not in backend.zones:
            made = backend.create_hosted_zone(f"{zone.name.rstrip('.')}.", private_zone=False)
            backend.zones[zone.id] = backend.zones.pop(made.resource_id)
            made.resource_id = zone.id

    def secret(self, name: str, stage: str, version: str, region: str) -> str:
        """A secret as CloudFormation reads it."""
        return secret_string(self._account, region, name, stage, version)

    def alarm(self, arn: str, region: str) -> bool:
        """Whether a region has the alarm of an ARN."""
        from moto.cloudwatch.models import cloudwatch_backends

        try:
            alarms = cloudwatch_backends[self._account][region].alarms
        except KeyError:
            return False
        return any(alarm.alarm_arn == arn for alarm in alarms.values())

    def zones(self, region: str) -> list[str]:
        """The names of a region's availability zones, none for a region that moto does not know."""
        from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

        return [zone.name for zone in RegionsAndZonesBackend.zones.get(region, ())]

    def stands(self, type_name: str, name: str, region: str) -> bool:
        """Whether moto keeps a resource of that type and name."""
        return stands(self._account, region, type_name, name)

    def assumable(self, role: str) -> bool:
        """Whether no role of that ARN keeps CloudFormation out."""
        return assumable(self._account, role)

    def parameter(self, name: str, region: str) -> dict[str, Any] | None:
        """A parameter as GetParameter answers it."""
        from moto.ssm.exceptions import ParameterVersionNotFound
        from moto.ssm.models import ssm_backends

        try:
            found = ssm_backends[self._account][region].get_parameter(name)
        except (KeyError, ParameterVersionNotFound):
            return None
        return found.response_object(decrypt=True, region=region) if found else None


def _scope(service: str, region: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential=REHEARSAL/20260101/{region}/{service}/aws4_request, SignedHeaders=, Signature="


def _failure(status: int, code: str, message: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return Response(status, _XML, body.encode())
