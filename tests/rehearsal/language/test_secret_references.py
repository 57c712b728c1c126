"""What a reference to a secret names, and the value of a key of one."""

from __future__ import annotations

import pytest

from cloudformation.refusals import ValidationError
from rehearsal.language.secret_references import SecretReference, part_of, secret_reference

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-a1B2c3"
SECRET = '{"password": "p", "port": 5432, "tls": true, "none": null, "more": {"a": [1]}}'


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("MySecret", ("MySecret", "", "", "", "")),
        ("MySecret::::", ("MySecret", "", "", "", "")),
        ("app/db_1+=.@-", ("app/db_1+=.@-", "", "", "", "")),
        ("MySecret:SecretString", ("MySecret", "", "", "", "")),
        ("MySecret:SecretString:password", ("MySecret", "", "password", "", "")),
        ("MySecret:SecretString:password::", ("MySecret", "", "password", "", "")),
        ("MySecret:SecretString:password:AWSPREVIOUS", ("MySecret", "", "password", "AWSPREVIOUS", "")),
        ("MySecret:SecretString:password::v-1", ("MySecret", "", "password", "", "v-1")),
        ("MySecret:SecretString::S:v-1", ("MySecret", "", "", "S", "v-1")),
        (ARN, (ARN, "123456789012", "", "", "")),
        (f"{ARN}:SecretString:a key::v", (ARN, "123456789012", "a key", "", "v")),
    ],
)
def test_a_reference_has_the_forms_of_the_user_guide(name: str, wanted: tuple[str, ...]) -> None:
    assert secret_reference("text", name) == SecretReference(*wanted)


@pytest.mark.parametrize(
    "name",
    ["", ":SecretString:key", "MySecret:SecretBinary", "MySecret:password", "MySecret:SecretString:a:b:c:d", "a b"],
)
def test_any_other_form_is_refused_with_its_text(name: str) -> None:
    with pytest.raises(ValidationError, match=r"in the following Secrets Manager reference: \[text\]"):
        secret_reference("text", name)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [("", SECRET), ("password", "p"), ("port", "5432"), ("tls", "true"), ("more", '{"a": [1]}')],
)
def test_a_part_of_a_secret_is_text(key: str, wanted: str) -> None:
    assert part_of(SECRET, key) == wanted


@pytest.mark.parametrize("key", ["user", "none"])
def test_a_key_must_be_there(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        part_of(SECRET, key)
    assert caught.value.message == "Could not find a value associated with JSONKey in SecretString"


@pytest.mark.parametrize("secret", ["plain text", "[1]", "5", ""])
def test_only_an_object_has_keys(secret: str) -> None:
    with pytest.raises(ValidationError) as caught:
        part_of(secret, "password")
    assert caught.value.message == "Could not parse SecretString JSON"
    assert part_of(secret, "") == secret
