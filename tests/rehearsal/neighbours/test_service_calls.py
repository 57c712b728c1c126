"""Calls from this process in the protocols of the services."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.service_calls import ServiceCalls


def sent(service: str, operation: str, status: int = 200, **parameters: object) -> tuple[Request, bool]:
    """The request that a call becomes, and whether it was taken."""
    requests: list[Request] = []

    def answer(request: Request) -> Response:
        requests.append(request)
        return Response(status, (), b"")

    taken = ServiceCalls(answer, "123456789012", "eu-west-1")(service, operation, **parameters)
    return requests[0], taken


def test_a_call_in_json_names_its_target_and_leaves_out_what_is_none() -> None:
    request, taken = sent("ssm", "PutParameter", Name="/a", Value="1", Tier=None)
    assert taken
    assert request.header("x-amz-target") == "AmazonSSM.PutParameter"
    assert json.loads(request.body) == {"Name": "/a", "Value": "1"}
    assert "/eu-west-1/ssm/aws4_request" in request.header("authorization")


def test_a_call_in_the_query_protocol_is_a_form() -> None:
    request, _ = sent("iam", "AttachRolePolicy", RoleName="r", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert request.is_form
    form = parse_qs(request.body.decode())
    assert (form["Action"], form["RoleName"]) == (["AttachRolePolicy"], ["r"])


def test_a_bucket_stands_in_the_path_and_a_setting_in_the_query() -> None:
    setting = {"Status": "Enabled"}
    request, _ = sent("s3", "PutBucketVersioning", Bucket="reports", VersioningConfiguration=setting)
    assert (request.method, request.target) == ("PUT", "/reports?versioning")
    assert b"<Status>Enabled</Status>" in request.body
    request, _ = sent("route53", "GetHostedZone", Id="Z1")
    assert request.target == "/2013-04-01/hostedzone/Z1"


@pytest.mark.parametrize(("status", "taken"), [(204, True), (400, False)])
def test_a_refusal_is_no_error_but_told(status: int, taken: bool) -> None:
    assert sent("logs", "CreateLogGroup", status, logGroupName="a")[1] is taken
