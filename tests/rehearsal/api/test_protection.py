"""Termination protection and stack policies, as the API has them."""

from __future__ import annotations

import json

import pytest

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic

ALLOW = json.dumps({"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})


def test_a_protected_stack_is_not_deleted_and_keeps_its_status() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=True)
    with pytest.raises(
        CloudFormationError, match=r"Stack \[demo\] cannot be deleted while TerminationProtection is enabled"
    ):
        play("DeleteStack", StackName="demo")
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert play.stack()["EnableTerminationProtection"] is True
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=False)
    play("DeleteStack", StackName="demo")


def test_a_root_protects_its_nested_stacks() -> None:
    play = Play()
    play.deploy(template(C=nested(play.put("child.yaml", template(T=topic())))))
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=True)
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    with pytest.raises(CloudFormationError, match="TerminationProtection is enabled"):
        play("DeleteStack", StackName=child.id)
    assert play.stack(child.id)["EnableTerminationProtection"] is True
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=False)
    assert play.stack(child.id)["EnableTerminationProtection"] is False


def test_an_update_that_drops_a_nested_stack_deletes_it_in_spite_of_the_protection() -> None:
    play = Play()
    play.deploy(template(C=nested(play.put("child.yaml", template(T=topic()))), A=topic()))
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=True)
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert play.deploy(template(A=topic()))["StackStatus"] == "UPDATE_COMPLETE"
    assert child.status == "DELETE_COMPLETE"


def test_protection_cannot_be_set_on_a_nested_stack_nor_on_a_missing_or_deleted_one() -> None:
    play = Play()
    arn = play.deploy(template(C=nested(play.put("child.yaml", template(T=topic())))))["StackId"]
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    with pytest.raises(CloudFormationError, match="nested stack"):
        play("UpdateTerminationProtection", StackName=child.id, EnableTerminationProtection=True)
    play("DeleteStack", StackName="demo")
    play.settle()
    for name in ("demo", arn):
        with pytest.raises(CloudFormationError, match=r"Stack \[.*\] does not exist"):
            play("UpdateTerminationProtection", StackName=name, EnableTerminationProtection=True)


def test_a_change_set_leaves_the_protection_as_it_is() -> None:
    play = Play()
    play.deploy(template(A=topic("1")), EnableTerminationProtection=True)
    assert play.stack()["EnableTerminationProtection"] is False
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=True)
    play.deploy(template(A=topic("2")), EnableTerminationProtection=False)
    assert play.stack()["EnableTerminationProtection"] is True


def test_a_stack_policy_is_given_back_as_it_was_set() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    assert play("GetStackPolicy", StackName="demo") == {}
    play("SetStackPolicy", StackName="demo", StackPolicyBody=ALLOW)
    assert play("GetStackPolicy", StackName="demo") == {"StackPolicyBody": ALLOW}
    play("SetStackPolicy", StackName="demo", StackPolicyURL=play.put("policy.json", ALLOW.replace("*", "*")))
    assert play("GetStackPolicy", StackName="demo") == {"StackPolicyBody": ALLOW}


def test_an_empty_policy_lifts_the_one_that_was_set() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    play("SetStackPolicy", StackName="demo", StackPolicyBody=ALLOW)
    play("SetStackPolicy", StackName="demo", StackPolicyBody="{}")
    assert play("GetStackPolicy", StackName="demo") == {}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"Statement": []}{',
        '{"Statement": [{}]}',
        '{"Statement": ["x"]}',
        ALLOW.replace("Update:*", "Delete:*"),
        ALLOW.replace('"Principal": "*"', '"Principal": "me"'),
        ALLOW.replace("Allow", "Perhaps"),
    ],
)
def test_what_is_no_stack_policy_is_refused(body: str) -> None:
    play = Play()
    play.deploy(template(A=topic()))
    with pytest.raises(
        CloudFormationError, match=r"^ValidationError: Error validating stack policy: Invalid stack policy$"
    ):
        play("SetStackPolicy", StackName="demo", StackPolicyBody=body)


def test_a_stack_policy_comes_from_one_place() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    with pytest.raises(CloudFormationError, match="You cannot specify both StackPolicyURL and StackPolicyBody"):
        play("SetStackPolicy", StackName="demo", StackPolicyBody=ALLOW, StackPolicyURL="https://x")


def test_no_policy_at_all_is_no_policy() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    with pytest.raises(CloudFormationError, match="Invalid stack policy"):
        play("SetStackPolicy", StackName="demo")
