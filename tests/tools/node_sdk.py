"""The AWS SDK for JavaScript: change sets, waiters, drift detection; the environment alone sets the endpoint."""

from __future__ import annotations

import json

from tests.tools.pins import of_lock_file
from tests.tools.steps import PROJECT, Place, Step, Tool, no_command, same

STACK = "sample"
_MODULES = PROJECT / "tests/second_sdk/node_modules"
_PACKAGE = "@aws-sdk/client-cloudformation"


def _told(place: Place, step: str, wanted: object) -> None:
    """Plays a step of life.mjs; `wanted` is what the SDK must be shown."""
    said = place.run("node", "life.mjs", step, NODE_NO_WARNINGS="1")
    same("what the SDK receives", wanted, json.loads(said))


def _create(place: Place) -> None:
    _told(place, "create", ["Add Topic"])
    place.ended(STACK, "CREATE_COMPLETE", {"Topic": "CREATE_COMPLETE"})
    same("outputs", {"Shown": "one"}, place.account.outputs(STACK))


def _change(place: Place) -> None:
    _told(place, "change", ["Modify Topic"])
    place.ended(STACK, "UPDATE_COMPLETE", {"Topic": "UPDATE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _no_change(place: Place) -> None:
    before = place.account.events(STACK)
    reason = "The submitted information didn't contain changes. Submit different information to create a change set."
    _told(place, "no change", {"Status": "FAILED", "StatusReason": reason})
    same("events", before, place.account.events(STACK))


def _drift(place: Place) -> None:
    _told(place, "drift", "DRIFTED")
    same("drift", {"Topic": {"/DisplayName": "by hand"}}, place.account.drifted(STACK))


def _import(place: Place) -> None:
    place.account.make_bucket("by-hand")
    _told(place, "import", ["Import Kept"])
    place.ended(STACK, "IMPORT_COMPLETE", {"Kept": "UPDATE_COMPLETE"})


def _roll_back(place: Place) -> None:
    _told(place, "roll back", "FAILURE")
    place.ended(STACK, "UPDATE_ROLLBACK_COMPLETE", {"Topic": "UPDATE_COMPLETE", "Doomed": "DELETE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _delete(place: Place) -> None:
    _told(place, "delete", "SUCCESS")
    place.gone(STACK)
    same("the imported bucket is retained", True, "by-hand" in place.account.buckets())


TOOL = Tool(
    "SDK for JavaScript",
    _PACKAGE,
    "node",
    of_lock_file("tests/second_sdk", _PACKAGE),
    _MODULES / _PACKAGE / "package.json",
    (
        no_command("bootstrap", "an SDK needs nothing made first"),
        Step("create", "`CreateChangeSet`, `ExecuteChangeSet`, waiters", "status, resources, outputs", _create),
        Step("change", "the same", "status, that one resource was updated, outputs", _change),
        Step("no change", "`CreateChangeSet`, `DeleteChangeSet`", "no new event", _no_change),
        Step(
            "drift",
            "`DetectStackDrift`, `DescribeStackDriftDetectionStatus`",
            "the property that differs, and its value",
            _drift,
        ),
        Step("import", "`CreateChangeSet` of type IMPORT", "status, the resource's own", _import),
        Step("roll back", "`ExecuteChangeSet` of what fails", "status, resources, the outputs of before", _roll_back),
        Step("delete", "`DeleteStack`, waiter", "deleted, and the retained bucket stands", _delete),
    ),
    modules=_MODULES,
)
