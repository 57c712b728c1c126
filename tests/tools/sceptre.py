"""sceptre: two stacks of which one reads the other's output, with the templates published to a bucket."""

from __future__ import annotations

import json

from tests.tools.pins import of_requirements
from tests.tools.steps import PROJECT, Place, Step, Tool, no_command, same

SCEPTRE = PROJECT / ".tools/sceptre/bin/sceptre"
STACK = "tools-here-sample"
INNER = "tools-here-inner"
_CONFIG = "here/sample.yaml"


def _sceptre(place: Place, *words: str, show: str = "two", doomed: str = "no", code: int = 0) -> str:
    variables = ("--var", f"show={show}", "--var", f"doomed={doomed}")
    return place.run(str(SCEPTRE), "--no-colour", *variables, *words, code=code)


def _bootstrap(place: Place) -> None:
    _sceptre(place, "launch", "-y", "here/inner.yaml")
    place.ended(INNER, "CREATE_COMPLETE", {"Queue": "CREATE_COMPLETE"})
    same("templates in its bucket", 1, len(place.account.keys("sceptre-templates")))


def _create(place: Place) -> None:
    _sceptre(place, "launch", "-y", _CONFIG, show="one")
    place.ended(STACK, "CREATE_COMPLETE", {"Topic": "CREATE_COMPLETE"})
    same("outputs", {"Shown": "one", "Queue": "inner-queue"}, place.account.outputs(STACK))


def _change(place: Place) -> None:
    _sceptre(place, "create", "-y", _CONFIG, "second")
    place.account.cloudformation.get_waiter("change_set_create_complete").wait(
        StackName=STACK, ChangeSetName="second", WaiterConfig={"Delay": 1}
    )
    said = _sceptre(place, "describe", "change-set", _CONFIG, "second")
    same("that the review names the topic", True, "Topic" in said)
    _sceptre(place, "execute", "-y", _CONFIG, "second")
    place.ended(STACK, "UPDATE_COMPLETE", {"Topic": "UPDATE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _no_change(place: Place) -> None:
    before = place.account.events(STACK), place.account.events(INNER)
    said = _sceptre(place, "launch", "-y", _CONFIG)
    same("how often it says so", 2, said.count("No updates to perform"))
    same("events", before, (place.account.events(STACK), place.account.events(INNER)))


def _drift(place: Place) -> None:
    said = _sceptre(place, "--output", "json", "drift", "show", _CONFIG)
    same("that it says so", True, "by hand" in said)
    same("drift", {"Topic": {"/DisplayName": "by hand"}}, place.account.drifted(STACK))


def _roll_back(place: Place) -> None:
    _sceptre(place, "launch", "-y", _CONFIG, show="three", doomed="yes", code=1)
    place.ended(STACK, "UPDATE_ROLLBACK_COMPLETE", {"Topic": "UPDATE_COMPLETE", "Doomed": "DELETE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _policy(place: Place) -> None:
    _sceptre(place, "set-policy", "--built-in", "deny-all", _CONFIG)
    found = place.account.cloudformation.get_stack_policy(StackName=STACK)["StackPolicyBody"]
    same("what the policy says", ["Deny"], [said["Effect"] for said in json.loads(found)["Statement"]])


def _delete(place: Place) -> None:
    _sceptre(place, "delete", "-y", "here")
    place.gone(STACK)
    place.gone(INNER)


TOOL = Tool(
    "sceptre",
    "sceptre",
    "sceptre",
    of_requirements("sceptre.txt", "sceptre"),
    SCEPTRE,
    (
        Step("bootstrap", "`sceptre launch`", "the stack that others read, its template in the bucket", _bootstrap),
        Step("create", "`sceptre launch`", "status, resources, the other stack's output in its own", _create),
        Step(
            "change", "sceptre create, describe change-set, execute", "status, that one resource was updated", _change
        ),
        Step("no change", "`sceptre launch`", "no new event of either stack", _no_change),
        Step("drift", "`sceptre drift show`", "the property that differs, and its value", _drift),
        no_command("import", "sceptre imports nothing"),
        Step("roll back", "`sceptre launch` of what fails", "status, resources, the outputs of before", _roll_back),
        Step("policy", "`sceptre set-policy`", "the stack's policy", _policy),
        Step("delete", "`sceptre delete`", "both stacks are deleted", _delete),
    ),
)
