"""What is wrong with the machine's configuration is told as such, and nothing has been sent then.

The credential chain runs foreign programs and reads foreign files: whatever comes out of that is theirs to be mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import GetPassWarning
from json import JSONDecodeError
from typing import Any

from deployment.errors import DeploymentError, NoCredentials, NothingSent

_SIGN_IN = "sign in (aws sso login, aws configure), or name a profile: AWS_PROFILE=<profile>"


@contextmanager
def reading_credentials() -> Iterator[None]:
    """Raises NoCredentials for whatever the credential chain raises."""
    try:
        yield
    except DeploymentError:
        raise
    except Exception as error:
        what, remedy = _of_credentials(error)
        raise NoCredentials(what, remedy=remedy) from error


def _of_credentials(error: Exception) -> tuple[str, str]:
    import botocore.exceptions as sdk

    if isinstance(error, sdk.ProfileNotFound):
        return str(error), "name a profile that exists: AWS_PROFILE=<profile>"
    if isinstance(error, sdk.ConfigParseError):
        return str(error), "mend that file; `aws configure list` reads it too"
    if isinstance(error, sdk.InvalidConfigError):
        return str(error), "mend that profile (~/.aws/config), or name another one: AWS_PROFILE=<profile>"
    if isinstance(error, EOFError | GetPassWarning):
        return (
            "the profile asks for an MFA code, and nobody is here to type one",
            "get credentials of a session where somebody is (aws sts get-session-token), or name a profile without "
            "mfa_serial: AWS_PROFILE=<profile>",
        )
    if isinstance(error, JSONDecodeError | UnicodeDecodeError):
        return (
            f"the program that credential_process names printed no JSON: {error}",
            "run it by hand: it has to print Version, AccessKeyId and SecretAccessKey as JSON, and nothing else",
        )
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'what the profile names'} cannot be read: {error.strerror}",
            "mend what names it: AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file or credential_process of the "
            "profile",
        )
    if isinstance(error, sdk.SSOError | sdk.TokenRetrievalError):
        return f"signing in is needed: {error}", _SIGN_IN
    return f"the AWS credentials cannot be read: {type(error).__name__}: {error}", _SIGN_IN


@contextmanager
def making_clients() -> Iterator[None]:
    """Raises NothingSent for whatever else of the configuration no client can be made of."""
    import botocore.exceptions as sdk

    try:
        yield
    except DeploymentError:
        raise
    except sdk.UnknownRegionError as error:
        raise NothingSent(str(error), remedy="name a Region of AWS in the environment file: region") from error
    except ValueError as error:
        remedy = "write the endpoint as a URL with its scheme: AWS_ENDPOINT_URL=http://127.0.0.1:4566"
        raise NothingSent(f"the endpoint cannot be used: {error}", remedy=remedy) from error
    except Exception as error:
        remedy = "mend what it names: the variables AWS_..., or ~/.aws/config"
        raise NothingSent(f"the configuration of AWS cannot be used: {error}", remedy=remedy) from error


def guard_signing(client: Any, credentials: Callable[[], Any]) -> None:
    """Reads the credentials before the SDK does: a profile may name what is asked or run only then.

    They are read when a call begins, for its endpoint may hold their account, and for the signature of every attempt.
    """

    def read(**_: Any) -> None:
        with reading_credentials():
            own = credentials()
            if own is not None:
                own.get_frozen_credentials()

    for event in ("provide-client-params", "request-created"):
        client.meta.events.register_first(event, read)
