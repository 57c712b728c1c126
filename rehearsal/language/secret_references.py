"""What a `{{resolve:secretsmanager:...}}` names: a secret, a part of it, one of its versions.

The pattern is `secret-id:SecretString:json-key:version-stage:version-id`; all but the id may be left out or empty.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
"""

import json
import re
from dataclasses import dataclass

from cloudformation.refusals import ValidationError
from cloudformation.scalars import text_of

_NAME = re.compile(
    r"(?P<id>arn:[^:]+:secretsmanager:[^:]+:(?P<account>[^:]+):secret:[^:]+|[\w/+=.@!-]+)"
    r"(:(SecretString)?(:(?P<key>[^:]*)(:(?P<stage>[^:]*)(:(?P<version>[^:]*))?)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class SecretReference:
    """One reference. `account` is that of an ARN, empty for a name; an empty `key` means the whole secret."""

    id: str
    account: str
    key: str
    stage: str
    version: str


def secret_reference(text: str, name: str) -> SecretReference:
    """The secret that `name`, the part after the service in a reference, refers to.

    Errors: ValidationError that shows `text`; its wording follows that for Systems Manager, AWS's own was not seen.
    """
    named = _NAME.fullmatch(name)
    if named is None:
        raise ValidationError(f"Incorrect format is used in the following Secrets Manager reference: [{text}]")
    account, key, stage, version = (named[group] or "" for group in ("account", "key", "stage", "version"))
    return SecretReference(named["id"], account, key, stage, version)


def part_of(secret: str, key: str) -> str:
    """The value of a key of a secret that is a JSON object; without a key the secret itself.

    Errors: ValidationError (aws-cloudformation/cloudformation-coverage-roadmap#1822; the second is pasted widely).
    """
    if not key:
        return secret
    try:
        document = json.loads(secret)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ValidationError("Could not parse SecretString JSON")
    if document.get(key) is None:
        raise ValidationError("Could not find a value associated with JSONKey in SecretString")
    value = document[key]
    return json.dumps(value) if isinstance(value, (dict, list)) else text_of(value)
