"""What is wrong with the machine's configuration is reported as such, and nothing has been sent then.

The credential chain runs foreign programs and reads foreign files: the errors of these are for their owner to fix.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import GetPassWarning
from json import JSONDecodeError
from typing import Any
from urllib.parse import urlsplit

from deployment.aws.shell_words import command
from deployment.errors import DeploymentError, NoCredentials, NothingSent

NETWORK_REMEDY = "check the network, AWS_ENDPOINT_URL and proxies, then try again"
_SIGN_IN = "sign in (aws sso login, aws configure), or name a profile: AWS_PROFILE=<profile>"
# Credentials travel in headers: no HTTP client sends a line break, a blank or a letter that is not ASCII in one.
_SENDABLE = re.compile(r"[!-~]*")
# botocore's cache of SSO tokens fails so of a file that is no JSON: its name is the SHA-1 of the session's.
_CACHED_TOKEN = re.compile(r"[0-9a-f]{40}")
_FIELDS = ("access_key", "secret_key", "token")
_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def prompt_on_a_terminal_only() -> None:
    """Without a terminal getpass warns and waits for a line of standard input, perhaps for ever: here it raises."""
    warnings.simplefilter("error", GetPassWarning)


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
        return str(error), "correct that file; `aws configure list` reads it too"
    if isinstance(error, sdk.InvalidConfigError):
        return str(error), f"correct that profile ({_config_file()}), or name another one: AWS_PROFILE=<profile>"
    if isinstance(error, EOFError | GetPassWarning):
        return (
            "the profile asks for an MFA code, and there is no terminal to type one",
            "get the credentials of a session in a terminal (aws sts get-session-token), or name a profile without "
            "mfa_serial: AWS_PROFILE=<profile>",
        )
    if isinstance(error, UnicodeDecodeError):
        return (
            f"the source of the credentials is not UTF-8 text: {error}",
            "correct what gives it: the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names, or the "
            "program of credential_process",
        )
    if isinstance(error, JSONDecodeError):
        return (
            f"the program that credential_process names did not print JSON: {error}",
            "run it by hand: it has to print Version, AccessKeyId and SecretAccessKey as JSON, and nothing else",
        )
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'what the profile names'} cannot be read: {error.strerror}",
            "correct what names it: AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file or credential_process of "
            "the "
            "profile",
        )
    if isinstance(error, sdk.SSOError | sdk.TokenRetrievalError):
        return f"you must sign in: {error}", f"sign in: {_sso_login()}"
    if isinstance(error, KeyError) and _CACHED_TOKEN.fullmatch(str(error.args[0])):
        told = f"the token of an earlier sign-in cannot be read: ~/.aws/sso/cache/{error.args[0]}.json"
        return told, f"sign in again: {_sso_login()}"
    if isinstance(error, sdk.HTTPClientError | sdk.ConnectionError):
        return f"the source of the credentials does not answer: {error}", NETWORK_REMEDY
    return f"the AWS credentials cannot be read: {type(error).__name__}: {error}", _SIGN_IN


def _config_file() -> str:
    return os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"


def _sso_login() -> str:
    """The command that signs in with the profile that is used."""
    profile = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return command("aws", "sso", "login", *(["--profile", profile] if profile else []))


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
        remedy = f"correct what it names: the variables AWS_..., or {_config_file()}"
        raise NothingSent(f"the configuration of AWS cannot be used: {error}", remedy=remedy) from error


def refuse_unusable(endpoint: str) -> None:
    """Raises ValueError for an endpoint that the SDK takes and that no request can be sent to."""
    url = urlsplit(endpoint)
    if url.scheme not in ("http", "https"):
        raise ValueError(f"{url.scheme}:// is neither http:// nor https://: {endpoint}")
    try:
        _ = url.port
    except ValueError as error:
        raise ValueError(f"{error}: {endpoint}") from error


def guard_signing(client: Any, credentials: Callable[[], Any]) -> None:
    """Reads the credentials before the SDK does: a profile may name what is asked or run only then.

    They are read when a call begins, for its endpoint may hold their account, and for the signature of every attempt.
    What no header can hold is refused here: the HTTP client would quote it, and a session token is a secret.
    """

    def read(**_: Any) -> None:
        with reading_credentials():
            own = credentials()
            frozen = own.get_frozen_credentials() if own is not None else None
        for field, name in zip(_FIELDS, _NAMES, strict=True):
            if not _SENDABLE.fullmatch(getattr(frozen, field, None) or ""):
                raise NoCredentials(
                    f"{name}, or another source of it, contains a line break, a space or a character that is not ASCII",
                    remedy="set it again without that character; a line break at the end is often copied by mistake",
                )

    for event in ("provide-client-params", "request-created"):
        client.meta.events.register_first(event, read)
