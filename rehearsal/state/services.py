"""What CloudFormation asks of the services around it."""

from collections.abc import Iterable

from rehearsal.state.public_parameters import public_parameter
from rehearsal.state.s3_object import S3Object


class ServiceError(Exception):
    """What a service beside CloudFormation refused: its code and message, which never cross the wire as such."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SecureString(str):
    """The value of a Systems Manager parameter of that type, which only an `ssm-secure` reference may take."""


class Services:
    """The other services of an account that has nothing of its own; whoever plays more of them answers in its place."""

    def fetch(self, wanted: S3Object) -> bytes:
        """What an object in S3 holds. ServiceError: S3 does not give it, in its own words."""
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist")

    def parameter(self, name: str, region: str) -> str | None:
        """The value of a Systems Manager parameter by name, ARN, or `name:version`; None when there is none.

        Those that AWS keeps for every account are there. ValidationError: one of them that is not simulated.
        """
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

    def assumable(self, role: str) -> bool:
        """Whether CloudFormation may take on a role."""
        return True
