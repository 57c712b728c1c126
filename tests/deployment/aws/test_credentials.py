"""A request that was refused for expired credentials is sent once more, with what the credential chain says by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from deployment.aws.credentials import renew_when_expired
from tests.deployment.wire import response

_OLD, _NEW = "AKIAOLDOLDOLD", "AKIANEWNEWNEW"
_IDENTITY = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult>"
    b"</GetCallerIdentityResponse>"
)


class _Service:
    """STS, which accepts one access key; `signed` holds the keys of all that arrived."""

    def __init__(self, accepts: str, code: str = "ExpiredToken") -> None:
        self.accepts = accepts
        self.code = code
        self.signed: list[str] = []

    def client(self, fresh: Callable[[], Any]) -> Any:
        session = botocore.session.Session()
        session.set_credentials(_OLD, "secret", "token")
        config = Config(retries={"total_max_attempts": 1})
        client = session.create_client("sts", region_name="eu-west-1", config=config)
        client.meta.events.register_last("before-send", self._send)
        renew_when_expired(client, session.get_credentials, fresh)
        return client

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        header = request.headers["Authorization"]
        header = header.decode() if isinstance(header, bytes) else header
        key = header.partition("Credential=")[2].partition("/")[0]
        self.signed.append(key)
        if key == self.accepts:
            return response(request.url, 200, _IDENTITY)
        refused = f"<ErrorResponse><Error><Code>{self.code}</Code><Message>no</Message></Error></ErrorResponse>"
        return response(request.url, 403, refused.encode())


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_whoever_signed_in_again_is_noticed_and_stays_signed_in(code: str) -> None:
    service = _Service(_NEW, code)
    client = service.client(lambda: Credentials(_NEW, "other", "token"))
    assert client.get_caller_identity()["Account"] == "111122223333"
    assert client.get_caller_identity()["Account"] == "111122223333"
    assert service.signed == [_OLD, _NEW, _NEW]


def test_credentials_that_are_still_expired_are_refused_after_one_more_try() -> None:
    service = _Service("nobody")
    with pytest.raises(ClientError, match="ExpiredToken"):
        service.client(lambda: Credentials(_OLD, "secret", "token")).get_caller_identity()
    assert service.signed == [_OLD, _OLD]


def test_where_the_chain_has_nothing_the_refusal_stands() -> None:
    service = _Service("nobody")
    with pytest.raises(ClientError, match="ExpiredToken"):
        service.client(lambda: None).get_caller_identity()
    assert service.signed == [_OLD]


def test_another_refusal_is_no_reason_to_look_for_credentials() -> None:
    asked: list[str] = []
    service = _Service("nobody", "AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        service.client(lambda: asked.append("asked")).get_caller_identity()
    assert asked == []


def test_what_is_in_order_is_sent_once() -> None:
    service = _Service(_OLD)
    service.client(lambda: None).get_caller_identity()
    assert service.signed == [_OLD]
