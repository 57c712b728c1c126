"""IAM and AWS KMS: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html, kms-controls.html."""

from collections.abc import Callable
from typing import Any

from templates.security.controls import (
    Check,
    Control,
    Held,
    Service,
    absent,
    all_of,
    any_of,
    every,
    member,
    negated,
    of_the_account,
    one_of,
)
from templates.security.policy_statements import allows, listed, on_everything, statements

_POLICIES = (
    *("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"),
    *("AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"),
)
_USERS = ("AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::UserPolicy", "AWS::IAM::UserToGroupAddition")


def _no_statement(is_so: Callable[[Any], Held]) -> Check:
    return every(*_POLICIES, holds=lambda one, _: all_of(negated(is_so(statement)) for statement in statements(one)))


def _is_administrator(statement: Any) -> Held:
    """Every action of every service: `*`, and `*:*`, which is the same."""
    everything = allows(statement, ["*"]), allows(statement, ["*:*"])
    return all_of([any_of(everything), on_everything(statement)])


def _has_wildcards(statement: Any) -> Held:
    """`*`, or every action of a service."""
    actions = listed(member(statement, "Action"))
    return all_of([negated(one_of(member(statement, "Effect"), ("Deny",))), _any_wild(actions)])


def _any_wild(actions: list[Any]) -> Held:
    if not actions or not all(isinstance(action, str) for action in actions):
        return None
    return any(not action.rpartition(":")[2].strip("*") for action in actions)


def _decrypts_everything(statement: Any) -> Held:
    return all_of([allows(statement, ["kms:Decrypt", "kms:ReEncryptFrom"]), on_everything(statement)])


_INLINE = "the control looks at customer managed policies; ours are inline in their roles, and held to the same"

SERVICES = (
    Service(
        "IAM",
        "IAM",
        "iam-controls",
        (
            Control((1,), "no policy of an administrator", _no_statement(_is_administrator), note=_INLINE),
            Control((2,), "users have no policies of their own", absent(*_USERS)),
            Control((3, 4, 5, 6, 7, 8), "users, keys, passwords and the root user", of_the_account),
            Control((21,), "no action is a wildcard", _no_statement(_has_wildcards), note=_INLINE),
        ),
    ),
    Service(
        "AWS KMS",
        "KMS",
        "kms-controls",
        (
            Control((1,), "managed policies that decrypt with every key", absent("AWS::IAM::ManagedPolicy")),
            Control((2,), "no inline policy decrypts with every key", _no_statement(_decrypts_everything)),
            Control(
                (3, 5),
                "keys",
                absent("AWS::KMS::Key", "AWS::KMS::ReplicaKey"),
                note="the key that KmsKeyArn names is somebody else's",
            ),
        ),
    ),
)
