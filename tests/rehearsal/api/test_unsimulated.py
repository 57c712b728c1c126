"""Every operation is simulated or refused by name, every member of a request read, refused or known to do nothing."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.api import OPERATIONS
from rehearsal.api.unsimulated import REASONS, refuse_unsimulated
from rehearsal.loopback.wire.model import shape, shape_of
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import export, imported, template, topic

BODY = json.dumps(template(A=topic("2"), parameters={"P": "1"}))
# What can be said without any effect here, and why.
WITHOUT_EFFECT = {
    ("CreateStackSet", "ClientRequestToken"): "a second request of the same name is refused with or without it",
}


class Request(dict[str, Any]):
    """A request that remembers which of its members somebody looked at."""

    def __init__(self, members: dict[str, Any], seen: set[str] | None = None) -> None:
        super().__init__(members)
        self.seen: set[str] = set() if seen is None else seen

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.seen.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.seen.add(key)
        return super().get(key, default)

    def __or__(self, other: dict[str, Any]) -> Request:  # type: ignore[override]
        return Request({**self, **other}, self.seen)


def members() -> Iterator[tuple[str, str]]:
    for operation in OPERATIONS:
        structure = shape_of(operation, "input")
        if structure:
            yield from ((operation, member) for member in shape(structure)["members"])


def failed_create(play: Play) -> None:
    play("CreateStack", StackName="kept", TemplateBody=json.dumps(template(Bad=topic())), DisableRollback=True)


def stuck(play: Play) -> None:
    play.deploy(template(Stuck=topic("1"), Other=topic("1")), "stuck")
    other = topic("2", after="Stuck")
    play("UpdateStack", StackName="stuck", TemplateBody=json.dumps(template(Stuck=topic("2"), Other=other)))


def updating(play: Play) -> None:
    play("UpdateStack", StackName="demo", TemplateBody=BODY)
    play.cloud.world.state.stacks[play.stack()["StackId"]].status = "UPDATE_IN_PROGRESS"


STACKS = {"CancelUpdateStack": "demo", "RollbackStack": "kept", "ContinueUpdateRollback": "stuck", "CreateStack": "new"}
PREPARED = {"RollbackStack": failed_create, "ContinueUpdateRollback": stuck}
INSTANCES = {"CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances", "UpdateStackSet"}


def place(operation: str) -> tuple[Play, dict[str, Any]]:
    """An account in which the operation has something to do, and values for the members of its request."""
    scenario = Scenario(
        resources=(
            ResourceFault("Bad"),
            ResourceFault("Other", "update"),
            ResourceFault("Stuck", "rollback"),
        )
    )
    play = Play(scenario)
    play.deploy(template(A=topic("1"), outputs={"O": export("1", "shared")}))
    play.deploy(template(A=topic(imported("shared"))), "importer")
    play.change_set(BODY)
    play("CreateStackSet", StackSetName="fleet", TemplateBody=BODY)
    known = {"StackSetName": "fleet", "Regions": [REGION], "Accounts": [play.cloud.account]}
    made = play("CreateStackInstances", **known)["OperationId"]
    play.settle()
    PREPARED.get(operation, lambda _: None)(play)
    play.settle()
    if operation == "CancelUpdateStack":
        updating(play)
    world = play.cloud.world
    values: dict[str, Any] = {
        **known,
        "StackName": STACKS.get(operation, "demo"),
        "ChangeSetName": "another" if operation == "CreateChangeSet" else "review",
        "TemplateBody": json.dumps({"Resources": {"A": {"Type": "Strange::Type::Here"}}})
        if operation == "GetTemplateSummary"
        else BODY,
        "LogicalResourceId": "A",
        "StackInstanceAccount": play.cloud.account,
        "StackInstanceRegion": REGION,
        "ExportName": "shared",
        "EnableTerminationProtection": False,
        "OperationId": made if operation.startswith(("Describe", "List", "Stop")) else "11111111-aaaa",
        "StackDriftDetectionId": play("DetectStackDrift", StackName="demo")["StackDriftDetectionId"]
        if world.state.stacks and operation == "DescribeStackDriftDetectionStatus"
        else "",
        "RetainStacks": False,
        "StackDefinitions": [{"StackName": "demo"}],
        "StackRefactorId": play("CreateStackRefactor", StackDefinitions=[{"StackName": "demo"}])["StackRefactorId"],
        "TypeName": "AWS::SNS::Topic",
    }
    if operation == "CreateStackSet":
        values["StackSetName"] = "second"
    return play, values


# What a request needs beside its required members before the others are looked at.
TEMPLATE, ACCOUNTS, STACK = {"TemplateBody"}, {"Accounts"}, {"StackName"}
NEEDED = {
    "CreateChangeSet": TEMPLATE,
    "CreateStack": TEMPLATE,
    "UpdateStack": TEMPLATE,
    "CreateStackSet": TEMPLATE,
    "UpdateStackSet": {*TEMPLATE, *ACCOUNTS, "Regions"},
    "CreateStackInstances": ACCOUNTS,
    "UpdateStackInstances": ACCOUNTS,
    "DeleteStackInstances": ACCOUNTS,
    "DescribeChangeSet": STACK,
    "ExecuteChangeSet": STACK,
    "DescribeEvents": STACK,
    "DescribeStackResources": STACK,
    "GetTemplateSummary": TEMPLATE,
}
EXCLUDES = {
    "TemplateURL": "TemplateBody",
    "UsePreviousTemplate": "TemplateBody",
    "PhysicalResourceId": "StackName",
    "DeploymentTargets": "Accounts",
}


@cache
def read(operation: str, member: str) -> bool:
    """Whether the operation looks at the member of a request that has it."""
    play, values = place(operation)
    structure = shape(shape_of(operation, "input") or "")
    wanted = [*structure.get("required", ()), *sorted(NEEDED.get(operation, ())), member]
    absent = EXCLUDES.get(member)
    given = {name: values[name] for name in wanted if name != absent and name in values}
    given.setdefault(member, sample(structure["members"][member]["shape"]))
    request = Request(given)
    with contextlib.suppress(CloudFormationError, KeyError):
        OPERATIONS[operation](play.cloud.world, REGION, request)
    return member in request.seen


def sample(name: str) -> Any:
    """A value of a shape of the service model, as empty as its type allows."""
    form = shape(name)
    empty: dict[str, Any] = {"boolean": False, "list": [], "structure": {}, "map": {}, "integer": 1}
    return empty.get(form["type"], (form.get("enum") or ["x"])[0])


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("CreateStack", {"DisableValidation": True}, "DisableValidation true"),
    ("UpdateStack", {"DisableValidation": True}, "DisableValidation true"),
    ("CreateStackSet", {"PermissionModel": "SERVICE_MANAGED"}, "PermissionModel SERVICE_MANAGED"),
    ("UpdateStackSet", {"AutoDeployment": {"Enabled": True}}, "AutoDeployment.Enabled true"),
    ("CreateStackSet", {"StackId": "arn:x"}, "StackId"),
    *(
        (name, {"CallAs": "DELEGATED_ADMIN"}, "CallAs DELEGATED_ADMIN")
        for name in ("ListStackSets", "DescribeStackSet")
    ),
]
REFUSABLE = {member for _, request, _ in REFUSED for member in request}


@pytest.mark.parametrize(("operation", "member"), list(members()))
def test_every_member_of_every_request_is_read_or_refused_or_known_to_change_nothing(
    operation: str, member: str
) -> None:
    known = (operation, member) in WITHOUT_EFFECT
    assert (member in REFUSABLE or read(operation, member)) is not known


@pytest.mark.parametrize(("operation", "request_", "named"), REFUSED)
def test_what_asks_for_more_than_is_simulated_is_refused_by_name(
    operation: str, request_: dict[str, Any], named: str
) -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()(operation, **request_)
    assert refused.value.code == "ValidationError"
    assert refused.value.message.startswith(f"{named} is not simulated by the rehearsal")


@pytest.mark.parametrize(
    "request_",
    [
        {"CallAs": "SELF", "PermissionModel": "SELF_MANAGED", "AutoDeployment": {"Enabled": False}},
        {"DisableValidation": False},
    ],
)
def test_what_happens_anyway_may_be_said(request_: dict[str, Any]) -> None:
    refuse_unsimulated("CreateStack", request_)


def test_a_change_set_may_go_without_early_validation() -> None:
    refuse_unsimulated("CreateChangeSet", {"DisableValidation": True})


@pytest.mark.parametrize("operation", REASONS)
def test_what_is_known_but_not_simulated_is_refused_with_its_reason(operation: str) -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()(operation)
    assert refused.value.message == f"{operation} is not simulated by the rehearsal: {REASONS[operation]}"
    assert refused.value.code == "InvalidAction"


def test_what_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()("RegisterType")
    assert refused.value.message == "RegisterType is not simulated by the rehearsal"
