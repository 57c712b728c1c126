"""The texts of AWS, as public reports and documentation quote them."""

from __future__ import annotations

import pytest

from deployment.diagnosis.causes import wording
from tests.deployment.diagnosis.causes.failures import (
    DENIED,
    DENIED_BY_EC2,
    EXCEEDED,
    NO_ADDRESSES,
    SAME_NAME,
    TAKEN,
    UNSTABLE,
)


def test_a_denial_is_taken_apart() -> None:
    assert wording.denied(DENIED) == {
        "user": "arn:aws:sts::111122223333:assumed-role/deployer/me",
        "action": "ecs:CreateService",
        "resource": "arn:aws:ecs:eu-west-1:111122223333:service/app/web",
        "why": "because no identity-based policy allows the ecs:CreateService action",
    }


def test_an_explicit_deny_names_its_policy() -> None:
    text = (
        "User: arn:aws:iam::1:user/me is not authorized to perform: ec2:RunInstances on resource:"
        " arn:aws:ec2:eu-west-1:1:instance/* with an explicit deny in a permissions boundary"
    )
    assert wording.denied(text) == {
        "user": "arn:aws:iam::1:user/me",
        "action": "ec2:RunInstances",
        "resource": "arn:aws:ec2:eu-west-1:1:instance/*",
        "why": "with an explicit deny in a permissions boundary",
    }


def test_ec2_names_the_action_alone() -> None:
    assert wording.denied(DENIED_BY_EC2) == {"action": "ec2:CreateInternetGateway"}
    assert wording.denied("no (HandlerErrorCode: AccessDenied)") == {}
    assert wording.denied("The role is not wanted") is None


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("The maximum number of VPCs has been reached.", "VPCs"),
        ("The maximum number of internet gateways has been reached.", "internet gateways"),
        ("no (RequestToken: x, HandlerErrorCode: ServiceLimitExceeded)", ""),
        ("LimitExceededException: Cannot exceed quota for PoliciesPerRole: 10", ""),
        ("TooManyTargetGroups", ""),
        ("The group is not wanted", None),
    ],
)
def test_a_limit_names_what_there_may_be_no_more_of(reason: str, what: str | None) -> None:
    assert wording.limit(reason) == what


def test_names_subnets_and_owners_are_read() -> None:
    assert wording.taken_name(TAKEN) == ("app-web", None)
    assert wording.taken_name("x already exists in stack arn:aws:cloudformation:a:1:stack/b/c") == (
        None,
        "arn:aws:cloudformation:a:1:stack/b/c",
    )
    assert wording.taken_name("no") is None
    assert wording.other_settings(SAME_NAME) == "app-alb"
    assert wording.subnet_without_addresses(NO_ADDRESSES) == "subnet-0e04e2925720142be"
    assert wording.other_settings("no") is wording.subnet_without_addresses("no") is None


def test_what_does_not_come_to_work_is_told_from_what_failed_at_once() -> None:
    assert wording.says_unstable(UNSTABLE)
    assert wording.says_unstable(EXCEEDED)
    assert wording.says_timed_out(EXCEEDED)
    assert not wording.says_timed_out(UNSTABLE)
    assert not wording.says_unstable("The service is not wanted")
    assert wording.handler_error_code(EXCEEDED) == "NotStabilized"


def test_validations_and_hooks_are_known() -> None:
    assert wording.says_invalid("Property validation failure: [The property {/Type} is required]")
    assert wording.says_hook("Hook failed with message: no")
    assert not wording.says_hook("The webhook is gone")
