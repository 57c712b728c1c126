"""The front end's refusals, letter by letter as AWS words them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cloudformation.refusals import ValidationError
from rehearsal.loopback.wire.constraints import check
from rehearsal.loopback.wire.model import operations, shape, shape_of


def refusal(operation: str, parameters: dict[str, Any]) -> str:
    structure = shape_of(operation, "input")
    assert structure is not None
    with pytest.raises(ValidationError) as caught:
        check(structure, parameters)
    return caught.value.message


def test_a_stack_name_that_is_neither_name_nor_arn_is_refused() -> None:
    assert refusal("CreateChangeSet", {"StackName": "*@x_$", "ChangeSetName": "c"}) == (
        "1 validation error detected: Value '*@x_$' at 'stackName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"
    )


def test_describe_stacks_refuses_a_bad_name_too_although_the_model_has_no_pattern_for_it() -> None:
    assert "[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*" in refusal("DescribeStacks", {"StackName": "my_stack"})


def test_a_new_stack_cannot_be_named_by_an_arn() -> None:
    message = refusal("CreateStack", {"StackName": "arn:aws:cloudformation:x"})
    assert message.endswith("regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*")


def test_the_name_of_a_change_set_has_at_most_128_characters() -> None:
    check("CreateChangeSetInput", {"StackName": "web", "ChangeSetName": "c" * 128})
    message = refusal("CreateChangeSet", {"StackName": "web", "ChangeSetName": "c" * 129})
    assert message.endswith(
        "'changeSetName' failed to satisfy constraint: Member must have length less than or equal to 128"
    )
    assert "expression pattern: [a-zA-Z][-a-zA-Z0-9]*" in refusal(
        "CreateChangeSet", {"StackName": "web", "ChangeSetName": "1st"}
    )


def test_a_template_body_is_limited_in_bytes() -> None:
    body = "ü" * 25_601
    assert refusal("CreateStack", {"StackName": "web", "TemplateBody": body}) == (
        f"1 validation error detected: Value '{body}' at 'templateBody' failed to satisfy constraint: "
        "Member must have length less than or equal to 51200"
    )
    check("CreateStackInput", {"StackName": "web", "TemplateBody": "x" * 51_200})


def test_a_missing_member_is_null() -> None:
    assert refusal("CreateChangeSet", {"StackName": "web"}) == (
        "1 validation error detected: Value null at 'changeSetName' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_several_errors_are_counted_and_listed() -> None:
    assert refusal("CreateChangeSet", {"ChangeSetName": ""}) == (
        "3 validation errors detected: "
        "Value null at 'stackName' failed to satisfy constraint: Member must not be null; "
        "Value '' at 'changeSetName' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        "Value '' at 'changeSetName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    )


def test_a_member_of_a_list_is_named_by_its_number() -> None:
    tags = [{"Key": "a", "Value": "b"}, {"Key": "k" * 129}]
    message = refusal("CreateStack", {"StackName": "web", "Tags": tags})
    assert message == (
        "2 validation errors detected: "
        f"Value '{'k' * 129}' at 'tags.2.member.key' failed to satisfy constraint: "
        "Member must have length less than or equal to 128; "
        "Value null at 'tags.2.member.value' failed to satisfy constraint: Member must not be null"
    )


def test_an_enum_lists_what_it_may_be() -> None:
    message = refusal("CreateChangeSet", {"StackName": "w", "ChangeSetName": "c", "OnStackFailure": "PANIC"})
    assert "Value 'PANIC' at 'onStackFailure' failed to satisfy constraint: Member must satisfy enum value set: [" in (
        message
    )
    assert set(re.findall("[A-Z_]{6,}", message.split("set: ")[1])) == {"ROLLBACK", "DELETE", "DO_NOTHING"}


def test_a_list_of_enum_values_is_refused_as_a_whole() -> None:
    capabilities = ["CAPABILITY_NAMED_IAM", "CAPABILIYT_AUTO_EXPAND", "CAPABILITY_IAM", "X"]
    assert refusal("CreateStack", {"StackName": "w", "Capabilities": capabilities}) == (
        "1 validation error detected: Value '[CAPABILITY_NAMED_IAM, CAPABILIYT_AUTO_EXPAND, CAPABILITY_IAM, X]' at "
        "'capabilities' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must satisfy enum value set: [CAPABILITY_AUTO_EXPAND, CAPABILITY_NAMED_IAM, CAPABILITY_IAM]]"
    )


def test_a_list_that_is_too_long_is_refused_with_its_values() -> None:
    message = refusal("CreateStack", {"StackName": "w", "NotificationARNs": list("abcdef")})
    assert "Value '[a, b, c, d, e, f]' at 'notificationARNs' failed to satisfy constraint: " in message
    assert "Member must have length less than or equal to 5" in message


@pytest.mark.parametrize("operation", ["CreateStack", "UpdateStack", "CreateChangeSet"])
def test_a_stack_has_fifty_tags_at_most(operation: str) -> None:
    names = {"StackName": "w", "ChangeSetName": "c"} if operation == "CreateChangeSet" else {"StackName": "w"}
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(51)]
    structure = shape_of(operation, "input")
    assert structure is not None
    check(structure, names | {"Tags": tags[:50]})
    message = refusal(operation, names | {"Tags": tags})
    assert "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50" in message


def test_a_number_out_of_range_is_refused() -> None:
    rollback = {"MonitoringTimeInMinutes": 181}
    assert refusal("CreateStack", {"StackName": "w", "RollbackConfiguration": rollback}) == (
        "1 validation error detected: Value '181' at 'rollbackConfiguration.monitoringTimeInMinutes' failed to satisfy "
        "constraint: Member must have value less than or equal to 180"
    )


def test_a_stack_has_five_rollback_triggers_at_most() -> None:
    row = {"Arn": "arn:aws:cloudwatch:x:1:alarm:a", "Type": "AWS::CloudWatch::Alarm"}
    structure = shape_of("CreateStack", "input")
    assert structure is not None
    check(structure, {"StackName": "w", "RollbackConfiguration": {"RollbackTriggers": [row] * 5}})
    message = refusal("CreateStack", {"StackName": "w", "RollbackConfiguration": {"RollbackTriggers": [row] * 6}})
    assert "at 'rollbackConfiguration.rollbackTriggers' failed to satisfy constraint: " in message
    assert message.endswith("Member must have length less than or equal to 5")


def test_an_import_without_identifiers_is_refused_by_the_size_of_its_map() -> None:
    resource: dict[str, Any] = {"ResourceType": "A::B::C", "LogicalResourceId": "R", "ResourceIdentifier": {}}
    message = refusal("CreateChangeSet", {"StackName": "w", "ChangeSetName": "c", "ResourcesToImport": [resource]})
    assert "'resourcesToImport.1.member.resourceIdentifier'" in message
    assert "Member must have length greater than or equal to 1" in message


def test_enum_values_stand_in_the_order_of_a_java_hash_set_of_any_size() -> None:
    message = refusal("ListStacks", {"StackStatusFilter": ["GONE"]})
    listed = message.split("enum value set: [")[1].rstrip("]").split(", ")
    assert sorted(listed) == sorted(shape("StackStatus")["enum"])
    assert listed != sorted(listed)


def test_every_pattern_of_the_model_compiles() -> None:
    seen = 0
    for operation in operations():
        structure = shape_of(operation, "input")
        for member in shape(structure)["members"].values() if structure else ():
            target = shape(member["shape"])
            if "pattern" in target:
                assert re.compile(target["pattern"])
                seen += 1
    assert seen > 50
