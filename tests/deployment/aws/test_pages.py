"""All pages of an answer, by whichever member each service says that there is more."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.aws.pages import all_members, members, pages
from deployment.errors import NotFound, Unreachable
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.shapes import START, stack_arn


def _row(name: str) -> dict[str, Any]:
    status = {"ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": START}
    return {"LogicalResourceId": name, "ResourceType": "AWS::SNS::Topic", **status}


def test_a_next_token_leads_to_the_next_page_beside_the_same_arguments() -> None:
    answers = [{"StackResourceSummaries": [_row("A")], "NextToken": "2"}, {"StackResourceSummaries": [_row("B")]}]
    client = FakeClient("cloudformation", list_stack_resources=answers)
    found = members(client.list_stack_resources, "StackResourceSummaries", StackName=stack_arn())
    assert [row["LogicalResourceId"] for row in found] == ["A", "B"]
    assert client.named("list_stack_resources") == [
        {"StackName": stack_arn()},
        {"StackName": stack_arn(), "NextToken": "2"},
    ]


def test_each_token_is_used_once() -> None:
    answers: list[dict[str, Any]] = [{"NextToken": token} for token in ("2", "3")]
    client = FakeClient("cloudformation", list_stack_resources=[*answers, {}])
    assert len(list(pages(client.list_stack_resources, StackName="x"))) == 3
    assert [each.get("NextToken") for each in client.named("list_stack_resources")] == [None, "2", "3"]


def test_iam_goes_on_after_its_marker_where_the_answer_is_truncated() -> None:
    allowed = {"EvalActionName": "s3:GetObject", "EvalDecision": "allowed"}
    answers = [
        {"EvaluationResults": [allowed], "IsTruncated": True, "Marker": "2"},
        {"EvaluationResults": [allowed], "IsTruncated": False},
    ]
    iam = FakeClient("iam", simulate_principal_policy=answers)
    asked = {"PolicySourceArn": f"arn:aws:iam::{'1' * 12}:role/x", "ActionNames": ["s3:GetObject"]}
    assert list(members(iam.simulate_principal_policy, "EvaluationResults", **asked)) == [allowed, allowed]
    assert [each.get("Marker") for each in iam.named("simulate_principal_policy")] == [None, "2"]


def test_a_marker_of_an_answer_that_is_not_truncated_leads_nowhere() -> None:
    iam = FakeClient("iam", simulate_principal_policy={"IsTruncated": False, "Marker": "left"})
    asked = {"PolicySourceArn": f"arn:aws:iam::{'1' * 12}:role/x", "ActionNames": ["s3:GetObject"]}
    assert len(list(pages(iam.simulate_principal_policy, **asked))) == 1


def test_s3_takes_its_continuation_token_under_another_name() -> None:
    answers = [{"Contents": [{"Key": "a"}], "IsTruncated": True, "NextContinuationToken": "2"}, {"IsTruncated": False}]
    s3 = FakeClient("s3", list_objects_v2=answers)
    assert [each["Key"] for each in members(s3.list_objects_v2, "Contents", Bucket="x")] == ["a"]
    assert s3.named("list_objects_v2")[1] == {"Bucket": "x", "ContinuationToken": "2"}


def test_no_more_pages_are_asked_for_than_are_read() -> None:
    answers = [{"StackResourceSummaries": [_row("A")], "NextToken": "2"}, refusal("ValidationError", "not asked")]
    client = FakeClient("cloudformation", list_stack_resources=answers)
    assert next(members(client.list_stack_resources, "StackResourceSummaries", StackName="x"))
    assert len(client.calls) == 1


def test_a_refusal_is_ours_as_of_any_call() -> None:
    absent = refusal("ValidationError", "Stack with id x does not exist")
    client = FakeClient("cloudformation", list_stack_resources=absent)
    with pytest.raises(NotFound):
        list(pages(client.list_stack_resources, StackName="x"))


def test_elastic_load_balancing_goes_on_after_its_marker_and_a_page_without_its_list_is_no_answer() -> None:
    answers: list[dict[str, Any]] = [{"Rules": [{"Priority": "1"}], "NextMarker": "2"}, {"Rules": [{"Priority": "2"}]}]
    client = FakeClient("elbv2", describe_rules=answers)
    assert [rule["Priority"] for rule in all_members(client.describe_rules, "Rules", ListenerArn="x")] == ["1", "2"]
    assert client.named("describe_rules")[1] == {"ListenerArn": "x", "Marker": "2"}
    with pytest.raises(Unreachable, match="AWS omitted Rules"):
        all_members(FakeClient("elbv2", describe_rules={}).describe_rules, "Rules", ListenerArn="x")
