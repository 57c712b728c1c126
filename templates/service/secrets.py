"""Secrets of a container: where ECS reads each when a task starts, and what the execution role may read for it.

ECS puts the value into an environment variable of the container, so that no template, change set or task definition
contains it. A change of the secret reaches tasks that start after it.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from awacs import kms, secretsmanager, ssm
from awacs.aws import Statement
from troposphere import If, NoValue, Parameter, Ref, Sub, encode_to_dict
from troposphere.ecs import Secret as EcsSecret
from troposphere.iam import Policy

from templates.database.parameters import DATABASE_KEY, database_kms_key_arn
from templates.parts.parameters import is_given
from templates.parts.policies import allow, inline
from templates.service.platform import imported

_PLACE = "${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}"
_SECRET_ARN = r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+"
_PARAMETER_ARN = r"arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9/_.-]+"
_NAME = r"[A-Za-z0-9/_+=.@-]{1,512}"
# A hyphen and six characters: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
_LIKE_AN_ENDING = r"-[A-Za-z0-9]{6}$"
_KEY_ARN = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+"


class SecretError(ValueError):
    """A secret that names nothing that ECS could read."""


class Secret(NamedTuple):
    """One secret: `value_from` as the task definition has it, what may be read, and the parameters that it takes.

    `of_database`: it is the platform's database's, whose key the platform's parameter names.
    """

    value_from: Any
    statement: Statement
    key: str | None = None
    parameters: tuple[Parameter, ...] = ()
    of_database: bool = False


def from_parameter_store(name: str | Parameter, kms_key: str | None = None) -> Secret:
    """Give the secret in an SSM parameter: its name, its ARN, or a parameter of the template that has its ARN.

    `kms_key` is the ARN of a key of yours that encrypts it; AWS's own key needs no grant. Raises SecretError.
    """
    _check_key(kms_key)
    if isinstance(name, Parameter):
        return Secret(Ref(name), allow(ssm.GetParameters, on=[Ref(name)]), kms_key, (name,))
    if re.fullmatch(_PARAMETER_ARN, name):
        return Secret(name, allow(ssm.GetParameters, on=[name]), kms_key)
    if not re.fullmatch(_NAME, name) or name.startswith("arn:"):
        raise SecretError(f"{name!r} is neither the name nor the ARN of an SSM parameter")
    # A name that begins with / is in the ARN without another one.
    place = Sub(f"arn:{_PLACE % 'ssm'}:parameter/{name.removeprefix('/')}")
    return Secret(place, allow(ssm.GetParameters, on=[place]), kms_key)


def from_secrets_manager(secret: str | Parameter, key: str = "", kms_key: str | None = None) -> Secret:
    """Give the secret of Secrets Manager: its name, its ARN, or a parameter of the template that has its ARN.

    `key` picks one member of a secret that is a JSON object. `kms_key` is the ARN of a key of yours that encrypts it;
    AWS's own key needs no grant. Raises SecretError.
    """
    _check_key(kms_key)
    if ":" in key:
        raise SecretError(f"{key!r} is no key of a JSON object that ECS could name: it holds a colon")
    member = f":{key}::" if key else ""
    in_sub = member.replace("${", "${!")
    if isinstance(secret, Parameter):
        value_from = Sub(f"${{{secret.title}}}{in_sub}") if key else Ref(secret)
        return Secret(value_from, allow(secretsmanager.GetSecretValue, on=[Ref(secret)]), kms_key, (secret,))
    if re.fullmatch(_SECRET_ARN, secret):
        return Secret(f"{secret}{member}", allow(secretsmanager.GetSecretValue, on=[secret]), kms_key)
    if not re.fullmatch(_NAME, secret) or secret.startswith("arn:"):
        raise SecretError(f"{secret!r} is neither the name nor the ARN of a secret")
    if re.search(_LIKE_AN_ENDING, secret):
        raise SecretError(f"{secret!r} ends as an ARN does, so that AWS looks for another secret by it: give its ARN")
    # Secrets Manager adds a hyphen and six characters to the name; without them ECS reads it all the same.
    arn = f"arn:{_PLACE % 'secretsmanager'}:secret:{secret}"
    granted = allow(secretsmanager.GetSecretValue, on=[Sub(f"{arn}-??????")])
    return Secret(Sub(f"{arn}{in_sub}"), granted, kms_key)


def from_database(key: str) -> Secret:
    """Give one of the two values in the secret of the platform's database: username or password.

    RDS rotates the password, every seven days where nobody says otherwise, and a task has the one that it started with:
    a service that opens connections for longer has a user of its own, by IAM or with a secret of its own.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
    """
    arn = imported("DatabaseSecretArn")
    value_from = Sub(f"${{SecretArn}}:{key}::", SecretArn=arn)
    return Secret(value_from, allow(secretsmanager.GetSecretValue, on=[arn]), of_database=True)


def database_secrets() -> dict[str, Secret]:
    """Give what libpq reads of it."""
    return {"PGUSER": from_database("username"), "PGPASSWORD": from_database("password")}


def conditions() -> dict[str, Any]:
    """Give the condition that a key of yours encrypts the secret of the database."""
    return {DATABASE_KEY: is_given(database_kms_key_arn)}


def policies(read: Sequence[Secret]) -> list[Policy | If]:
    """Give the policies by which ECS may read these; that of the database's key where there is one."""
    decrypt = inline("allow_database_key", allow(kms.Decrypt, on=[Ref(database_kms_key_arn)]))
    of_key = [If(DATABASE_KEY, decrypt, NoValue)] if any(secret.of_database for secret in read) else []
    return [inline("allow_secrets", *grants(read)), *of_key]


def _check_key(kms_key: str | None) -> None:
    if kms_key is not None and not re.fullmatch(_KEY_ARN, kms_key):
        raise SecretError(f"{kms_key!r} is not the ARN of a KMS key")


def secrets(named: Mapping[str, Secret]) -> list[EcsSecret]:
    """Give the members of a container's Secrets, by the names of their environment variables."""
    return [EcsSecret(Name=name, ValueFrom=secret.value_from) for name, secret in named.items()]


def grants(read: Iterable[Secret]) -> list[Statement]:
    """Give what the execution role needs to read these, each once, and to decrypt those that a key encrypts."""
    once: list[tuple[Any, Statement]] = []
    keys = set()
    for secret in read:
        written = encode_to_dict(secret.statement)
        once += [] if any(written == other for other, _ in once) else [(written, secret.statement)]
        keys |= {secret.key} if secret.key else set()
    decrypt = [allow(kms.Decrypt, on=sorted(keys))] if keys else []
    return [*(statement for _, statement in once), *decrypt]
