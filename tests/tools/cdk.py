"""The CDK CLI: bootstrap, an application with an asset, and the commands that CDK alone has (express, refactor, gc)."""

from __future__ import annotations

import json

from tests.tools.account import NUMBER, REGION
from tests.tools.pins import of_lock_file
from tests.tools.steps import PROJECTS, Place, Step, Tool, same

STACK = "Sample"
BUCKET = f"cdk-hnb659fds-assets-{NUMBER}-{REGION}"
_CLI = PROJECTS / "cdk/node_modules/aws-cdk/bin/cdk"
_MADE = {"Topic": "CREATE_COMPLETE", "CodeServiceRole95432636": "CREATE_COMPLETE", "Code": "CREATE_COMPLETE"}


def _cdk(place: Place, *words: str, code: int = 0, **switches: str) -> str:
    return place.run("node", str(_CLI), "--no-color", "--no-notices", *words, code=code, **switches)


def _deploy(place: Place, *words: str, code: int = 0, **switches: str) -> str:
    return _cdk(place, "deploy", "--require-approval", "never", *words, code=code, **switches)


def _bootstrap(place: Place) -> None:
    _cdk(place, "bootstrap")
    same("CDKToolkit", "CREATE_COMPLETE", (place.account.stack("CDKToolkit") or {}).get("StackStatus"))
    parameter = place.account.client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]
    same("its version", place.account.outputs("CDKToolkit")["BootstrapVersion"], parameter["Value"])
    same("its bucket", True, BUCKET in place.account.buckets())
    names = [found["repositoryName"] for found in place.account.client("ecr").describe_repositories()["repositories"]]
    same("its repository", [f"cdk-hnb659fds-container-assets-{NUMBER}-{REGION}"], names)


def _create(place: Place) -> None:
    _deploy(place)
    place.ended(STACK, "CREATE_COMPLETE", _MADE)
    same("outputs", {"Shown": "one"}, place.account.outputs(STACK))
    zipped = [key for key in place.account.keys(BUCKET) if key.endswith(".zip")]
    same("published assets", 1, len(zipped))


def _change(place: Place) -> None:
    _deploy(place, SHOW="two")
    place.ended(STACK, "UPDATE_COMPLETE", {"Topic": "UPDATE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _no_change(place: Place) -> None:
    before = place.account.events(STACK)
    same("that it says so", True, "(no changes)" in _deploy(place, SHOW="two"))
    _cdk(place, "diff", "--fail", SHOW="two")
    same("events", before, place.account.events(STACK))


def _difference(place: Place) -> None:
    said = _cdk(place, "diff", "--fail", code=1, SHOW="one")
    same("that it names the resource", True, "[~] AWS::SNS::Topic Topic" in said)
    same("change sets left", [], place.account.cloudformation.list_change_sets(StackName=STACK)["Summaries"])


def _drift(place: Place) -> None:
    said = _cdk(place, "drift", "--fail", code=1, SHOW="two")
    same("that it says so", True, "1 resource has drifted" in said)
    same("drift", {"Topic": {"/DisplayName": "by hand"}}, place.account.drifted(STACK))


def _import(place: Place) -> None:
    place.account.make_bucket("by-hand")
    (place.folder / "taken.json").write_text(json.dumps({"Kept": {"BucketName": "by-hand"}}), encoding="utf-8")
    _cdk(place, "import", "--force", "--resource-mapping", "taken.json", SHOW="two", KEPT="1")
    place.ended(STACK, "IMPORT_COMPLETE", {"Kept": "UPDATE_COMPLETE"})


def _roll_back(place: Place) -> None:
    _deploy(place, "--no-rollback", code=1, SHOW="three", KEPT="1", DOOMED="1")
    place.ended(STACK, "UPDATE_FAILED", {"Topic": "UPDATE_COMPLETE", "Doomed": "CREATE_FAILED"})
    _cdk(place, "rollback", SHOW="two", KEPT="1")
    place.ended(STACK, "UPDATE_ROLLBACK_COMPLETE", {"Topic": "UPDATE_COMPLETE", "Doomed": "DELETE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _express(place: Place) -> None:
    _deploy(place, "--express", SHOW="four", KEPT="1")
    place.ended(STACK, "UPDATE_COMPLETE", {"Topic": "UPDATE_COMPLETE"})
    same("what is shown", "four", place.account.outputs(STACK)["Shown"])


def _refactor(place: Place) -> None:
    physical = _topic(place, "Topic")
    _cdk(place, "refactor", "--unstable=refactor", "--force", SHOW="four", KEPT="1", MOVED="1")
    same("the topic under its new name", physical, _topic(place, "Moved"))


def _topic(place: Place, logical_id: str) -> object:
    found = place.account.cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def _collect(place: Place) -> None:
    before = place.account.keys(BUCKET)
    kept = ("--confirm=false", "--rollback-buffer-days=0", "--created-buffer-days=0")
    _cdk(place, "gc", "--unstable=gc", "--type=s3", *kept, SHOW="four", KEPT="1", MOVED="1")
    after = place.account.keys(BUCKET)
    same("that something was collected, and nothing in use", (True, True), (len(after) < len(before), bool(after)))


def _delete(place: Place) -> None:
    _cdk(place, "destroy", "--force")
    place.gone(STACK)
    same("the imported bucket is retained", True, "by-hand" in place.account.buckets())


TOOL = Tool(
    "CDK",
    "aws-cdk",
    "cdk",
    of_lock_file("tests/tools/projects/cdk", "aws-cdk"),
    _CLI,
    (
        Step("bootstrap", "`cdk bootstrap`", "status; the bucket, repository and parameter exist", _bootstrap),
        Step("create", "`cdk deploy`", "status, resources, outputs; the asset is in the bucket", _create),
        Step("change", "`cdk deploy`", "status, that one resource was updated, outputs", _change),
        Step("no change", "`cdk deploy`, `cdk diff --fail`", "no new event", _no_change),
        Step("diff", "`cdk diff --fail`", "no change set is left", _difference),
        Step("drift", "`cdk drift --fail`", "the property that differs, and its value", _drift),
        Step("import", "`cdk import --resource-mapping`", "status, the resource's own", _import),
        Step(
            "roll back",
            "`cdk deploy --no-rollback` of what fails, `cdk rollback`",
            "status, resources, outputs of before",
            _roll_back,
        ),
        Step("express", "`cdk deploy --express`", "status, that one resource was updated, outputs", _express),
        Step("refactor", "`cdk refactor`", "the resource has its new logical and its old physical id", _refactor),
        Step("collect", "`cdk gc`", "what no stack uses is gone from the bucket, what one uses stays", _collect),
        Step("delete", "`cdk destroy`", "deleted, and the retained bucket stands", _delete),
    ),
    {"CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_HOME": "home"},
    PROJECTS / "cdk/node_modules",
)
