"""Which service answers, without a socket."""

from __future__ import annotations

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.endpoint import NO_ANSWER_SECONDS, Endpoint, HangUp
from rehearsal.loopback.http_message import Request, Response
from tests.rehearsal.fake_cloud import FakeCloud

FORM = ("Content-Type", "application/x-www-form-urlencoded")
BODY = b"Action=DeleteStack&Version=2010-05-15&StackName=web"


def signed(service: str, access_key: str = "A", region: str = "eu-west-1") -> tuple[str, str]:
    scope = f"{access_key}/20260101/{region}/{service}/aws4_request"
    return ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, Signature=1")


def endpoint(cloud: FakeCloud) -> Endpoint:
    def neighbours(request: Request) -> Response:
        return Response(299, (), request.target.encode())

    def pause(seconds: float) -> None:
        pytest.fail(f"waits {seconds} s")

    return Endpoint(cloud, neighbours, pause=pause, log=pytest.fail, new_request_id=lambda: "r-1")


@pytest.mark.parametrize("service", ["s3", "sts", "ssm", "route53", "iam"])
def test_another_service_is_asked_as_it_is(service: str) -> None:
    answer = endpoint(FakeCloud()).answer(Request("POST", "/x", (FORM, signed(service)), BODY))
    assert answer == Response(299, (), b"/x")


def test_cloudformation_is_told_apart_by_its_scope_and_the_answer_has_an_id() -> None:
    cloud = FakeCloud(results={"DeleteStack": {}})
    answer = endpoint(cloud).answer(Request("POST", "/", (FORM, signed("cloudformation")), BODY))
    assert isinstance(answer, Response)
    assert (answer.status, dict(answer.headers)["x-amzn-RequestId"]) == (200, "r-1")
    assert b"<RequestId>r-1</RequestId>" in answer.body
    assert [call.request_id for call in cloud.calls] == ["r-1"]


def test_cloudformations_answers_bear_the_virtual_time() -> None:
    answer = endpoint(FakeCloud()).answer(Request("POST", "/", (FORM, signed("cloudformation")), BODY))
    assert isinstance(answer, Response)
    assert (answer.status, dict(answer.headers)["Date"]) == (400, "Sun, 09 Sep 2001 01:46:40 GMT")


def test_an_unsigned_call_of_another_api_version_is_not_cloudformations() -> None:
    unsigned = Request("POST", "/", (FORM,), b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15")
    assert endpoint(FakeCloud()).answer(unsigned) == Response(299, (), b"/")


def test_the_fault_is_asked_for_once_a_call_and_not_for_one_that_is_refused_at_the_door() -> None:
    cloud = FakeCloud(results={"DeleteStack": {}}, faults={"DeleteStack": "lose-reply"})
    refused = endpoint(cloud).answer(
        Request("POST", "/", (FORM, signed("cloudformation")), BODY + b"&RetainResources=x")
    )
    assert isinstance(refused, Response)
    assert refused.status == 400
    request = Request("POST", "/", (FORM, signed("cloudformation")), BODY)
    assert endpoint(cloud).answer(request) == HangUp(reset=False)
    assert isinstance(endpoint(cloud).answer(request), Response)


def test_credentials_expire_as_the_service_says_it() -> None:
    cloud = FakeCloud(results={"DeleteStack": {}}, faults={"DeleteStack": "expired"})
    answer = endpoint(cloud).answer(Request("POST", "/", (FORM, signed("cloudformation")), BODY))
    assert isinstance(answer, Response)
    assert answer.status == 403
    assert b"<Code>ExpiredToken</Code>" in answer.body
    assert b"<Message>The security token included in the request is expired</Message>" in answer.body
    assert cloud.calls == []


def test_a_call_that_times_out_is_neither_done_nor_answered() -> None:
    cloud, waits = FakeCloud(results={"DeleteStack": {}}, faults={"DeleteStack": "timeout"}), list[float]()
    patient = Endpoint(cloud, lambda request: Response(299, (), b""), pause=waits.append, log=pytest.fail)
    answer = patient.answer(Request("POST", "/", (FORM, signed("cloudformation")), BODY))
    assert (answer, waits, cloud.calls) == (HangUp(reset=True), [NO_ANSWER_SECONDS], [])


def test_a_refusal_is_lost_as_any_other_reply() -> None:
    error = CloudFormationError("ValidationError", "no such stack")
    cloud = FakeCloud(results={"DeleteStack": error}, faults={"DeleteStack": "lose-reply"})
    request = Request("POST", "/", (FORM, signed("cloudformation")), BODY)
    assert endpoint(cloud).answer(request) == HangUp(reset=False)
    answer = endpoint(cloud).answer(request)
    assert isinstance(answer, Response)
    assert (answer.status, b"no such stack" in answer.body) == (400, True)


def test_a_call_is_for_the_account_that_its_access_key_means_or_for_the_one_of_the_rehearsal() -> None:
    cloud = FakeCloud(results={"DeleteStack": {}})
    for access_key in ("A", "111122223333"):
        endpoint(cloud).answer(Request("POST", "/", (FORM, signed("cloudformation", access_key)), BODY))
    assert [call.account for call in cloud.calls] == [cloud.account, "111122223333"]


@pytest.mark.parametrize(("region", "status"), [("eu-centrl-1", 403), ("eu-central-1", 200), ("cn-north-1", 200)])
def test_a_region_that_aws_does_not_have_has_no_cloudformation(region: str, status: int) -> None:
    cloud = FakeCloud(results={"DeleteStack": {}})
    answer = endpoint(cloud).answer(Request("POST", "/", (FORM, signed("cloudformation", region=region)), BODY))
    assert isinstance(answer, Response)
    assert answer.status == status
    assert (b"Credential should be scoped to a valid region." in answer.body) is (status == 403)
