"""The operations of the API on stack refactors; each is planned and executed within its call."""

from typing import Any

from cloudformation.refusals import CloudFormationError, ValidationError
from rehearsal.api.requests import page, present
from rehearsal.change_sets.refactors import Place, Refactoring, actions, carry_out, refactored
from rehearsal.language.template_source import submitted_template
from rehearsal.state.world import World


def create_stack_refactor(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """CreateStackRefactor: what cannot be done is the reason of a refactor that has failed."""
    identifier = world.uuid()
    named = [definition.get("StackName", "") for definition in request["StackDefinitions"]]
    if len(set(named)) != len(named) or not all(named):
        raise ValidationError("Every stack definition must name another stack")
    known = {name: world.find(name, region) for name in named}
    fresh = [name for name, stack in known.items() if stack is None] if request.get("EnableStackCreation") else []
    ids = {name: world.new_stack(region, name, "").id for name in fresh}
    row: dict[str, Any] = {
        "region": region,
        "ids": ids,
        "stacks": [stack.id for stack in known.values() if stack is not None] + list(ids.values()),
        "mappings": [[_place(entry["Source"]), _place(entry["Destination"])] for entry in _mappings(request)],
        "templates": {},
        "actions": [],
        **_shown(identifier, request),
    }
    try:
        for definition in request["StackDefinitions"]:
            stack = known[definition["StackName"]]
            in_use = stack.target.template if stack and stack.target else None
            given = definition if len(definition) > 1 else {"UsePreviousTemplate": True}
            row["templates"][definition["StackName"]] = submitted_template(world, in_use, given)
        row["actions"] = actions(_planned(world, row))
    except CloudFormationError as error:
        row |= {"Status": "CREATE_FAILED", "StatusReason": error.message, "ExecutionStatus": "UNAVAILABLE"}
    _keep(world, region, identifier, row)
    return {"StackRefactorId": identifier}


def _mappings(request: dict[str, Any]) -> list[dict[str, Any]]:
    return list(request.get("ResourceMappings", ()))


def _shown(identifier: str, request: dict[str, Any]) -> dict[str, Any]:
    return {
        "StackRefactorId": identifier,
        "Description": request.get("Description", ""),
        "Status": "CREATE_COMPLETE",
        "StatusReason": "",
        "ExecutionStatus": "AVAILABLE",
        "ExecutionStatusReason": "",
    }


def _place(location: dict[str, str]) -> list[str]:
    return [location["StackName"], location["LogicalResourceId"]]


def _planned(world: World, row: dict[str, Any]) -> Refactoring:
    mappings: dict[Place, Place] = {(source[0], source[1]): (to[0], to[1]) for source, to in row["mappings"]}
    return refactored(world, row["region"], row["templates"], mappings, row["ids"])


def _keep(world: World, region: str, identifier: str, row: dict[str, Any]) -> None:
    world.state.refactors[identifier] = row
    world.touched.add(f"{world.arn(region, 'stackRefactor')} refactor:{identifier}")


def _existing(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    identifier = request["StackRefactorId"]
    row = world.state.refactors.get(identifier)
    if row is None or row["region"] != region:
        text = f"Stack refactor {identifier} does not exist"
        raise CloudFormationError("StackRefactorNotFoundException", text, 404)
    return row


def describe_stack_refactor(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeStackRefactor."""
    row = _existing(world, region, request)
    return _summary(row) | {"StackIds": row["stacks"]}


def _summary(row: dict[str, Any]) -> dict[str, Any]:
    return present(**{name: row[name] for name in _shown("", {})})


def list_stack_refactor_actions(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackRefactorActions."""
    return page("StackRefactorActions", _existing(world, region, request)["actions"], request)


def list_stack_refactors(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ListStackRefactors: the newest first, of a Region."""
    wanted = request.get("ExecutionStatusFilter") or ()
    rows = [row for row in world.state.refactors.values() if row["region"] == region]
    chosen = [row for row in reversed(rows) if not wanted or row["ExecutionStatus"] in wanted]
    return page("StackRefactorSummaries", chosen, request, _summary)


def execute_stack_refactor(world: World, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """ExecuteStackRefactor: planned once more, for what may have happened since."""
    row = _existing(world, region, request)
    if row["ExecutionStatus"] != "AVAILABLE":
        status = row["ExecutionStatus"]
        raise ValidationError(f"Stack refactor {row['StackRefactorId']} cannot be executed in status {status}")
    try:
        carry_out(world, _planned(world, row))
        row["ExecutionStatus"] = "EXECUTE_COMPLETE"
    except CloudFormationError as error:
        row |= {"ExecutionStatus": "EXECUTE_FAILED", "ExecutionStatusReason": error.message}
    _keep(world, region, row["StackRefactorId"], row)
    return {}
