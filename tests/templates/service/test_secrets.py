"""Secrets: where ECS reads each, and that the execution role may read exactly those."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Parameter, encode_to_dict

from templates.service.secrets import (
    Secret,
    SecretError,
    database_secrets,
    from_database,
    from_parameter_store,
    from_secrets_manager,
    grants,
    policies,
    secrets,
)

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-AbCdEf"
STORED = "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/token"
_SSM = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter"
_MANAGER = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret"
ARN = Parameter("DbArn", Type="String")


def written(*read: Secret) -> list[tuple[Any, Any]]:
    return [(statement["Action"], statement["Resource"]) for statement in encode_to_dict(grants(read))]


@pytest.mark.parametrize(
    ("secret", "value_from", "action", "resource"),
    [
        (from_parameter_store("/shop/token"), {"Fn::Sub": f"{_SSM}/shop/token"}, "ssm:GetParameters", None),
        (from_parameter_store("token"), {"Fn::Sub": f"{_SSM}/token"}, "ssm:GetParameters", None),
        (from_parameter_store(STORED), STORED, "ssm:GetParameters", None),
        (from_parameter_store(ARN), {"Ref": "DbArn"}, "ssm:GetParameters", None),
        (
            from_secrets_manager("shop/db"),
            {"Fn::Sub": f"{_MANAGER}:shop/db"},
            "secretsmanager:GetSecretValue",
            {"Fn::Sub": f"{_MANAGER}:shop/db-??????"},
        ),
        (
            from_secrets_manager("shop/db", key="password"),
            {"Fn::Sub": f"{_MANAGER}:shop/db:password::"},
            "secretsmanager:GetSecretValue",
            {"Fn::Sub": f"{_MANAGER}:shop/db-??????"},
        ),
        (from_secrets_manager(SECRET, key="user"), f"{SECRET}:user::", "secretsmanager:GetSecretValue", SECRET),
        (from_secrets_manager(ARN), {"Ref": "DbArn"}, "secretsmanager:GetSecretValue", None),
        (
            from_secrets_manager(ARN, key="user"),
            {"Fn::Sub": "${DbArn}:user::"},
            "secretsmanager:GetSecretValue",
            {"Ref": "DbArn"},
        ),
    ],
)
def test_ecs_reads_what_the_role_may_read(secret: Secret, value_from: Any, action: str, resource: Any) -> None:
    [member] = encode_to_dict(secrets({"NAME": secret}))
    assert member == {"Name": "NAME", "ValueFrom": value_from}
    assert written(secret) == [([action], [value_from if resource is None else resource])]


def test_what_two_containers_read_is_granted_once() -> None:
    same = [from_secrets_manager("shop/db", key=key) for key in ("user", "password")]
    assert len(written(*same)) == 1


def test_a_key_of_ones_own_is_granted_for_decryption_alone() -> None:
    read = [from_parameter_store("/a", kms_key=KEY), from_secrets_manager("b", kms_key=KEY), from_parameter_store("/c")]
    assert written(*read)[-1] == (["kms:Decrypt"], [KEY])
    assert len(written(*read)) == 4


@pytest.mark.parametrize("name", ["", "a b", "arn:aws:s3:::bucket", STORED.replace("ssm", "sns")])
def test_what_names_no_parameter_is_refused(name: str) -> None:
    with pytest.raises(SecretError, match="neither the name nor the ARN of an SSM parameter"):
        from_parameter_store(name)


@pytest.mark.parametrize("name", ["", "a b", STORED])
def test_what_names_no_secret_is_refused(name: str) -> None:
    with pytest.raises(SecretError, match="neither the name nor the ARN of a secret"):
        from_secrets_manager(name)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(SecretError, match="is not the ARN of a KMS key"):
        from_parameter_store("/a", kms_key="alias/mine")
    with pytest.raises(SecretError, match="holds a colon"):
        from_secrets_manager("a", key="x:y")


def test_a_name_that_ends_as_an_arn_does_is_refused_and_its_arn_is_not() -> None:
    with pytest.raises(SecretError, match="give its ARN"):
        from_secrets_manager("shop/my-secret")
    from_secrets_manager("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/my-secret-AbCdEf")


def test_a_key_that_looks_like_a_reference_is_none() -> None:
    written = encode_to_dict(from_secrets_manager("shop/db", key="${AppName}").value_from)
    assert written["Fn::Sub"].endswith(":secret:shop/db:${!AppName}::")


_DATABASE = {"Fn::ImportValue": {"Fn::Sub": "${PlatformStackName}-DatabaseSecretArn"}}


def test_user_and_password_come_out_of_the_secret_that_the_platform_exports() -> None:
    found = {name: encode_to_dict(secret.value_from) for name, secret in database_secrets().items()}
    assert found == {
        name: {"Fn::Sub": [f"${{SecretArn}}:{key}::", {"SecretArn": _DATABASE}]}
        for name, key in (("PGUSER", "username"), ("PGPASSWORD", "password"))
    }
    assert written(*database_secrets().values()) == [(["secretsmanager:GetSecretValue"], [_DATABASE])]


def test_the_key_of_the_database_may_decrypt_where_there_is_one_and_for_nothing_else() -> None:
    without, given = (
        encode_to_dict(policies([from_parameter_store("/a")])),
        encode_to_dict(policies([from_parameter_store("/a"), from_database("password")])),
    )
    assert [policy["PolicyName"] for policy in without] == ["allow_secrets"]
    condition, decrypt, otherwise = given[1]["Fn::If"]
    assert (condition, otherwise) == ("DatabaseKmsKeyGiven", {"Ref": "AWS::NoValue"})
    [statement] = decrypt["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["kms:Decrypt"], [{"Ref": "DatabaseKmsKeyArn"}])
