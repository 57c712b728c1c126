"""Parameters and secrets of stacks, as Systems Manager and Secrets Manager give them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.neighbours.made.values import secret_name
from tests.rehearsal.neighbours.made.conftest import Account


def parameter(value: str, **more: Any) -> dict[str, Any]:
    properties = {"Name": "/app/size", "Type": "String", "Value": value, **more}
    return {"Type": "AWS::SSM::Parameter", "Properties": properties}


def test_a_parameter_is_read_updated_and_gone_as_its_stack_has_it(account: Account) -> None:
    account.create(Size=parameter("1", Tags={"kind": "limit"}))
    ssm = account.service("ssm")
    assert ssm.get_parameter(Name="/app/size")["Parameter"]["Value"] == "1"
    account.update(Size=parameter("2"))
    read = ssm.get_parameter(Name="/app/size")["Parameter"]
    assert (read["Value"], read["Version"]) == ("2", 2)
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/app/size")["TagList"]
    assert tags == [{"Key": "team", "Value": "ops"}]
    account.delete()
    with pytest.raises(ClientError, match="ParameterNotFound"):
        ssm.get_parameter(Name="/app/size")


def test_what_a_call_wrote_over_it_counts_for_the_next_template(account: Account) -> None:
    account.create(Size=parameter("1"))
    assert account.neighbours.parameter("/app/size", "ap-northeast-1") == "1"
    account.service("ssm").put_parameter(Name="/app/size", Value="7", Overwrite=True)
    assert account.neighbours.parameter("/app/size", "ap-northeast-1") == "7"


def secret(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "app/db", **properties}}


def test_a_secret_has_the_arn_and_the_text_that_its_stack_knows(account: Account) -> None:
    drawn = {"SecretStringTemplate": json.dumps({"user": "app"}), "GenerateStringKey": "password"}
    arn = account.create(Db=secret(GenerateSecretString=drawn))["Db"]
    manager = account.service("secretsmanager")
    for name in (arn, "app/db"):
        read = manager.get_secret_value(SecretId=name)
        assert read["ARN"] == arn
        assert json.loads(read["SecretString"]).keys() == {"user", "password"}


def test_a_secret_is_updated_and_gone_for_good_so_that_its_name_is_free(account: Account) -> None:
    account.create(Db=secret(SecretString="one", Tags=[{"Key": "kind", "Value": "password"}]))
    manager = account.service("secretsmanager")
    assert manager.get_secret_value(SecretId="app/db")["SecretString"] == "one"
    arn = account.update(Db=secret(SecretString="two", Description="of the database"))["Db"]
    assert manager.get_secret_value(SecretId=arn)["SecretString"] == "two"
    shown = manager.describe_secret(SecretId=arn)
    assert (shown["Description"], shown["Tags"]) == ("of the database", [{"Key": "team", "Value": "ops"}])
    account.delete()
    assert manager.list_secrets()["SecretList"] == []
    account.create(Db=secret(SecretString="three"))
    assert manager.get_secret_value(SecretId="app/db")["SecretString"] == "three"


def test_a_secret_without_a_value_has_none(account: Account) -> None:
    arn = account.create(Db=secret())["Db"]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        account.service("secretsmanager").get_secret_value(SecretId=arn)


def test_a_secrets_name_stands_before_the_characters_of_its_arn() -> None:
    assert secret_name("arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-AbCdEf") == "app/db"
    assert secret_name("app/db") == "app/db"
