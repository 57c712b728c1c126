"""An endpoint on loopback that answers the few questions before a deployment, in AWS's own shapes.

It knows one account, one hosted zone, no stack, and a bucket that is somebody else's. What it was asked is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

_IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{account}:user/somebody</Arn><UserId>AIDA</UserId><Account>{account}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
_ZONE = """<GetHostedZoneResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZone>
<Id>/hostedzone/Z0123456789</Id><Name>example.com.</Name><CallerReference>x</CallerReference>
<Config><PrivateZone>false</PrivateZone></Config></HostedZone></GetHostedZoneResponse>"""
_NO_STACK = """<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
<Code>ValidationError</Code><Message>Stack with id shop-dev does not exist</Message></Error></ErrorResponse>"""
_DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class FakeAws(ThreadingHTTPServer):
    """The server; `asked` holds the operations in the order of their arrival."""

    daemon_threads = True

    def __init__(self, account: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.account = account
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, method: str, path: str, body: str) -> tuple[int, str]:
        """The status and body for one request."""
        action = parse_qs(body).get("Action", [f"{method} {path.split('?')[0]}"])[0]
        self.asked.append(action)
        if action == "GetCallerIdentity":
            return 200, _IDENTITY.format(account=self.account)
        if action in ("DescribeStacks", "GetTemplate"):
            return 400, _NO_STACK
        return (200, _ZONE) if "hostedzone" in path else (403, _DENIED)


class _Handler(BaseHTTPRequestHandler):
    server: FakeAws

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def do_GET(self) -> None:
        self._serve("")

    def _serve(self, body: str) -> None:
        status, answer = self.server.answer(self.command, self.path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def fake_aws(account: str) -> Iterator[FakeAws]:
    """A running fake, as long as the block lasts."""
    with FakeAws(account) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
