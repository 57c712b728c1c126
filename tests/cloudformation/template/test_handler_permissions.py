"""The registry schemas' word on what handlers may call."""

import importlib.util

import pytest

from cloudformation.template.handler_permissions import NoSchemasError, handler_permissions


def test_each_handler_has_its_own_permissions() -> None:
    [handlers] = handler_permissions(["AWS::SQS::Queue"], "eu-west-1").values()
    assert set(handlers) == {"create", "read", "update", "delete"}
    assert "sqs:CreateQueue" in handlers["create"]
    assert "sqs:DeleteQueue" in handlers["delete"]
    assert "sqs:CreateQueue" not in handlers["delete"]


def test_a_handler_that_a_type_has_not_is_not_there() -> None:
    [handlers] = handler_permissions(["AWS::EC2::SubnetRouteTableAssociation"], "eu-west-1").values()
    assert "update" not in handlers


def test_types_that_no_registry_knows_are_left_out() -> None:
    assert handler_permissions(["Custom::Thing", "AWS::No::Such"], "eu-west-1") == {}


def test_a_region_that_is_not_known_is_read_as_the_first() -> None:
    assert handler_permissions(["AWS::SQS::Queue"], "xx-nowhere-1") == handler_permissions(
        ["AWS::SQS::Queue"], "us-east-1"
    )


def test_what_is_no_action_is_left_out() -> None:
    [handlers] = handler_permissions(["AWS::S3::Bucket"], "eu-west-1").values()
    assert not [action for actions in handlers.values() for action in actions if "." in action]


def test_without_cfn_lint_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NoSchemasError, match="pip install cfn-lint"):
        handler_permissions([], "eu-west-1")
