"""moto's server application, in this process: what answers for a service, and what it must not do here."""

import json
import os
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from rehearsal.loopback.credential_scope import service_asked
from rehearsal.loopback.http_message import Request, Response, run
from rehearsal.neighbours.hosted_zones import HostedZone

_HOSTS = 256
"""How many services in regions are remembered: more than a deployment asks, and no more than a client may invent."""


class NoSuchServiceError(Exception):
    """A service that moto does not play."""


def _without_own_pages(backend_for_host: Callable[[str | None], Any]) -> Callable[[str | None], Any]:
    """moto's own pages, which show and reset everything, are no service, by whatever name they are asked for."""

    def backend(host: str | None) -> Any:
        named = backend_for_host(host)
        if str(named).startswith(("moto_api", "moto-api")):
            raise NoSuchServiceError
        return named

    return backend


@cache
def _application_of(service: Any) -> Any:
    """What answers for a service, whatever the account: it knows paths alone, and compiling each takes a while.

    moto asks an account of its own for the paths, whose contents take random numbers: the ids that a request gives out
    are the same whether it is the first to its service or not.
    """
    from moto.moto_api._internal import mock_random
    from moto.moto_server.werkzeug_app import create_backend_app

    drawn = mock_random.getstate()
    application = create_backend_app(service)
    mock_random.setstate(drawn)
    return application


class MotoServer:
    """The application for one account."""

    def __init__(self, account: str) -> None:
        # Without it any web page could read the answers of this server.
        os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
        from moto.moto_api._internal import mock_random
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication

        self._account = account
        self._random = mock_random
        self._application = application = DomainDispatcherApplication(_application_of)
        # For each request moto lists the folders of all its services, which took half the time of an answer.
        # mypy guards methods against assignment, which is the purpose here.
        application.get_backend_for_host = lru_cache(_HOSTS)(_without_own_pages(application.get_backend_for_host))  # type: ignore[method-assign]
        self._leave_permissions_out()
        self._list_versions_as_they_are()
        self._first: dict[str, list[Callable[[], object]]] = {}

    def before_first(self, service: str, prepare: Callable[[], object]) -> None:
        """Have something done before anything asks a service for the first time: what nobody asks is not imported."""
        self._first.setdefault(service, []).append(prepare)

    def prepare(self, service: str) -> None:
        """Do what was to be done before a service is asked."""
        for prepare in self._first.pop(service, ()):
            prepare()

    def answer(self, request: Request, seed: int) -> Response:
        """The same seed gives the same ids. NoSuchServiceError: moto does not play the service."""
        self.prepare(service_asked(request))
        self._random.seed(seed)
        return run(self._dispatch, request, HTTP_X_MOTO_ACCOUNT_ID=self._account)

    @staticmethod
    def _leave_permissions_out() -> None:
        """Permissions are not simulated; moto treats a Deny whose Condition is not met (TLS only) as a Deny."""
        from moto.iam.access_control import PermissionResult
        from moto.s3.models import FakeBucket

        # mypy guards methods against assignment, which is the purpose here.
        FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL  # type: ignore[method-assign]

    @staticmethod
    def _list_versions_as_they_are() -> None:
        """moto copies every object of a bucket, with its body, to list the versions of one; and keeps the copies."""
        from moto.s3.models import FakeKey

        # Nothing else copies one, and each listing says anew which is the latest, which is all that it changes.
        FakeKey.__deepcopy__ = lambda version, _: version  # type: ignore[attr-defined]

    def _dispatch(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            if environ["PATH_INFO"].startswith("/moto-api"):
                raise NoSuchServiceError
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

    def add_service_linked_role(self, service: str, name: str) -> None:
        """Make the role that a service works with: an account has it once the service was used in it."""
        from moto.iam.models import iam_backends

        backend = iam_backends[self._account]["aws"]
        if not any(role.name == name for role in backend.roles.values()):
            # moto's own operation writes `AWSServiceRoleForecs`.
            trust = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": service}}
            text = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
            backend.create_role(name, text, f"/aws-service-role/{service}/", None, "", [], "3600", service)
