"""The AWS CLI: `package` and `deploy`, and the commands that are the API's own operations."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.tools.pins import of_requirements
from tests.tools.steps import Place, Step, Tool, same

AWS = Path(sys.executable).with_name("aws")
STACK = "sample"
_TO_IMPORT = [
    {"ResourceType": "AWS::S3::Bucket", "LogicalResourceId": "Kept", "ResourceIdentifier": {"BucketName": "by-hand"}}
]


def _aws(place: Place, *words: str, code: int = 0) -> str:
    return place.run(str(AWS), *words, code=code)


def _cloudformation(place: Place, *words: str, code: int = 0) -> str:
    return _aws(place, "cloudformation", *words, "--output", "json", code=code)


def _deploy(place: Place, *words: str, stack: str = STACK, template: str = "template.yaml", code: int = 0) -> str:
    return _cloudformation(place, "deploy", "--stack-name", stack, "--template-file", template, *words, code=code)


def _bootstrap(place: Place) -> None:
    _aws(place, "s3", "mb", "s3://artifacts")
    _cloudformation(
        *(place, "package", "--template-file", "outer.yaml", "--s3-bucket", "artifacts"),
        *("--output-template-file", "packaged.yaml"),
    )
    same("templates in the bucket", 1, len(place.account.keys("artifacts")))


def _nested(place: Place) -> None:
    _deploy(place, stack="outer", template="packaged.yaml")
    place.ended("outer", "CREATE_COMPLETE", {"Inner": "CREATE_COMPLETE"})
    same("outputs", {"Queue": "inner-queue"}, place.account.outputs("outer"))


def _create(place: Place) -> None:
    _deploy(place)
    place.ended(STACK, "CREATE_COMPLETE", {"Topic": "CREATE_COMPLETE"})
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


def _drift(place: Place) -> None:
    begun = json.loads(_cloudformation(place, "detect-stack-drift", "--stack-name", STACK))
    told = json.loads(
        _cloudformation(
            place,
            "describe-stack-drift-detection-status",
            "--stack-drift-detection-id",
            begun["StackDriftDetectionId"],
        )
    )
    same("what the CLI receives", ("DRIFTED", 1), (told["StackDriftStatus"], told["DriftedStackResourceCount"]))
    same("drift", {"Topic": {"/DisplayName": "by hand"}}, place.account.drifted(STACK))


def _import(place: Place) -> None:
    _aws(place, "s3", "mb", "s3://by-hand")
    template = (place.folder / "template.yaml").read_text(encoding="utf-8")
    kept = "Resources:\n  Kept:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n"
    kept += "    Properties: {BucketName: by-hand}\n"
    (place.folder / "imported.yaml").write_text(template.replace("Resources:\n", kept, 1), encoding="utf-8")
    named = ("--stack-name", STACK, "--change-set-name", "taken")
    _cloudformation(
        *(place, "create-change-set", *named, "--change-set-type", "IMPORT"),
        *("--template-body", "file://imported.yaml", "--resources-to-import", json.dumps(_TO_IMPORT)),
        *("--parameters", "ParameterKey=Show,UsePreviousValue=true"),
    )
    _cloudformation(place, "wait", "change-set-create-complete", *named)
    _cloudformation(place, "execute-change-set", *named)
    _cloudformation(place, "wait", "stack-import-complete", "--stack-name", STACK)
    place.ended(STACK, "IMPORT_COMPLETE", {"Kept": "UPDATE_COMPLETE"})


def _roll_back(place: Place) -> None:
    _deploy(
        *(place, "--parameter-overrides", "Show=three", "WithDoomed=yes"),
        template="imported.yaml",
        code=255,
    )
    place.ended(STACK, "UPDATE_ROLLBACK_COMPLETE", {"Topic": "UPDATE_COMPLETE", "Doomed": "DELETE_COMPLETE"})
    same("what is shown", "two", place.account.outputs(STACK)["Shown"])


def _delete(place: Place) -> None:
    _cloudformation(place, "delete-stack", "--stack-name", STACK)
    _cloudformation(place, "wait", "stack-delete-complete", "--stack-name", STACK)
    place.gone(STACK)
    same("the imported bucket is retained", True, "by-hand" in place.account.buckets())


TOOL = Tool(
    "AWS CLI",
    "awscli",
    "aws_cli",
    of_requirements("dev.txt", "awscli"),
    AWS,
    (
        Step(
            "bootstrap", "`aws s3 mb`, `aws cloudformation package`", "the nested template is in the bucket", _bootstrap
        ),
        Step("nested", "`aws cloudformation deploy`", "status, the nested stack, its output", _nested),
        Step("create", "`aws cloudformation deploy`", "status, resources, outputs", _create),
        Step(
            "change",
            "`aws cloudformation deploy --parameter-overrides`",
            "status, that one resource was updated, outputs",
            _change,
        ),
        Step("no change", "`aws cloudformation deploy --no-fail-on-empty-changeset`", "no new event", _no_change),
        Step("drift", "`aws cloudformation detect-stack-drift`", "the property that differs, and its value", _drift),
        Step(
            "import",
            "`aws cloudformation create-change-set --change-set-type IMPORT`",
            "status, the resource's own",
            _import,
        ),
        Step(
            "roll back",
            "`aws cloudformation deploy` of what fails",
            "status, resources, the outputs of before",
            _roll_back,
        ),
        Step("delete", "`aws cloudformation delete-stack`, `wait`", "deleted, and the retained bucket stands", _delete),
    ),
)
