"""IAM and AWS KMS: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html, kms-controls.html."""

from collections.abc import Callable, Sequence
from typing import Any

from templates.security.controls import (
    INFERRED,
    Check,
    Control,
    Held,
    Service,
    absent,
    all_of,
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
_MANAGED = ("AWS::IAM::ManagedPolicy",)
_INLINE = tuple(name for name in _POLICIES if name not in _MANAGED)
_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
_OTHERS_KEY = "the key that KmsKeyArn names is somebody else's"
_USERS = ("AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::UserPolicy", "AWS::IAM::UserToGroupAddition")


def _no_statement(is_so: Callable[[Any], Held], types: Sequence[str] = _POLICIES) -> Check:
    return every(*types, holds=lambda one, _: all_of(negated(is_so(statement)) for statement in statements(one)))


def _is_administrator(statement: Any) -> Held:
    """Every action of every service: `*`, and `*:*`, which is the same."""
    return all_of(says(statement) for says in (on_everything, _allows_all))


def _allows_all(statement: Any) -> Held:
    return allows(statement, ["*", "*:*"])


def _has_wildcards(statement: Any) -> Held:
    """`*`, or every action of a service."""
    actions = listed(member(statement, "Action"))
    return all_of([negated(one_of(member(statement, "Effect"), ("Deny",))), _any_wild(actions)])


def _any_wild(actions: list[Any]) -> Held:
    if not actions or not all(isinstance(action, str) for action in actions):
        return None
    return any(not action.rpartition(":")[2].strip("*") for action in actions)


def _decrypts_everything(statement: Any) -> Held:
    return all_of(says(statement) for says in (on_everything, _allows_decryption))


def _allows_decryption(statement: Any) -> Held:
    return allows(statement, ["kms:Decrypt", "kms:ReEncryptFrom"])


_SAME = "the control looks at customer managed policies; inline policies of roles are judged in the same way"

SERVICES = (
    Service(
        "IAM",
        "IAM",
        "iam-controls",
        (
            Control((1,), "no policy of an administrator", _no_statement(_is_administrator), note=_SAME),
            Control((2,), "users have no policies of their own", absent(*_USERS)),
            Control((3, 4, 5, 6, 7, 8), "users, keys, passwords and the root user", of_the_account),
            Control((21,), "no action is a wildcard", _no_statement(_has_wildcards), note=_SAME),
        ),
    ),
    Service(
        "AWS KMS",
        "KMS",
        "kms-controls",
        (
            Control((1,), "no managed policy decrypts with every key", _no_statement(_decrypts_everything, _MANAGED)),
            Control((2,), "no inline policy decrypts with every key", _no_statement(_decrypts_everything, _INLINE)),
            Control((3,), "keys are not about to be deleted", absent(*_KEYS), note=_OTHERS_KEY),
            Control((5,), "keys are not public", absent(*_KEYS), note=_OTHERS_KEY, standard=INFERRED),
        ),
    ),
)
