"""The server on its socket: boto3 clients, and bytes that no client would send."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.http_message import Request, Response
from rehearsal.loopback.server import Limits, Server, serve
from tests.rehearsal.boto import client
from tests.rehearsal.fake_cloud import FakeCloud

SCOPE = "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0"
STACK = {
    "StackName": "web",
    "StackStatus": "CREATE_COMPLETE",
    "CreationTime": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud(results={"DescribeStacks": {"Stacks": [STACK]}, "DeleteStack": {}})


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def logged() -> list[str]:
    return []


@pytest.fixture
def server(cloud: FakeCloud, pauses: list[float], logged: list[str]) -> Iterator[Server]:
    running = serve(cloud, neighbours=echo, log=logged.append, pause=pauses.append)
    yield running
    running.close()


def echo(request: Request) -> Response:
    """A neighbour that reports what reached it."""
    length = ("Content-Length", "5") if request.method == "HEAD" else ("X-Nothing", "")
    text = f"{request.method} {request.target} {len(request.body)}"
    body = b"" if request.method == "HEAD" else text.encode()
    return Response(204 if request.method == "DELETE" else 200, (("Content-Type", "text/plain"), length), body)


def sent(server: Server, data: bytes) -> bytes:
    """Everything that the server answers to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def http(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def form(fields: dict[str, str], headers: dict[str, str]) -> bytes:
    body = urlencode(fields).encode()
    return http("POST", "/", {**headers, "Content-Length": str(len(body)), "Content-Type": FORM}, body)


FORM = "application/x-www-form-urlencoded; charset=utf-8"
DESCRIBE = {"Action": "DescribeStacks", "Version": "2010-05-15"}


def test_a_client_reads_what_the_cloud_answers(server: Server, cloud: FakeCloud) -> None:
    answer = client("cloudformation", server.url, region="eu-west-1").describe_stacks(StackName="web")
    assert answer["Stacks"] == [STACK]
    call = cloud.calls[0]
    assert (call.operation, call.parameters, call.region, call.account) == (
        "DescribeStacks",
        {"StackName": "web"},
        "eu-west-1",
        "123456789012",
    )
    assert answer["ResponseMetadata"]["RequestId"] == call.request_id
    assert answer["ResponseMetadata"]["HTTPHeaders"]["date"] == "Sun, 09 Sep 2001 01:46:40 GMT"


def test_a_refusal_reaches_the_client_as_aws_words_it(server: Server, cloud: FakeCloud) -> None:
    cloud.results["DescribeChangeSet"] = CloudFormationError("ChangeSetNotFound", "ChangeSet [c] does not exist", 404)
    cloudformation = client("cloudformation", server.url)
    with pytest.raises(cloudformation.exceptions.ChangeSetNotFoundException) as caught:
        cloudformation.describe_change_set(ChangeSetName="c", StackName="web")
    assert caught.value.response["Error"]["Message"] == "ChangeSet [c] does not exist"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_mistake_inside_is_an_internal_failure_and_the_server_lives_on(
    server: Server, cloud: FakeCloud, logged: list[str]
) -> None:
    cloudformation = client("cloudformation", server.url)
    for mistake in (ZeroDivisionError("deep inside"), {"NoSuchMember": 1}):
        cloud.results["GetTemplate"] = mistake
        with pytest.raises(ClientError) as caught:
            cloudformation.get_template(StackName="web")
        assert caught.value.response["Error"]["Code"] == "InternalFailure"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "deep inside" in logged[0]
    assert "NoSuchMember" in logged[1]
    assert cloudformation.describe_stacks()["Stacks"] == [STACK]


def test_a_throttled_call_is_not_handled(server: Server, cloud: FakeCloud) -> None:
    cloud.faults["DescribeStacks"] = "throttle"
    with pytest.raises(ClientError) as caught:
        client("cloudformation", server.url).describe_stacks()
    assert caught.value.response["Error"] == {"Type": "Sender", "Code": "Throttling", "Message": "Rate exceeded"}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert cloud.calls == []


def test_an_unavailable_service_answers_503(server: Server, cloud: FakeCloud) -> None:
    cloud.faults["DescribeStacks"] = "error"
    with pytest.raises(ClientError) as caught:
        client("cloudformation", server.url).describe_stacks()
    assert caught.value.response["Error"]["Code"] == "ServiceUnavailable"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_a_reset_call_is_not_handled_and_gets_no_answer(server: Server, cloud: FakeCloud) -> None:
    cloud.faults["DeleteStack"] = "reset"
    with pytest.raises(ConnectionClosedError):
        client("cloudformation", server.url).delete_stack(StackName="web")
    assert cloud.calls == []


def test_a_lost_reply_is_handled_all_the_same(server: Server, cloud: FakeCloud) -> None:
    cloud.faults["DeleteStack"] = "lose-reply"
    with pytest.raises(ConnectionClosedError):
        client("cloudformation", server.url).delete_stack(StackName="web")
    assert [call.operation for call in cloud.calls] == ["DeleteStack"]


@pytest.mark.parametrize("result", [{}, CloudFormationError("ValidationError", "Stack [web] does not exist")])
def test_a_truncated_answer_breaks_off_although_the_call_was_handled(
    server: Server, cloud: FakeCloud, result: dict[str, Any] | CloudFormationError
) -> None:
    cloud.results["DeleteStack"], cloud.faults["DeleteStack"] = result, "truncate"
    call = {"Action": "DeleteStack", "Version": "2010-05-15", "StackName": "web"}
    head, _, body = sent(server, form(call, {"Authorization": SCOPE})).partition(b"\r\n\r\n")
    [length] = [line.split(b": ")[1] for line in head.splitlines() if line.startswith(b"Content-Length: ")]
    assert 0 < len(body) == int(length) // 2
    assert [each.operation for each in cloud.calls] == ["DeleteStack"]


def test_a_slow_call_waits_before_it_is_handled(server: Server, cloud: FakeCloud, pauses: list[float]) -> None:
    cloud.faults["DescribeStacks"] = "slow:2.5"
    assert client("cloudformation", server.url).describe_stacks()["Stacks"] == [STACK]
    assert pauses == [2.5]


def test_a_slow_call_does_not_hold_up_the_end(cloud: FakeCloud) -> None:
    running = serve(cloud, neighbours=echo, log=pytest.fail)
    cloud.faults["DescribeStacks"] = "slow:60"
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(form(DESCRIBE, {"Authorization": SCOPE}))
        assert cloud.asked.wait(10)
        running.close()
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_a_form_without_a_signature_is_refused(server: Server) -> None:
    answer = sent(server, form(DESCRIBE, {}))
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"<Code>MissingAuthenticationToken</Code>" in answer


@pytest.mark.parametrize(
    "header",
    ["Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=AK/cloudformation, SignedHeaders=x", "AWS AK:c2ln"],
)
def test_a_broken_authorization_header_is_refused(server: Server, header: str) -> None:
    answer = sent(server, form(DESCRIBE, {"Authorization": header}))
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"<Code>IncompleteSignature</Code>" in answer


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"Action": "Dance", "Version": "2010-05-15"}, b"InvalidAction"), ({"StackName": "x"}, b"MissingAction")],
)
def test_an_unknown_or_missing_action_is_refused(server: Server, fields: dict[str, str], code: bytes) -> None:
    assert b"<Code>" + code + b"</Code>" in sent(server, form(fields, {"Authorization": SCOPE}))


def test_a_get_carries_its_call_in_the_query_string(server: Server, cloud: FakeCloud) -> None:
    target = f"/?{urlencode({**DESCRIBE, 'StackName': 'web'})}"
    assert sent(server, http("GET", target, {"Authorization": SCOPE})).startswith(b"HTTP/1.1 200")
    presigned = urlencode({"X-Amz-Credential": "AK/20260101/us-east-2/cloudformation/aws4_request"})
    assert sent(server, http("GET", f"{target}&{presigned}", {})).startswith(b"HTTP/1.1 200")
    assert [(call.region, call.parameters) for call in cloud.calls] == [
        ("eu-west-1", {"StackName": "web"}),
        ("us-east-2", {"StackName": "web"}),
    ]


def test_a_body_in_chunks_is_put_together(server: Server, cloud: FakeCloud) -> None:
    body = urlencode({**DESCRIBE, "StackName": "web"}).encode()
    chunks = (
        b"".join(b"%x;note=1\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])) + b"0\r\nT: 1\r\n\r\n"
    )
    head = {"Authorization": SCOPE, "Content-Type": FORM, "Transfer-Encoding": "chunked"}
    assert sent(server, http("POST", "/", head, chunks)).startswith(b"HTTP/1.1 200")
    assert cloud.calls[0].parameters == {"StackName": "web"}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Length": "ten"}, b"", b"400"),
        ({"Content-Length": "-1"}, b"", b"400"),
        ({"Content-Length": "10"}, b"short", b"400"),
        ({"Content-Length": "99999999999999999999999"}, b"", b"413"),
        ({"Content-Length": "5", "Transfer-Encoding": "chunked"}, b"0\r\n\r\n", b"400"),
        ({"Transfer-Encoding": "gzip"}, b"", b"400"),
        ({"Transfer-Encoding": "chunked"}, b"zz\r\n", b"400"),
        ({"Transfer-Encoding": "chunked"}, b"-5\r\nx", b"413"),
        ({"Transfer-Encoding": "chunked"}, b"5\r\nabc", b"400"),
        ({"Transfer-Encoding": "chunked"}, b"3\r\nabcdef\r\n", b"400"),
        ({"Transfer-Encoding": "chunked"}, b"3", b"400"),
        ({"Transfer-Encoding": "chunked"}, b"0\r\n" + b"T: 1\r\n" * 101, b"400"),
        ({"Transfer-Encoding": "chunked"}, b"fffffffff\r\nx", b"413"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    server: Server, headers: dict[str, str], body: bytes, status: bytes
) -> None:
    answer = sent(server, http("POST", "/", {"Authorization": SCOPE, **headers}, body))
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"Connection: close" in answer


def test_a_huge_form_is_refused_and_a_huge_object_is_not(server: Server) -> None:
    big = b"x" * (6 * 1024 * 1024 + 1)
    headers = {"Content-Length": str(len(big)), "Content-Type": FORM}
    assert sent(server, http("POST", "/", {**headers, "Authorization": SCOPE}, big)).startswith(b"HTTP/1.1 413")
    scope = SCOPE.replace("cloudformation", "s3")
    answer = sent(server, http("PUT", "/b/k", {**headers, "Authorization": scope}, big))
    assert answer.endswith(b"PUT /b/k %d" % len(big))


def test_the_client_is_told_to_send_when_it_asks(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(http("PUT", "/b/k", {"Content-Length": "2", "Expect": "100-continue"}))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hi")
        assert connection.recv(1000).endswith(b"PUT /b/k 2")


def test_several_requests_share_a_connection(server: Server, cloud: FakeCloud) -> None:
    answer = sent(server, form(DESCRIBE, {"Authorization": SCOPE}) * 3)
    assert answer.count(b"HTTP/1.1 200") == 3
    assert len(cloud.calls) == 3


def test_what_is_not_cloudformation_goes_to_the_neighbours(server: Server) -> None:
    assert sent(server, http("GET", "/bucket/a%2Fb?x=1", {})).endswith(b"GET /bucket/a%2Fb?x=1 0")
    assert sent(server, form({"Action": "X", "Version": "1999-01-01"}, {})).endswith(b"POST / 27")


DELETE = {"Action": "DeleteStack", "Version": "2010-05-15", "StackName": "web"}


@pytest.mark.parametrize(
    "extra",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://evil.example/page"},
        {"Referer": "http://[evil"},
    ],
)
def test_what_a_page_of_another_site_sends_is_refused(server: Server, cloud: FakeCloud, extra: dict[str, str]) -> None:
    for answer in (
        sent(server, form(DELETE, {"Authorization": SCOPE, **extra})),
        sent(server, http("GET", f"/?{urlencode(DELETE)}", {"Authorization": SCOPE, **extra})),
        sent(server, http("PUT", "/bucket/key", {"Content-Length": "0", **extra})),
    ):
        assert answer.startswith(b"HTTP/1.1 403")
        assert b"Connection: close" in answer
    assert cloud.calls == []


def test_the_pages_own_origin_is_not_foreign(server: Server) -> None:
    own = {"Origin": "http://127.0.0.1", "Referer": "http://127.0.0.1/page", "Sec-Fetch-Site": "same-origin"}
    assert sent(server, form(DESCRIBE, {"Authorization": SCOPE, **own})).startswith(b"HTTP/1.1 200")


def test_an_image_of_an_old_browser_deletes_no_stack(server: Server, cloud: FakeCloud) -> None:
    presigned = urlencode({**DELETE, "X-Amz-Credential": "AK/20260101/us-east-2/cloudformation/aws4_request"})
    answer = sent(server, http("GET", f"/?{presigned}", {}))
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"<Code>AccessDenied</Code>" in answer
    assert cloud.calls == []


def test_a_name_that_was_made_to_lead_here_reads_nothing(server: Server, cloud: FakeCloud) -> None:
    answer = sent(server, form(DESCRIBE, {"Authorization": SCOPE}).replace(b"127.0.0.1", b"rebound.example"))
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"rebound.example" in answer
    assert cloud.calls == []


def test_a_connection_on_which_nothing_comes_is_closed(cloud: FakeCloud) -> None:
    running = serve(cloud, neighbours=echo, log=pytest.fail, limits=Limits(idle_seconds=0.05))
    for begun in (b"", b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nhalf"):
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
            connection.sendall(begun)
            assert connection.recv(100) == b""
    running.close()


def test_more_connections_than_there_may_be_are_told_so_and_those_that_are_there_go_on(cloud: FakeCloud) -> None:
    running = serve(cloud, neighbours=echo, log=pytest.fail, limits=Limits(connections=3))
    request = form(DESCRIBE, {"Authorization": SCOPE})
    held = [socket.create_connection(("127.0.0.1", running.port), timeout=10) for _ in range(3)]
    for connection in held:
        connection.sendall(request)
        assert connection.recv(12) == b"HTTP/1.1 200"
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 503")
    held[0].sendall(request)
    assert held[0].recv(12)
    for connection in held:
        connection.close()

    def answered() -> bool:
        with suppress(OSError):  # who is refused may find the connection closed while it still sends
            return sent(running, request).startswith(b"HTTP/1.1 200")
        return False

    limit = time.monotonic() + 10
    while not answered():
        assert time.monotonic() < limit
    running.close()


def test_of_large_bodies_only_so_many_are_held_at_once(cloud: FakeCloud) -> None:
    limits = Limits(small_bytes=10, large_bodies=1, idle_seconds=0.5)
    running = serve(cloud, neighbours=echo, log=pytest.fail, limits=limits)
    large = http("PUT", "/b/k", {"Content-Length": "20"})
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as first:
        first.sendall(large + b"x" * 10)
        second = sent(running, http("PUT", "/b/k", {"Content-Length": "5"}, b"small"))
        assert second.endswith(b"PUT /b/k 5")
        first.sendall(b"x" * 10)
        assert b"PUT /b/k 20" in first.recv(1000)
    assert sent(running, large + b"x" * 20).endswith(b"PUT /b/k 20")
    running.close()


def test_a_head_keeps_the_length_and_a_204_has_none(server: Server) -> None:
    assert b"Content-Length: 5\r\n" in sent(server, http("HEAD", "/b/k", {}))
    assert b"Content-Length" not in sent(server, http("DELETE", "/b/k", {}))


@pytest.mark.parametrize(
    "data", [b"\r\n\r\n", b"nonsense\r\n\r\n", b"BREW /pot HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\r\n"]
)
def test_what_is_not_http_ends_only_its_own_connection(server: Server, data: bytes) -> None:
    assert b" 200 " not in sent(server, data)
    assert client("cloudformation", server.url).describe_stacks()["Stacks"] == [STACK]


def test_many_clients_are_answered_at_once(server: Server) -> None:
    answers: list[bytes] = []
    request = form(DESCRIBE, {"Authorization": SCOPE})
    threads = [threading.Thread(target=lambda: answers.append(sent(server, request * 5))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.count(b"HTTP/1.1 200") for answer in answers] == [5] * 20


def test_closing_ends_every_thread_though_clients_stay_connected(cloud: FakeCloud) -> None:
    before = set(threading.enumerate())
    running = serve(cloud, neighbours=echo, log=pytest.fail)
    connections = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(5)]
    for connection in connections:
        connection.sendall(form(DESCRIBE, {"Authorization": SCOPE}))
        assert connection.recv(12) == b"HTTP/1.1 200"
    running.close()
    assert set(threading.enumerate()) <= before
    for connection in connections:
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port))


def test_only_loopback_is_listened_on(server: Server) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"
    with pytest.raises(OSError, match="in use"):
        serve(FakeCloud(), neighbours=echo, log=pytest.fail, port=server.port)
