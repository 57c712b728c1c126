"""The platform's database, handed to a service: where it is, and the secret of its master user.

`web("...", database=True)` gives the service's own container the variables that libpq reads, and so do psql and most
drivers. Which may be read, and which key may decrypt, the execution role gets with them; the tasks' security group is
let in by the data layer. A container that wants other names: `from_database("password")`, `at_database("Host")`.

RDS rotates the password every seven days where nobody says otherwise, and a task has the one that it started with: a
service that runs for longer connects as a user of its own, by IAM or with a secret of its own.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from typing import Any

from awacs import kms, secretsmanager
from troposphere import If, ImportValue, NoValue, Ref, Sub

from templates.database.parameters import DATABASE_KEY, database_kms_key_arn
from templates.parts.parameters import is_given
from templates.parts.policies import allow, inline
from templates.service.platform import imported
from templates.service.secrets import Secret


def conditions() -> dict[str, Any]:
    """Give the condition that a key of yours encrypts the secret."""
    return {DATABASE_KEY: is_given(database_kms_key_arn)}


def at_database(what: str) -> ImportValue:
    """Give what the platform says of its database: its Host, Port or Name."""
    return imported(f"Database{what}")


def from_database(key: str) -> Secret:
    """Give one of the two that the master user's secret holds: username or password."""
    arn = imported("DatabaseSecretArn")
    value_from = Sub(f"${{SecretArn}}:{key}::", SecretArn=arn)
    return Secret(value_from, allow(secretsmanager.GetSecretValue, on=[arn]), of_database=True)


def variables() -> dict[str, Any]:
    """Give what libpq reads, but for what is secret; RDS refuses a connection without TLS."""
    where = {"PGHOST": at_database("Host"), "PGPORT": at_database("Port"), "PGDATABASE": at_database("Name")}
    return {**where, "PGSSLMODE": "require"}


def secrets() -> dict[str, Secret]:
    """Give what libpq reads and is secret."""
    return {"PGUSER": from_database("username"), "PGPASSWORD": from_database("password")}


def decrypt() -> If:
    """Give the policy by which ECS may decrypt the secret, where a key of yours encrypts it."""
    return If(DATABASE_KEY, inline("allow_database_key", allow(kms.Decrypt, on=[Ref(database_kms_key_arn)])), NoValue)
