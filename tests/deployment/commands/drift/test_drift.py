"""What was changed by hand is found over every layer, each by itself, and shown in one report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployment.commands.drift.drift import drift
from deployment.errors import DriftNotDetected, StackBusy, StackStuck, Unreachable
from deployment.run.outcome import Absent, Drifted, PropertyDrift
from rehearsal.scenario.faults import Drift
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.scenes import Scene
from tests.deployment.shapes import FOLLOW_IT, STACK_TYPE, START, stack_arn, stacks


def test_the_root_and_every_layer_are_compared_and_told_in_one_report(scene: Scene) -> None:
    scene.create()
    scene.stage.drift(Drift("App/Role", "MaxSessionDuration", 3600), Drift("Network/Vpc", "*"))
    found = drift(scene.player.run())
    assert isinstance(found, Drifted)
    assert (found.layers, found.changes, found.reverted) == (2, True, ())
    assert {each.path: (each.deleted, each.properties) for each in found.drifts} == {
        ("Network", "Vpc"): (True, ()),
        ("App", "Role"): (False, (PropertyDrift("MaxSessionDuration", "4000", "3600"),)),
    }
    assert scene.player.calls["DetectStackDrift"] == 3
    assert scene.left_behind() == []


def test_a_stack_that_is_as_it_was_made_has_no_drift(scene: Scene) -> None:
    scene.create()
    ended = scene.act(drift)
    assert (ended.code, ended.words.splitlines()[-1]) == (0, f"no drift in {scene.stack} and 2 nested stacks")


def test_a_report_ends_with_the_way_back(scene: Scene) -> None:
    scene.create()
    scene.stage.drift(Drift("App/Role", "MaxSessionDuration", 3600))
    ended = scene.act(drift)
    assert "    MaxSessionDuration: template '4000', actual '3600'\n" in ended.words
    assert ended.words.endswith("to revert it, after a review: python deploy.py drift --revert --env dev\n")


def _body(name: str, *differences: dict[str, Any], status: str = "MODIFIED") -> dict[str, Any]:
    return {
        "StackId": stack_arn(),
        "LogicalResourceId": name,
        "PhysicalResourceId": f"{name}-1",
        "ResourceType": "AWS::X",
        "StackResourceDriftStatus": status,
        "PropertyDifferences": list(differences),
        "Timestamp": START,
    }


def _difference(kind: str, path: str, expected: str, actual: str) -> dict[str, Any]:
    return {"PropertyPath": path, "ExpectedValue": expected, "ActualValue": actual, "DifferenceType": kind}


def _detection(status: str, reason: str | None = None) -> dict[str, Any]:
    body = {"StackId": stack_arn(), "StackDriftDetectionId": "1", "DetectionStatus": status, "Timestamp": START}
    return body | ({"DetectionStatusReason": reason} if reason else {})


def _client(**answers: Any) -> FakeClient:
    given: dict[str, Any] = {
        "describe_stacks": stacks(),
        "list_stack_resources": {"StackResourceSummaries": []},
        "detect_stack_drift": {"StackDriftDetectionId": "1"},
        "describe_stack_drift_detection_status": _detection("DETECTION_COMPLETE"),
        "describe_stack_resource_drifts": {"StackResourceDrifts": []},
    }
    return FakeClient("cloudformation", **{**given, **answers})


def _nested(logical_id: str, status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return {
        "LogicalResourceId": logical_id,
        "ResourceType": STACK_TYPE,
        "PhysicalResourceId": stack_arn(logical_id),
        "ResourceStatus": status,
        "LastUpdatedTimestamp": START,
    }


def _tree(*logical_ids: str) -> Any:
    def resources(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        below = logical_ids if StackName == stack_arn() else ()
        return {"StackResourceSummaries": [_nested(each) for each in below] + [_nested("Gone", "DELETE_COMPLETE")]}

    return resources


def test_every_page_is_read_and_a_value_is_told_on_one_line(tmp_path: Path) -> None:
    pages = [
        {
            "StackResourceDrifts": [
                _body(
                    "A",
                    _difference("NOT_EQUAL", "/Tags", '[ {"Key": "a"} ]', "\n[]"),
                    _difference("ADD", "/New/0", "null", "1"),
                    _difference("REMOVE", "/Old", "plain text", "null"),
                )
            ],
            "NextToken": "more",
        },
        {"StackResourceDrifts": [_body("B", status="DELETED")]},
    ]
    client = _client(describe_stack_resource_drifts=pages)
    found = drift(fake_run(write_project(tmp_path), client))
    assert isinstance(found, Drifted)
    first, second = found.drifts
    assert first.properties == (
        PropertyDrift("Tags", '[{"Key":"a"}]', "[]"),
        PropertyDrift("New/0", None, "1"),
        PropertyDrift("Old", "plain text", None),
    )
    assert (second.path, second.deleted, second.properties) == (("B",), True, ())
    asked = client.named("describe_stack_resource_drifts")
    assert [each.get("NextToken") for each in asked] == [None, "more"]
    assert all(each["StackResourceDriftStatusFilters"] == ["MODIFIED", "DELETED"] for each in asked)


def test_a_detection_is_waited_for(tmp_path: Path) -> None:
    running = _detection("DETECTION_IN_PROGRESS")
    client = _client(describe_stack_drift_detection_status=[running, running, _detection("DETECTION_COMPLETE")])
    run = fake_run(write_project(tmp_path), client)
    assert isinstance(drift(run), Drifted)
    assert run.waiting.clock.monotonic() == 5.0


def test_a_layer_that_cannot_be_compared_is_named_and_what_the_others_say_is_not_lost(tmp_path: Path) -> None:
    def detect(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        return {"StackDriftDetectionId": StackName.split("/")[1]}

    def status(StackDriftDetectionId: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        if StackDriftDetectionId == "App":
            return _detection("DETECTION_FAILED", "Failed to detect drift on resource [Role]")
        return _detection("DETECTION_COMPLETE")

    def drifts(StackName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        return {"StackResourceDrifts": [_body("Vpc")] if StackName == stack_arn("Network") else []}

    client = _client(
        list_stack_resources=_tree("Network", "App"),
        detect_stack_drift=detect,
        describe_stack_drift_detection_status=status,
        describe_stack_resource_drifts=drifts,
    )
    with pytest.raises(DriftNotDetected) as caught:
        drift(fake_run(write_project(tmp_path), client))
    assert caught.value.happened == "the drift of App could not be detected"
    assert caught.value.findings == (
        "App: Failed to detect drift on resource [Role]",
        "drifted: Network/Vpc",
    )


def test_a_layer_that_is_deleted_is_not_asked(tmp_path: Path) -> None:
    client = _client(list_stack_resources=_tree("Network"))
    found = drift(fake_run(write_project(tmp_path), client))
    assert isinstance(found, Drifted)
    assert found.layers == 1
    assert {each["StackName"] for each in client.named("detect_stack_drift")} == {stack_arn(), stack_arn("Network")}


def test_a_layer_whose_stack_is_gone_is_told_and_not_asked(tmp_path: Path) -> None:
    def resources(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        if StackName != stack_arn():
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist")
        return {"StackResourceSummaries": [_nested("Network")]}

    client = _client(list_stack_resources=resources)
    with pytest.raises(DriftNotDetected) as caught:
        drift(fake_run(write_project(tmp_path), client))
    assert caught.value.findings == ("Network: its stack does not exist",)
    assert client.named("detect_stack_drift") == [{"StackName": stack_arn()}]


@pytest.mark.parametrize("answer", [refusal("ValidationError", "Stack with id x does not exist"), "REVIEW_IN_PROGRESS"])
def test_where_there_is_no_stack_nothing_is_compared(tmp_path: Path, answer: Any) -> None:
    absent = refusal("ValidationError", "Stack with id shop-dev does not exist")
    described = stacks(answer) if isinstance(answer, str) else answer
    client = _client(describe_stacks=described, get_template=absent)
    assert isinstance(drift(fake_run(write_project(tmp_path), client)), Absent)
    assert client.named("detect_stack_drift") == []


@pytest.mark.parametrize(
    ("status", "error", "remedy"),
    [
        (
            "UPDATE_IN_PROGRESS",
            StackBusy,
            FOLLOW_IT,
        ),
        ("ROLLBACK_COMPLETE", StackStuck, "python deploy.py recover --env dev"),
        ("UPDATE_FAILED", StackStuck, "python deploy.py recover --env dev"),
    ],
)
def test_a_state_in_which_drift_cannot_be_detected_is_told_with_the_way_out(
    tmp_path: Path, status: str, error: type[StackBusy | StackStuck], remedy: str
) -> None:
    client = _client(describe_stacks=stacks(status), describe_stack_events={"StackEvents": []})
    with pytest.raises(error, match=status) as caught:
        drift(fake_run(write_project(tmp_path), client))
    assert caught.value.remedy == remedy
    assert client.named("detect_stack_drift") == []


def test_a_stack_that_is_said_not_to_be_there_and_has_a_template_is_not_called_absent(tmp_path: Path) -> None:
    absent = refusal("ValidationError", "Stack with id shop-dev does not exist")
    client = _client(describe_stacks=absent, get_template={"TemplateBody": "Resources: {}"})
    with pytest.raises(Unreachable, match="no usable answer"):
        drift(fake_run(write_project(tmp_path), client))
