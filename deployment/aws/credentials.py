"""Credentials that run out while a deployment continues are read again: a person who signs in again is noticed.

botocore renews by itself what it knows to be temporary (SSO, assumed roles). What is in a file or what a login
tool has written is read once, and then lives as long as its token: an hour, less than some deployments take.
"""

from collections.abc import Callable
from typing import Any

from deployment.aws.calls import EXPIRED
from deployment.aws.configuration import reading_credentials
from deployment.errors import NoCredentials

_ONCE = 1  # attempts, before the request is given up as it is


def renew_when_expired(client: Any, credentials: Callable[[], Any], fresh: Callable[[], Any]) -> None:
    """Sends a request that was refused for expired credentials once more, with what the credential chain says now.

    `credentials` gives those that the client signs with; they are changed in place, for all clients of the session.
    """

    def needs_retry(response: Any = None, attempts: int = 0, **_: Any) -> float | None:
        parsed = response[1] if response else {}
        if attempts > _ONCE or parsed.get("Error", {}).get("Code") not in EXPIRED:
            return None
        try:
            with reading_credentials():
                renewed = fresh()
                now = renewed.get_frozen_credentials() if renewed else None
        except NoCredentials:  # reported is that the old ones have expired
            return None
        if now is None:
            return None
        signing = credentials()
        signing.access_key, signing.secret_key, signing.token = now.access_key, now.secret_key, now.token
        return 0.0  # botocore signs and sends again after that many seconds

    client.meta.events.register_first("needs-retry", needs_retry)
