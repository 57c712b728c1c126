"""What CloudFormation asks of the services around it, and what these may know of the resources of stacks."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from rehearsal.state.public_parameters import public_parameter
from rehearsal.state.s3_object import S3Object

Key = tuple[str, str, str]
"""A resource beyond its stack: type, Region, physical id."""


class ServiceError(Exception):
    """What a service beside CloudFormation refused: its code and message, which never cross the wire as such."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SecureString(str):
    """The value of a Systems Manager parameter of that type, which only an `ssm-secure` reference may take."""


@dataclass(frozen=True)
class Made:
    """A resource of a stack, as its service has it: tags of its stack among its own."""

    type: str
    region: str
    physical_id: str
    properties: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.type, self.region, self.physical_id


@dataclass(frozen=True)
class Contents:
    """The resources of the requested types in the stacks at one moment.

    `version` grows with every change; `left` has what stacks released without deleting it, and those of the requested
    keys of which no more is known.
    """

    version: int = 0
    standing: tuple[Made, ...] = ()
    left: tuple[Made, ...] = ()


class Reader(Protocol):
    """Reads the resources in the stacks; None if nothing has changed since that version."""

    def __call__(self, types: Collection[str], known: Collection[Key], since: int) -> Contents | None: ...


class Services:
    """The other services of an empty account; a subclass can simulate more of them."""

    _reader: Reader | None = None
    _now: Callable[[], float] = staticmethod(time.time)
    _pass_to: Callable[[float], object] = staticmethod(lambda _: None)

    def look_into(self, reader: Reader) -> None:
        """From now on the services know what stacks have made."""
        self._reader = reader

    def keep_time(self, now: Callable[[], float], pass_to: Callable[[float], object]) -> None:
        """From now on the services use simulated time, in seconds since the epoch."""
        self._now, self._pass_to = now, pass_to

    def now(self) -> float:
        """What time it is."""
        return self._now()

    def pass_to(self, moment: float) -> None:
        """Let time go on towards a moment that somebody waits for."""
        self._pass_to(moment)

    def made_by_stacks(self, types: Collection[str], known: Collection[Key] = (), since: int = -1) -> Contents | None:
        """The resources of those types in the stacks; None if nothing has changed since that version."""
        return self._reader(types, known, since) if self._reader else Contents()

    def fetch(self, wanted: S3Object) -> bytes:
        """The contents of an object in S3. ServiceError: the error of S3."""
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist")

    def parameter(self, name: str, region: str) -> str | None:
        """The value of a Systems Manager parameter by name, ARN, or `name:version`; None when there is none.

        Those that AWS keeps for every account are there. ValidationError: one of them that is not simulated.
        """
        contents = self.made_by_stacks(("AWS::SSM::Parameter",))
        for made in contents.standing if contents else ():
            if made.region == region and name.removesuffix(":1") in (made.physical_id, _arn_of_parameter(made, name)):
                return str(made.properties.get("Value", ""))
        return public_parameter(name, region)

    def secret(self, name: str, stage: str, version: str, region: str) -> str:
        """A secret by name or ARN, staging label and version. ServiceError: there is none."""
        raise ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

    def alarm(self, arn: str, region: str) -> bool:
        """Whether CloudWatch of a region has the alarm of an ARN."""
        return False

    def zones(self, region: str) -> Iterable[str]:
        """The availability zones of a region as EC2 names them, none where that is not known."""
        return ()

    def stands(self, type_name: str, name: str, region: str) -> bool:
        """Whether something of a type and name was made outside of CloudFormation."""
        return False

    def holds(self, type_name: str, name: str, region: str) -> bool:
        """Whether something was put into a resource of a type and name: objects, images."""
        return False

    def lost(self, type_name: str, name: str, region: str) -> bool:
        """Whether what a stack left behind is there no more."""
        return False

    def assumable(self, role: str) -> bool:
        """Whether CloudFormation may take on a role."""
        return True


def _arn_of_parameter(made: Made, like: str) -> str:
    """The ARN of a parameter, in the account that another ARN names."""
    head, is_arn, _ = like.partition(":parameter")
    return f"{head}:parameter/{made.physical_id.removeprefix('/')}" if is_arn and f":{made.region}:" in head else ""
