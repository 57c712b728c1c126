"""What somebody else does between the review and the execution, or before the review, behind the deployer's back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from deployment.artifacts.packaging import Artifact, package
from deployment.run.prepare import storage_of
from deployment.run.run import Run
from tests.soundness.account import BUCKET, Account
from tests.soundness.system import System, layers, written
from tests.soundness.systems import add_resource, set_property
from tests.soundness.vocabulary import BY_TYPE, STACK, WORDS

Deed = Callable[[], None]


@dataclass(frozen=True)
class Tampering:
    """One deed; `early` where it is done before the run, else it is done while the person thinks."""

    name: str
    early: bool
    deed: Deed
    stirs: bool = False
    """Whether the stack itself is another one afterwards."""


def random_tampering(random: Random, account: Account, system: System, run: Run) -> Tampering | None:
    """Something that can be done to this system; None where what was drawn cannot."""
    makers = (_stored, _stored, _overwritten, _overwritten, _planted, _foreign, _updated, _executed, _beside)
    return random.choice(makers)(random, account, system, run)


def _stored(random: Random, account: Account, system: System, _: Run) -> Tampering | None:
    if not system.stored:
        return None
    name = random.choice(sorted(system.stored))
    value = random.choice([word for word in WORDS if word != system.stored[name]])

    def deed() -> None:
        account.ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)

    return Tampering(f"{name} moves to {value}", False, deed)


def _overwritten(random: Random, account: Account, system: System, run: Run) -> Tampering | None:
    return _replaced(random, account, system, run, "is overwritten", early=False)


def _planted(random: Random, account: Account, system: System, run: Run) -> Tampering | None:
    return _replaced(random, account, system, run, "is planted", early=True)


def _replaced(random: Random, account: Account, system: System, run: Run, how: str, *, early: bool) -> Tampering | None:
    """Other bytes under the key of a layer that nests nothing."""
    artifacts = {each.body.decode(): each for each in package(run.root, storage_of(run), lambda _: None).artifacts}
    files = [name for name, each in sorted(system.files.items()) if not layers(each) and written(each) in artifacts]
    if not files:
        return None
    file = random.choice(files)
    artifact = artifacts[written(system.files[file])]
    body = _another(random, system, file).encode()
    return Tampering(f"{file} {how}", early, lambda: _put(account, artifact, body))


def _put(account: Account, artifact: Artifact, body: bytes) -> None:
    try:
        account.s3.put_object(Bucket=BUCKET, Key=artifact.key, Body=body)
    except ClientError:
        return  # the bucket does not let anybody


def _another(random: Random, system: System, file: str) -> str:
    """The same layer with other properties and one resource more."""
    other = system.copied()
    document = other.files[file]
    for name, body in document["Resources"].items():
        keys = [*BY_TYPE[body["Type"]].in_place, *BY_TYPE[body["Type"]].replacing]
        if keys:
            set_property(random, other, document, name, random.choice(keys))
    if random.random() < 0.5:
        add_resource(random, other, document)
    return written(document)


def _foreign(random: Random, account: Account, system: System, _: Run) -> Tampering | None:
    if not system.foreign:
        return None
    key = random.choice(sorted(system.foreign))
    other = system.copied()
    add_resource(random, other, other.foreign[key], BY_TYPE["AWS::SNS::Topic"])
    return Tampering(f"{key} is overwritten", False, lambda: account.provide(other, system))


def _updated(random: Random, account: Account, system: System, _: Run) -> Tampering:
    tags = _tags(random, system)

    def deed() -> None:
        asked = _as_it_is(account, system.prefix)
        account.cloudformation.update_stack(**asked, Tags=tags, ClientRequestToken="somebody-else")

    return Tampering("somebody else updates the stack", False, deed, stirs=True)


def _executed(random: Random, account: Account, system: System, _: Run) -> Tampering:
    tags = _tags(random, system)

    def deed() -> None:
        asked = _as_it_is(account, system.prefix)
        made = account.cloudformation.create_change_set(**asked, Tags=tags, ChangeSetName="of-somebody-else")
        account.cloudformation.execute_change_set(ChangeSetName=made["Id"], ClientRequestToken="somebody-else")

    return Tampering("somebody else executes a change set", False, deed, stirs=True)


def _beside(random: Random, account: Account, system: System, _: Run) -> Tampering | None:
    """A nested stack is updated beside its root, before the run: one of its parameters gets another value."""
    names = {name for _, document in system.walk() for name in document["Parameters"] if name.startswith("Name")}
    name = random.choice(sorted(names)) if names else None

    def deed() -> None:
        asked = _as_it_is(account, _nested(account, system.prefix, name))
        for parameter in asked["Parameters"]:
            if parameter["ParameterKey"] == name:
                parameter["ParameterValue"] = "beside"
                del parameter["UsePreviousValue"]
        with suppress(ClientError):  # it has that value
            account.cloudformation.update_stack(**asked, ClientRequestToken="somebody-else")

    stands = name is not None and bool(_nested(account, system.prefix, name))
    return Tampering(f"a nested stack is given another {name}", True, deed, stirs=True) if stands else None


def _nested(account: Account, root: str, parameter: str | None) -> str:
    """The ARN of a nested stack that has a parameter; empty where there is none."""
    rows = account.cloudformation.list_stack_resources(StackName=root)["StackResourceSummaries"]
    for arn in [row["PhysicalResourceId"] for row in rows if row["ResourceType"] == STACK]:
        stack = account.cloudformation.describe_stacks(StackName=arn)["Stacks"][0]
        if any(each["ParameterKey"] == parameter for each in stack.get("Parameters", ())):
            return str(arn)
    return ""


def _tags(random: Random, system: System) -> list[dict[str, str]]:
    tag = {"Key": "somebody", "Value": random.choice(WORDS)}
    return [{"Key": key, "Value": value} for key, value in system.tags.items()] + [tag]


def _as_it_is(account: Account, stack: str) -> dict[str, Any]:
    """An update's arguments that leave a stack's template and parameters as they are."""
    body = account.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {
        "StackName": stack,
        "UsePreviousTemplate": True,
        "Parameters": [
            {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in body.get("Parameters", ())
        ],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
