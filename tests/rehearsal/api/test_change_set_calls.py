"""The change set operations: what they refuse, what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets import stack_change_sets
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play

TEMPLATE = {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a"}}}}
OTHER = {"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "b"}}}}


@pytest.fixture
def play() -> Play:
    return Play()


def refused(play: Play, operation: str, **request: Any) -> tuple[str, str]:
    with pytest.raises(CloudFormationError) as refusal:
        play(operation, **request)
    return refusal.value.code, refusal.value.message


def create(play: Play, kind: str, template: Any = TEMPLATE, **more: Any) -> tuple[str, str]:
    request = {"StackName": "demo", "ChangeSetName": "review", "ChangeSetType": kind}
    return refused(play, "CreateChangeSet", **(request | {"TemplateBody": json.dumps(template)} | more))


def test_an_update_of_a_stack_that_does_not_exist_is_refused(play: Play) -> None:
    assert create(play, "UPDATE") == ("ValidationError", "Stack [demo] does not exist")


def test_an_update_of_a_stack_in_review_is_refused_as_if_there_were_none(play: Play) -> None:
    play.change_set(TEMPLATE)
    assert create(play, "UPDATE") == ("ValidationError", "Stack [demo] does not exist")


def test_the_type_defaults_to_update(play: Play) -> None:
    request = {"StackName": "demo", "ChangeSetName": "review", "TemplateBody": json.dumps(TEMPLATE)}
    assert refused(play, "CreateChangeSet", **request)[1] == "Stack [demo] does not exist"


def test_a_stack_that_exists_is_not_created_again(play: Play) -> None:
    play.deploy(TEMPLATE)
    assert create(play, "CREATE") == (
        "ValidationError",
        "Stack [demo] already exists and cannot be created again with the changeSet [review].",
    )


def test_a_deleted_stack_is_not_created_again_by_its_arn(play: Play) -> None:
    arn = play.deploy(TEMPLATE)["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    assert create(play, "CREATE", StackName=arn) == (
        "ValidationError",
        f"Stack [{arn}] already exists and cannot be created again with the changeSet [review].",
    )
    assert create(play, "UPDATE", StackName=arn) == (
        "ValidationError",
        f"Stack:{arn} is in DELETE_COMPLETE state and can not be updated.",
    )


def test_a_stack_is_not_created_by_an_arn_that_nobody_has(play: Play) -> None:
    arn = "arn:aws:cloudformation:ap-northeast-1:123456789012:stack/none/0"
    assert create(play, "CREATE", StackName=arn) == ("ValidationError", f"Stack [{arn}] does not exist")


def test_a_creation_has_no_previous_template(play: Play) -> None:
    assert create(play, "CREATE", UsePreviousTemplate=True) == (
        "ValidationError",
        "Cannot specify usePreviousTemplate as true for a changeSetType CREATE",
    )


def test_several_change_sets_wait_on_one_stack_in_review(play: Play) -> None:
    first, second = play.change_set(TEMPLATE), play.change_set(OTHER, name="other", ChangeSetType="CREATE")
    listed = play("ListChangeSets", StackName="demo")["Summaries"]
    assert [row["ChangeSetId"] for row in listed] == [first, second]
    assert set(listed[0]) == {
        "StackId",
        "StackName",
        "ChangeSetId",
        "ChangeSetName",
        "ExecutionStatus",
        "Status",
        "CreationTime",
        "IncludeNestedStacks",
    }


def test_a_living_name_is_not_used_twice(play: Play) -> None:
    template = {"Parameters": {"P": {"Type": "String", "Default": "a"}}, **TEMPLATE}
    play.change_set(template, ClientToken="once")
    start = "ChangeSet review cannot be created due to a mismatch with existing attribute "
    given = [{"ParameterKey": "P", "ParameterValue": "b"}]
    assert create(play, "CREATE", OTHER) == ("AlreadyExistsException", start + "Template")
    assert create(play, "CREATE", template, Parameters=given)[1] == start + "Parameters"
    assert create(play, "CREATE", template, ClientToken="twice")[1] == start + "ClientToken"
    assert create(play, "CREATE", template)[1] == start + "ClientToken"


def test_the_same_request_with_the_same_token_answers_the_same(play: Play) -> None:
    first = play.change_set(TEMPLATE, ClientToken="once")
    assert play.change_set(TEMPLATE, ClientToken="once", ChangeSetType="CREATE") == first


def test_the_name_of_an_executed_change_set_is_free_again(play: Play) -> None:
    play.deploy(TEMPLATE)
    assert play.described(play.change_set(OTHER))["Status"] == "CREATE_COMPLETE"


def test_a_refused_request_leaves_no_stack_behind(play: Play) -> None:
    create(play, "CREATE", {"Resources": {}})
    assert refused(play, "DescribeStacks", StackName="demo")[1] == "Stack with id demo does not exist"


def test_a_stack_in_review_tells_who_began(play: Play) -> None:
    play.change_set(TEMPLATE)
    assert play.reasons() == [("demo", "REVIEW_IN_PROGRESS", "User Initiated")]


def test_too_many_change_sets_are_refused(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    play.change_set(TEMPLATE)
    monkeypatch.setattr(stack_change_sets, "MAXIMUM_CHANGE_SETS", 1)
    code, message = create(play, "CREATE", ChangeSetName="other")
    assert code == "LimitExceededException"
    assert message == f"ChangeSet limit exceeded for stack {play.stack()['StackId']}"


def test_a_change_set_is_described_with_every_member_that_aws_always_shows(play: Play) -> None:
    described = play.described(play.change_set(TEMPLATE))
    assert set(described) == {
        "Capabilities",
        "ChangeSetId",
        "ChangeSetName",
        "Changes",
        "CreationTime",
        "ExecutionStatus",
        "IncludeNestedStacks",
        "NotificationARNs",
        "RollbackConfiguration",
        "StackId",
        "StackName",
        "Status",
    }


def test_what_was_set_is_shown(play: Play) -> None:
    described = play.described(
        play.change_set(
            TEMPLATE,
            Description="for review",
            OnStackFailure="DELETE",
            Tags=[{"Key": "team", "Value": "web"}],
            Capabilities=["CAPABILITY_IAM"],
        )
    )
    assert described["Description"] == "for review"
    assert described["OnStackFailure"] == "DELETE"
    assert described["Tags"] == [{"Key": "team", "Value": "web"}]
    assert described["Capabilities"] == ["CAPABILITY_IAM"]


def test_a_change_set_is_found_by_name_within_its_stack(play: Play) -> None:
    change_set = play.change_set(TEMPLATE)
    assert play("DescribeChangeSet", StackName="demo", ChangeSetName="review")["ChangeSetId"] == change_set


def test_a_bare_name_needs_a_stack(play: Play) -> None:
    text = "StackName must be specified if ChangeSetName is not specified as an ARN."
    for operation in ("DescribeChangeSet", "ExecuteChangeSet", "DeleteChangeSet"):
        assert refused(play, operation, ChangeSetName="review") == ("ValidationError", text)


def test_a_missing_change_set_is_not_found_with_http_404(play: Play) -> None:
    play.change_set(TEMPLATE)
    with pytest.raises(CloudFormationError) as refusal:
        play("DescribeChangeSet", StackName="demo", ChangeSetName="none")
    assert (refusal.value.code, refusal.value.status) == ("ChangeSetNotFound", 404)
    assert refusal.value.message == "ChangeSet [none] does not exist"
    arn = "arn:aws:cloudformation:ap-northeast-1:123456789012:changeSet/none/0"
    assert refused(play, "DescribeChangeSet", ChangeSetName=arn)[1] == f"ChangeSet [{arn}] does not exist"


def test_pages_hold_a_megabyte(play: Play) -> None:
    big = {
        f"P{number:02}": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "x" * 400_000}}
        for number in range(6)
    }
    change_set = play.change_set({"Resources": big}, TemplateBody=json.dumps({"Resources": big}))
    pages: list[list[str]] = []
    more: dict[str, str] = {}
    while True:
        answer = play("DescribeChangeSet", ChangeSetName=change_set, IncludePropertyValues=True, **more)
        pages.append([row["ResourceChange"]["LogicalResourceId"] for row in answer["Changes"]])
        if "NextToken" not in answer:
            break
        more = {"NextToken": answer["NextToken"]}
    assert [len(names) for names in pages] == [2, 2, 2]
    assert [name for names in pages for name in names] == sorted(big)
    assert "NextToken" not in play.described(change_set, values=False)


def test_a_token_that_no_page_gave_out_is_refused(play: Play) -> None:
    change_set = play.change_set(TEMPLATE)
    code, _ = refused(play, "DescribeChangeSet", ChangeSetName=change_set, NextToken="made up")
    assert code == "ValidationError"


def test_a_failed_change_set_is_not_executed(play: Play) -> None:
    play.deploy(TEMPLATE)
    change_set = play.change_set(TEMPLATE, name="again")
    assert refused(play, "ExecuteChangeSet", ChangeSetName=change_set) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{change_set}] cannot be executed in its current status of [FAILED]",
    )


def test_a_change_set_is_executed_once(play: Play) -> None:
    change_set = play.change_set(TEMPLATE)
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert refused(play, "ExecuteChangeSet", ChangeSetName=change_set) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{change_set}] cannot be executed in its current execution status of [EXECUTE_COMPLETE]",
    )


def test_a_stack_created_directly_makes_its_change_sets_obsolete(play: Play) -> None:
    change_set = play.change_set(TEMPLATE)
    arn = play.stack()["StackId"]
    assert play("CreateStack", StackName="demo", TemplateBody=json.dumps(TEMPLATE)) == {"StackId": arn}
    play.settle()
    assert refused(play, "ExecuteChangeSet", ChangeSetName=change_set) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{change_set}] cannot be executed in its current execution status of [OBSOLETE]",
    )


def test_a_stack_that_is_busy_executes_nothing_else(play: Play) -> None:
    play.deploy(TEMPLATE)
    first = play.change_set(OTHER, name="first")
    second = play.change_set({**OTHER, "Description": "same"}, name="second")
    play("ExecuteChangeSet", ChangeSetName=first)
    code, _ = refused(play, "ExecuteChangeSet", ChangeSetName=second)
    assert code == "ChangeSetNotFound"
    play.settle()


@pytest.mark.parametrize("wanted", ["ROLLBACK", "DO_NOTHING", "DELETE"])
@pytest.mark.parametrize("disabled", [True, False])
def test_rolling_back_is_decided_once(play: Play, wanted: str, disabled: bool) -> None:
    change_set = play.change_set(TEMPLATE, OnStackFailure=wanted)
    code, message = refused(play, "ExecuteChangeSet", ChangeSetName=change_set, DisableRollback=disabled)
    assert (code, "OnStackFailure was specified" in message) == ("ValidationError", True)


def test_do_nothing_in_the_change_set_is_rollback_disabled_in_its_execution() -> None:
    for review, execution in (({"OnStackFailure": "DO_NOTHING"}, {}), ({}, {"DisableRollback": True})):
        play = Play(Scenario((ResourceFault("A"),)))
        play("ExecuteChangeSet", ChangeSetName=play.change_set(TEMPLATE, **review), **execution)
        play.settle()
        assert play.stack()["StackStatus"] == "CREATE_FAILED"


def test_deleting_what_is_not_there_succeeds(play: Play) -> None:
    play.change_set(TEMPLATE)
    assert play("DeleteChangeSet", StackName="demo", ChangeSetName="none") == {}


def test_deleting_from_a_stack_that_is_not_there_is_refused(play: Play) -> None:
    assert refused(play, "DeleteChangeSet", StackName="none", ChangeSetName="none") == (
        "ValidationError",
        "Stack [none] does not exist",
    )


def test_a_change_set_that_is_still_planned_is_not_deleted(play: Play) -> None:
    answer = play(
        "CreateChangeSet",
        StackName="demo",
        ChangeSetName="review",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(TEMPLATE),
    )
    assert refused(play, "DeleteChangeSet", ChangeSetName=answer["Id"]) == (
        "InvalidChangeSetStatus",
        "Cannot delete ChangeSet in status CREATE_PENDING",
    )


def test_a_change_set_that_is_being_executed_or_deleted_is_not_deleted(play: Play) -> None:
    overlapping = (
        "InvalidChangeSetStatus",
        "An operation on this ChangeSet is currently in progress.  Please attempt this operation again later.",
    )
    executed = play.change_set(TEMPLATE)
    play("ExecuteChangeSet", ChangeSetName=executed)
    assert refused(play, "DeleteChangeSet", ChangeSetName=executed) == overlapping
    play.settle()
    child = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": play.put("child.json", TEMPLATE)}}
    deleted = play.change_set({"Resources": {"Child": child}}, stack="root", IncludeNestedStacks=True)
    assert play("DeleteChangeSet", ChangeSetName=deleted) == {}
    seen = set()
    while play("ListChangeSets", StackName="root")["Summaries"]:
        seen.add(play.described(deleted)["Status"])
        assert refused(play, "DeleteChangeSet", ChangeSetName=deleted) == overlapping
        play.cloud._take_step()
    assert seen == {"DELETE_PENDING", "DELETE_IN_PROGRESS"}


def test_an_executed_change_set_may_be_deleted(play: Play) -> None:
    change_set = play.change_set(TEMPLATE)
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert play("DeleteChangeSet", StackName="demo", ChangeSetName="review") == {}
    assert refused(play, "DescribeChangeSet", StackName="demo", ChangeSetName="review")[0] == "ChangeSetNotFound"


def test_a_child_is_neither_executed_nor_deleted_alone(play: Play) -> None:
    url = play.put("child.json", TEMPLATE)
    root = {"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    below = play.changes(play.change_set(root, IncludeNestedStacks=True))["Child"]["ChangeSetId"]
    assert refused(play, "ExecuteChangeSet", ChangeSetName=below)[0] == "InvalidChangeSetStatus"
    assert refused(play, "DeleteChangeSet", ChangeSetName=below)[0] == "InvalidChangeSetStatus"


def test_only_a_creation_can_be_deleted_by_its_failure(play: Play) -> None:
    play.deploy(TEMPLATE)
    request = {"StackName": "demo", "ChangeSetName": "next", "TemplateBody": json.dumps(TEMPLATE)}
    assert refused(play, "CreateChangeSet", **request, OnStackFailure="DELETE") == (
        "ValidationError",
        "OnStackFailure DELETE can only be specified for a change set of type CREATE",
    )


def test_a_change_set_repeated_with_another_template_is_another_where_both_transforms_fail(play: Play) -> None:
    def loop(item: str) -> dict[str, Any]:
        made = {"T${X}": {"Type": "AWS::SNS::Topic"}}
        return {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::L": ["X", [item], made]}}

    first = play.change_set(loop("a-b"), ClientToken="token")
    assert play.described(first)["Status"] == "FAILED"
    assert create(play, "CREATE", loop("a-b"), ClientToken="other")[1].endswith("attribute ClientToken")
    assert create(play, "CREATE", loop("c-d"), ClientToken="token")[1].endswith("attribute Template")
