"""The codes of refusals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.session import get_session

import rehearsal
from cloudformation.refusals import CloudFormationError

# Codes of the front end ("Common errors" in the API reference and the query protocol), which no model lists.
COMMON = {
    "AccessDenied",
    "ExpiredToken",
    "IncompleteSignature",
    "InternalFailure",
    "InvalidAction",
    "MalformedInput",
    "MalformedQueryString",
    "MissingAction",
    "MissingAuthenticationToken",
    "RequestEntityTooLarge",
    "ServiceUnavailable",
    "SignatureDoesNotMatch",
    "Throttling",
    "ValidationError",
}


def modelled() -> dict[str, str]:
    """The codes on the wire by the names of the exceptions."""
    model = get_session().get_service_model("cloudformation")
    return {shape.name: shape.error_code for shape in model.error_shapes}


def raised() -> Iterator[object]:
    """Every code that the source of the rehearsal refuses with; one that is passed on has been named before."""
    for file in Path(rehearsal.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CloudFormationError":
                yield from [node.args[0].value] if isinstance(node.args[0], ast.Constant) else ()


def test_every_code_is_spelt_as_the_service_model_or_the_front_end_spells_it() -> None:
    found = set(raised())
    assert found <= {*modelled().values(), *COMMON}
    assert {"ChangeSetNotFound", "InvalidChangeSetStatus", "AlreadyExistsException", "LimitExceededException"} <= found


def test_some_codes_drop_exception_on_the_wire_and_some_keep_it() -> None:
    codes = modelled()
    assert codes["ChangeSetNotFoundException"] == "ChangeSetNotFound"
    assert codes["InvalidChangeSetStatusException"] == "InvalidChangeSetStatus"
    for kept in ("AlreadyExists", "InsufficientCapabilities", "LimitExceeded", "TokenAlreadyExists"):
        assert codes[f"{kept}Exception"] == f"{kept}Exception"


@pytest.mark.parametrize(("status", "sender"), [(400, True), (403, True), (499, True), (500, False), (503, False)])
def test_the_caller_is_at_fault_below_500(status: int, sender: bool) -> None:
    error = CloudFormationError("Throttling", "Rate exceeded", status)
    assert (error.status, error.sender, str(error)) == (status, sender, "Throttling: Rate exceeded")
    assert CloudFormationError("ValidationError", "x").status == 400
