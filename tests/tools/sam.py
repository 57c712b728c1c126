"""The SAM CLI: `deploy --resolve-s3` of AWS::Serverless templates, plain and with a nested application, and `sync`."""

from __future__ import annotations

from tests.tools.pins import of_requirements
from tests.tools.steps import PROJECT, Place, Step, Tool, no_command, same

SAM = PROJECT / ".tools/sam/bin/sam"
STACK = "sample"
MANAGED = "aws-sam-cli-managed-default"
_CAPABILITIES = ("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
# What the transform makes of one function behind an HTTP API.
_MADE = (
    "Code",
    "CodeCallPermission",
    "CodeRole",
    "ServerlessHttpApi",
    "ServerlessHttpApiApiGatewayDefaultStage",
    "Topic",
)


def _deploy(place: Place, *words: str, stack: str = STACK, template: str = "template.yaml", code: int = 0) -> str:
    return place.run(
        *(str(SAM), "deploy", "--stack-name", stack, "--template", template, "--resolve-s3", *_CAPABILITIES),
        *("--no-confirm-changeset", "--no-progressbar", *words),
        code=code,
    )


def _sync(place: Place, *words: str) -> str:
    """Its one question is whether this is a stack to develop with."""
    return place.run(
        *(str(SAM), "sync", "--stack-name", "synced", "--no-watch", "--no-dependency-layer", *_CAPABILITIES, *words),
        answer="Y\n",
    )


def _bootstrap(place: Place) -> None:
    _deploy(place, stack="outer", template="outer.yaml")
    same("the managed stack", "CREATE_COMPLETE", (place.account.stack(MANAGED) or {}).get("StackStatus"))
    bucket = place.account.outputs(MANAGED)["SourceBucket"]
    same("its bucket", True, bucket in place.account.buckets())
    same("templates in it", True, any(key.endswith(".template") for key in place.account.keys(bucket)))


def _nested(place: Place) -> None:
    place.ended("outer", "CREATE_COMPLETE", {"Inner": "CREATE_COMPLETE"})
    same("outputs", {"Queue": "inner-queue"}, place.account.outputs("outer"))


def _create(place: Place) -> None:
    _deploy(place)
    place.ended(STACK, "CREATE_COMPLETE", dict.fromkeys(_MADE, "CREATE_COMPLETE"))
    same("outputs", {"Shown": "one"}, place.account.outputs(STACK))


def _change(place: Place) -> None:
    _deploy(place, "--parameter-overrides", "Show=two")
    place.ended(STACK, "UPDATE_COMPLETE", {"Topic": "UPDATE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _no_change(place: Place) -> None:
    before = place.account.events(STACK)
    said = _deploy(place, "--parameter-overrides", "Show=two", "--no-fail-on-empty-changeset")
    same("that it says so", True, "No changes to deploy" in said)
    same("events", before, place.account.events(STACK))


def _roll_back(place: Place) -> None:
    _deploy(place, "--parameter-overrides", "Show=three", "WithDoomed=yes", code=1)
    place.ended(STACK, "UPDATE_ROLLBACK_COMPLETE", {"Topic": "UPDATE_COMPLETE", "Doomed": "DELETE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _synced(place: Place) -> None:
    _sync(place)
    place.ended("synced", "CREATE_COMPLETE", dict.fromkeys(_MADE, "CREATE_COMPLETE"))
    _sync(place, "--parameter-overrides", "Show=two")
    place.ended("synced", "UPDATE_COMPLETE", {"Topic": "UPDATE_COMPLETE"})
    config = (place.account.stack("synced") or {}).get("DeploymentConfig")
    same("how it was deployed", {"Mode": "EXPRESS", "DisableRollback": False}, config)


def _delete(place: Place) -> None:
    bucket = place.account.outputs(MANAGED)["SourceBucket"]
    for stack in (STACK, "synced"):
        place.run(str(SAM), "delete", "--no-prompts", "--stack-name", stack)
        place.gone(stack)
    same("objects left, of the nested application", 2, len(place.account.keys(bucket)))


TOOL = Tool(
    "SAM CLI",
    "aws-sam-cli",
    "sam",
    of_requirements("sam.txt", "aws-sam-cli"),
    SAM,
    (
        Step("bootstrap", "`sam deploy --resolve-s3`", "the managed stack, its bucket, a template in it", _bootstrap),
        Step("nested", "the same, of an AWS::Serverless::Application", "status, the nested stack, its output", _nested),
        Step("create", "`sam deploy --resolve-s3`", "status, all that the transform made, outputs", _create),
        Step("change", "`sam deploy`", "status, that one resource was updated, outputs", _change),
        Step("no change", "`sam deploy --no-fail-on-empty-changeset`", "no new event", _no_change),
        no_command("drift", "SAM detects no drift"),
        no_command("import", "SAM imports nothing"),
        Step("roll back", "`sam deploy` of what fails", "status, resources, the outputs of before", _roll_back),
        Step("sync", "`sam sync --no-watch`", "status, that one resource was updated, EXPRESS", _synced),
        Step("delete", "`sam delete`", "deleted, its objects in the bucket too", _delete),
        no_command("delete nested", "SAM reads back no template URL of another host than AWS's: use the AWS CLI"),
    ),
    {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "1"},
)
