"""What answers in AWS's place is taken for no answer; and what AWS answers is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.session import Endpoint, Session
from deployment.errors import AwsRefusal, DeploymentError, Unreachable
from tests.deployment.wire import response

_PORTAL = b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
_STACK = "<member><StackName>x</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>{}</member>"
_STACKS = (
    "<DescribeStacksResponse><DescribeStacksResult><Stacks>{}</Stacks></DescribeStacksResult></DescribeStacksResponse>"
)
_VERSIONS = b'<?xml version="1.0"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
Ask = Callable[[Session], dict[str, Any]]
ASKED: dict[str, Ask] = {
    "DescribeStacks": lambda session: call(session.cloudformation.describe_stacks),
    "DeleteStack": lambda session: call(session.cloudformation.delete_stack, StackName="x"),
    "GetCallerIdentity": lambda session: call(session.client("sts").get_caller_identity),
    "ListObjectVersions": lambda session: call(session.s3.list_object_versions, Bucket="b"),
    "PutBucketPolicy": lambda session: call(session.s3.put_bucket_policy, Bucket="b", Policy="{}"),
    "PutObject": lambda session: call(session.s3.put_object, Bucket="b", Key="k", Body=b"x"),
    "HeadObject": lambda session: call(session.s3.head_object, Bucket="b", Key="k"),
    "GetHostedZone": lambda session: call(session.route53.get_hosted_zone, Id="Z1"),
    "GetParameters": lambda session: call(session.client("ssm").get_parameters, Names=["x"]),
}


def _answered(ask: Ask, status: int, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
    with closing(Session("eu-west-1", Endpoint("http://127.0.0.1:9", "x", "x"))) as session:
        for service in ("cloudformation", "sts", "s3", "route53", "ssm"):
            events = session.client(service).meta.events
            events.register_last("before-send", lambda request, **_: response(request.url, status, body, headers))
        return ask(session)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("status", "body"), [(200, _PORTAL), (200, b"<X/>"), (302, _PORTAL), (403, _PORTAL)])
def test_somebody_elses_page_is_no_answer(name: str, status: int, body: bytes) -> None:
    if name == "HeadObject" and status >= 300:
        return  # S3's refusals of it have no body that would say it
    with pytest.raises(Unreachable, match="no answer"):
        _answered(ASKED[name], status, body, {"Content-Type": "text/html"})


def test_an_answer_of_aws_is_one() -> None:
    stack = _STACK.format("<StackStatus>CREATE_COMPLETE</StackStatus>")
    told = _answered(ASKED["DescribeStacks"], 200, _STACKS.format(stack).encode())
    assert [body["StackStatus"] for body in told["Stacks"]] == ["CREATE_COMPLETE"]
    assert _answered(ASKED["ListObjectVersions"], 200, _VERSIONS).get("Versions") is None
    assert _answered(ASKED["PutObject"], 200, b"", {"ETag": '"x"'})["ETag"] == '"x"'
    _answered(ASKED["PutBucketPolicy"], 204, b"", {})


def test_a_refusal_of_aws_stays_what_it_is() -> None:
    refused = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
    with pytest.raises(DeploymentError, match=r"no \(AccessDenied\)"):
        _answered(ASKED["DescribeStacks"], 403, refused)


@pytest.mark.parametrize("body", [_PORTAL, b"too large", b""])
def test_what_is_refused_for_its_size_is_told_as_that_whoever_refuses_and_is_not_sent_again(body: bytes) -> None:
    with pytest.raises(AwsRefusal) as caught:
        _answered(ASKED["PutObject"], 413, body, {"Content-Type": "text/html"})
    assert caught.value.code == "413"


def test_an_answer_lacks_nothing_that_the_model_requires() -> None:
    with pytest.raises(Unreachable, match=r"without Stack\.StackStatus"):
        _answered(ASKED["DescribeStacks"], 200, _STACKS.format(_STACK.format("")).encode())


def test_a_date_that_is_none_is_no_answer() -> None:
    stack = _STACK.format("<StackStatus>CREATE_COMPLETE</StackStatus>").replace("2026-01-01T00:00:00Z", "yesterday")
    with pytest.raises(Unreachable, match="no usable answer"):
        _answered(ASKED["DescribeStacks"], 200, _STACKS.format(stack).encode())


def test_what_the_model_calls_optional_may_still_be_needed() -> None:
    assert needed({"Id": "x", "StackId": "y"}, "Id", "StackId") == ("x", "y")
    with pytest.raises(Unreachable, match="AWS omitted StackId"):
        needed({"Id": "x"}, "Id", "StackId")
