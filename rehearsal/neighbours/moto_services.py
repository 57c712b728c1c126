"""The services around CloudFormation: S3, STS, Route 53, SSM and whatever else moto can answer.

moto runs in this process and keeps its state for the whole of it; it takes a second to import, which `warm`
does while the rest starts. What it cannot answer is refused by name, not invented.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from random import SystemRandom
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cloudformation.environment.keys.availability_zones import zones_of_region
from rehearsal.loopback.credential_scope import credential_scope, service_asked
from rehearsal.loopback.http_message import Request, Response
from rehearsal.loopback.request_body import inflates_beyond
from rehearsal.neighbours.containers.container_calls import Containers
from rehearsal.neighbours.containers.kept_tasks import KeptTasks, tasks_file
from rehearsal.neighbours.hosted_zones import HostedZone
from rehearsal.neighbours.journal import Entry, changes, journal_in
from rehearsal.neighbours.made import PLAYED, types_of
from rehearsal.neighbours.moto_contents import (
    CONTAINERS,
    correct_public_parameters,
    has_alarm,
    holds,
    is_used,
    secret_string,
    stands,
    stored_parameter,
)
from rehearsal.neighbours.moto_server import MotoServer, NoSuchServiceError
from rehearsal.neighbours.roles import assumable, assumable_of_stacks
from rehearsal.neighbours.stack_resources import StackResources, Step, services_with
from rehearsal.scenario.faults import Scenario
from rehearsal.state.s3_object import S3Object
from rehearsal.state.services import Contents, ServiceError, Services

# S3 keeps a body as it comes; other services read what is in it.
MOST_INFLATED = 16 * 1024 * 1024
_XML = (("Content-Type", "application/xml"),)
_S3_SCOPE = "REHEARSAL/20260101/us-east-1/s3/aws4_request"
_TO_S3 = (("Authorization", f"AWS4-HMAC-SHA256 Credential={_S3_SCOPE}, SignedHeaders=, Signature="),)
# The account is one in which ECS was used before: its role is there. `aws iam delete-role` makes it a fresh one.
_USED_BEFORE = ("ecs.amazonaws.com", "AWSServiceRoleForECS")
_OWNER_HEADERS = ("x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner")


class Neighbours(Services):
    """One account's other services. `state`: the folder where changes to them survive the process, or None."""

    def __init__(
        self,
        account: str,
        state: Path | None = None,
        zones: Iterable[HostedZone] = (),
        seed: Callable[[], int] = lambda: SystemRandom().getrandbits(32),
        scenario: Scenario | None = None,
    ) -> None:
        self.account = account
        self._journal = journal_in(state) if state else None
        self._zones = tuple(zones)
        self._seed = seed
        tasks = KeptTasks(tasks_file(state) if state else None)
        self._containers = Containers(account, self, tasks, scenario or Scenario())
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
        if _bursts(request):
            return _failure(413, "RequestEntityTooLarge", f"A body must not exceed {MOST_INFLATED} bytes.")
        if (played := self._containers.answer(request)) is not None:
            return played
        with self._up_to_date(service_asked(request)):
            seed = self._seed()
            response = self._answer(request, seed)
            if self._journal and changes(request, response):
                self._journal.append(Entry(request, seed))
        return response

    def fetch(self, wanted: S3Object) -> bytes:
        request = Request("GET", wanted.target, _TO_S3)
        response = self.answer(request)
        if response.status == 200:
            return response.body
        error = ElementTree.fromstring(response.body)
        raise ServiceError(error.findtext("Code", "InternalError"), error.findtext("Message", "Unknown error"))

    def parameter(self, name: str, region: str) -> str | None:
        if not (self._is_used("ssm") or name.startswith("/aws/")):
            return super().parameter(name, region)
        with self._up_to_date("ssm"):
            stored = stored_parameter(self.account, region, name)
        return super().parameter(name, region) if stored is None else stored

    def secret(self, name: str, stage: str, version: str, region: str) -> str:
        if not self._is_used("secretsmanager"):
            return super().secret(name, stage, version, region)
        with self._up_to_date("secretsmanager"):
            return secret_string(self.account, region, name, stage, version)

    def alarm(self, arn: str, region: str) -> bool:
        with self._lock:
            return self._is_used("cloudwatch") and has_alarm(self.account, region, arn)

    def zones(self, region: str) -> list[str]:
        return zones_of_region(region)

    def stands(self, type_name: str, name: str, region: str) -> bool:
        played = PLAYED.get(type_name)
        if played is None or not self._is_used(played.service):
            return False
        with self._lock:
            self._application.prepare(played.service)
            outside = not self._resources.holds(type_name, region, name)
            return outside and stands(self.account, region, type_name, name)

    def lost(self, type_name: str, name: str, region: str) -> bool:
        played = PLAYED.get(type_name)
        if played is None or not self._is_used(played.service):
            return False
        with self._up_to_date(played.service):
            return not stands(self.account, region, type_name, name)

    def holds(self, type_name: str, name: str, region: str) -> bool:
        if type_name not in CONTAINERS or not self._is_used(PLAYED[type_name].service):
            return False
        with self._up_to_date(PLAYED[type_name].service):
            return holds(self.account, region, type_name, name)

    def assumable(self, role: str) -> bool:
        if not self._is_used("iam"):
            contents = self.made_by_stacks(("AWS::IAM::Role",))
            return assumable_of_stacks(contents.standing if contents else (), role)
        with self._up_to_date("iam"):
            return assumable(self.account, role)

    def _is_used(self, service: str) -> bool:
        """Whether there may be something in a service that no stack put there, or changed since."""
        if self._journal and self._journal.path.exists():
            with self._lock:
                _ = self._application
        return is_used(service)

    @contextmanager
    def _up_to_date(self, service: str) -> Iterator[None]:
        """The contents of a service in moto, with everything saved and everything that stacks created. The stacks

        are read before the lock is taken, because the holder of their lock may need this one.
        """
        services = [name for name in services_with(service) if types_of(name)]
        read = {name: self._read(name) for name in services}
        with self._lock:
            self._application.prepare(service)
            for name, contents in read.items():
                for step in self._resources.steps(name, contents) if contents else ():
                    self._take(replace(step, seed=self._seed()))
            yield

    def _read(self, service: str) -> Contents | None:
        with self._lock:
            _ = self._application
            known, since = self._resources.known(service), self._resources.version(service)
        return self.made_by_stacks(types_of(service), known, since)

    def _take(self, step: Step) -> None:
        self._resources.take(step)
        if self._journal:
            self._journal.append(step)

    def _answer(self, request: Request, seed: int) -> Response:
        try:
            application = self._application
            scope = credential_scope(request)
            if scope is not None and scope.service == "ssm" and b"/aws/service/" in request.body:
                correct_public_parameters(self.account, scope.region, request.body)
            return application.answer(request, seed)
        except NoSuchServiceError:
            scope = credential_scope(request)
            return _failure(501, "NotImplemented", f"moto does not simulate {scope.service if scope else request.path}")
        except Exception as error:  # whatever goes wrong inside moto must not end the server
            return _failure(500, "InternalFailure", f"moto failed: {type(error).__name__}: {error}")

    def _warm(self) -> None:
        with self._lock:
            self._answer(Request("GET", "/", _TO_S3), 0)

    @cached_property
    def _application(self) -> MotoServer:
        application = MotoServer(self.account)
        for zone in self._zones:
            application.before_first("route53", partial(application.add_zone, zone))
        application.before_first("iam", partial(application.add_service_linked_role, *_USED_BEFORE))
        self._resources = StackResources(application, self.account)
        for entry in self._journal.read() if self._journal else ():
            if isinstance(entry, Step):
                self._resources.take(entry)
            else:
                application.answer(entry.request, entry.seed)
        return application


def _bursts(request: Request) -> bool:
    """Whether the body is a small one that moto would make a very large one of."""
    if request.header("content-encoding").strip().lower() != "gzip":
        return False
    scope = credential_scope(request)
    return (scope is None or scope.service != "s3") and inflates_beyond(request.body, MOST_INFLATED)


def _failure(status: int, code: str, message: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return Response(status, _XML, body.encode())
