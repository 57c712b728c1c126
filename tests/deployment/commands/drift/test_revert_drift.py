"""Drift is reverted layer by layer, after one review of all of them that guards what every review guards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.commands.drift.drift import drift
from deployment.commands.drift.revert_drift import revert
from deployment.errors import ChangeSetFailed, OperationFailed, StackStuck, UnknownAllowance
from deployment.review.review import Kind
from deployment.run.choices import Choices
from deployment.run.outcome import Declined, Drifted
from deployment.run.run import Run
from deployment.run.telling import Progress, Question, Reviewed, Settled, Started
from deployment.template.resource_path import ResourcePath
from rehearsal.scenario.faults import Drift, ResourceFault
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import NETWORK, write_project
from tests.deployment.runs import fake_run
from tests.deployment.scenes import Scene
from tests.deployment.shapes import NO_CHANGES, change_set, detail, row, set_arn, stack_arn, stacks

_ROLE = Drift("App/Role", "MaxSessionDuration", 3600)
_DNS = Drift("Network/Vpc", "EnableDnsSupport", actual=False)
_CIDR = Drift("Network/Vpc", "CidrBlock", "10.9.0.0/16")


@pytest.fixture
def scene(scene: Scene, tmp_path: Path) -> Scene:
    """A stack that exists, with a property on its VPC that can be changed in place."""
    (tmp_path / "rendered/network.yaml").write_text(NETWORK.replace("/16", "/16\n      EnableDnsSupport: true"))
    scene.create()
    return scene


def _reverting(scene: Scene, **choices: Any) -> Run:
    return replace(scene.player.run(), choices=Choices(revert=True, **choices))


def test_every_drifted_layer_is_reviewed_at_once_under_its_path_and_then_taken_back(scene: Scene) -> None:
    scene.stage.drift(_ROLE, _DNS)
    found = drift(_reverting(scene))
    assert isinstance(found, Drifted)
    assert (found.reverted, found.changes) == ((("Network",), ("App",)), False)
    assert [change.path for change in scene.player.reviewed.review.resources] == [("Network", "Vpc"), ("App", "Role")]
    assert scene.player.reviewed.stack == scene.stack
    assert [each.text for each in scene.player.asked] == ["Revert the drift of Network, App in 111122223333/eu-west-1?"]
    order = [type(told) for told in scene.player.told if isinstance(told, Started | Settled | Reviewed)]
    assert order == [Reviewed, Started, Settled, Started, Settled]
    scene.stage.faults()
    again = drift(scene.player.run())
    assert isinstance(again, Drifted)
    assert again.drifts == ()
    assert scene.left_behind() == []


def test_only_what_somebody_changed_is_changed_back(scene: Scene) -> None:
    """The rendered templates differ by now; that is for a deployment."""
    scene.edit()
    scene.stage.drift(_ROLE)
    drift(_reverting(scene))
    [role] = scene.player.reviewed.review.resources
    assert [(each.name, each.before, each.after) for each in role.properties] == [
        ("MaxSessionDuration", "3600", "4000")
    ]


def test_a_replacement_is_guarded_as_in_any_review(scene: Scene) -> None:
    scene.stage.drift(_CIDR)
    ended = scene.act(drift, revert=True)
    assert ended.code == 3
    assert "(1 replaced, 1 guarded)?" in ended.words
    assert "to approve: --allow Network/Vpc" in ended.words
    assert scene.left_behind() == []
    allowed = scene.act(drift, revert=True, allowed=("Network/Vpc",))
    assert allowed.code == 0
    assert "1 resource drifted" in allowed.words
    assert "; reverted" in allowed.words


def test_what_the_environment_protects_is_guarded_too(scene: Scene) -> None:
    scene.stage.drift(Drift("App/Group", "GroupDescription", "theirs"))
    run = _reverting(scene)
    run = replace(run, environment=run.environment._replace(protect=("App/Group",)))
    asked: list[Question] = []

    def approve(question: Question) -> bool:
        asked.append(question)
        return not question.insists

    assert isinstance(drift(replace(run, approve=approve)), Declined)
    assert asked[-1].typed == "App/Group"


def test_an_allowance_for_nothing_guarded_is_refused_and_leaves_nothing(scene: Scene) -> None:
    scene.stage.drift(_ROLE)
    with pytest.raises(UnknownAllowance):
        drift(_reverting(scene, allowed=("Network/Vpc",)))
    assert scene.left_behind() == []


def test_a_no_changes_nothing_and_leaves_nothing_behind(scene: Scene) -> None:
    scene.stage.drift(_ROLE, _DNS)
    run = replace(_reverting(scene), approve=lambda _: False)
    declined = drift(run)
    assert isinstance(declined, Declined)
    assert scene.player.calls["ExecuteChangeSet"] == 0
    assert scene.left_behind() == []


def test_an_interrupt_at_the_question_leaves_nothing_behind(scene: Scene) -> None:
    scene.stage.drift(_ROLE, _DNS)

    def interrupt(_: Question) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drift(replace(_reverting(scene), approve=interrupt))
    assert scene.left_behind() == []


def test_a_layer_that_fails_ends_it_with_the_cause_and_the_others_leave_nothing(scene: Scene) -> None:
    fault = ResourceFault("Network/Vpc", "update", "It is not wanted", 1)
    scene.stage.drift(_ROLE, _DNS, faults=(fault,))
    with pytest.raises(OperationFailed) as caught:
        drift(_reverting(scene))
    assert "is in UPDATE_ROLLBACK_COMPLETE" in caught.value.happened
    assert caught.value.findings == ("Vpc UPDATE_FAILED: It is not wanted",)
    assert caught.value.remedy == "fix the cause, then: python deploy.py drift --revert --env dev"
    assert scene.player.calls["ExecuteChangeSet"] == 1
    assert scene.left_behind() == []


def test_outputs_that_another_layer_has_taken_are_named_where_they_moved(scene: Scene) -> None:
    scene.stage.drift(Drift("Network/Vpc", "*"))
    drift(_reverting(scene))
    notes = [told.text for told in scene.player.told if isinstance(told, Progress) and told.text.startswith("note:")]
    assert notes == [
        "note: Network has other outputs now (VpcId); what reads them keeps the old values until its own stack "
        "is updated"
    ]


def test_a_stack_that_takes_no_change_set_is_compared_but_not_taken_back(scene: Scene) -> None:
    scene.update(ResourceFault("App/Role", "update", "no", 1), ResourceFault("App/Role", "rollback", "no", 2))
    assert scene.status() == "UPDATE_ROLLBACK_FAILED"
    scene.stage.drift(_DNS)
    assert isinstance(drift(scene.player.run()), Drifted)
    with pytest.raises(StackStuck):
        drift(_reverting(scene))


_LAYERS: dict[ResourcePath, str] = {
    ResourcePath(("Network",)): stack_arn("net"),
    ResourcePath(("App",)): stack_arn("app"),
}


def _client(*described: dict[str, Any], **answers: Any) -> FakeClient:
    """Change sets of two layers, as they are described one after the other."""

    def created(StackName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        return {"Id": set_arn(StackName.split("/")[1]), "StackId": StackName}

    given: dict[str, Any] = {
        "describe_stacks": lambda **given: stacks(StackId=given["StackName"]),
        "create_change_set": created,
        "describe_change_set": list(described),
        "delete_change_set": {},
        "get_template": {"TemplateBody": "Resources: {}"},
    }
    return FakeClient("cloudformation", **{**given, **answers})


def test_a_layer_that_cannot_be_taken_back_is_named_before_anybody_is_asked(tmp_path: Path) -> None:
    told: list[Any] = []
    nothing = change_set("net", status="FAILED", reason=NO_CHANGES)
    gone = refusal("ChangeSetNotFound", "ChangeSet does not exist", 404)
    run = fake_run(write_project(tmp_path), _client(nothing, gone), told=told)
    with pytest.raises(ChangeSetFailed) as caught:
        revert(run, {ResourcePath(("Network",)): stack_arn("net")})
    assert caught.value.happened == "the drift of Network was not reverted"
    assert caught.value.findings == ("Network: CloudFormation finds nothing that it could revert",)
    assert not [each for each in told if isinstance(each, Reviewed)]


def test_of_a_layer_that_is_stuck_already_no_change_set_is_asked_for(tmp_path: Path) -> None:
    client = _client(describe_stacks=lambda **given: stacks("UPDATE_ROLLBACK_FAILED", StackId=given["StackName"]))
    with pytest.raises(ChangeSetFailed) as caught:
        revert(fake_run(write_project(tmp_path), client), {ResourcePath(("App",)): stack_arn("app")})
    assert caught.value.findings == ("App: its stack is in UPDATE_ROLLBACK_FAILED and cannot be updated",)
    assert client.named("create_change_set") == []


def test_a_refused_change_set_does_not_keep_the_others_from_being_reviewed(tmp_path: Path) -> None:
    def created(StackName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        if StackName == stack_arn("net"):
            raise refusal("ValidationError", "REVERT_DRIFT is not supported")
        return {"Id": set_arn("app"), "StackId": StackName}

    role = row("Role", detail("MaxSessionDuration", before="3600", after="4000"), kind="AWS::IAM::Role")
    gone = refusal("ChangeSetNotFound", "ChangeSet does not exist", 404)
    client = _client(change_set("app", role), change_set("app", role), gone, create_change_set=created)
    told: list[Any] = []
    declined = revert(fake_run(write_project(tmp_path), client, told=told, approve=lambda _: False), _LAYERS)
    assert isinstance(declined, Declined)
    [reviewed] = [each for each in told if isinstance(each, Reviewed)]
    assert [(each.path, each.kind) for each in reviewed.review.resources] == [(("App", "Role"), Kind.CHANGED)]
    assert any("cannot be reverted" in each.text for each in told if isinstance(each, Progress))
    assert [each["ChangeSetName"] for each in client.named("delete_change_set")] == [set_arn("app")]


def test_a_drift_aware_change_set_is_over_what_the_stack_has_and_never_nested(tmp_path: Path) -> None:
    has: dict[str, Any] = {
        "Parameters": [{"ParameterKey": "VpcId", "ParameterValue": "vpc-1"}],
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    client = _client(
        change_set("net", status="FAILED", reason=NO_CHANGES),
        refusal("ChangeSetNotFound", "gone", 404),
        describe_stacks=lambda **given: stacks(StackId=given["StackName"], **has),
    )
    with pytest.raises(ChangeSetFailed):
        revert(fake_run(write_project(tmp_path), client), {ResourcePath(("Network",)): stack_arn("net")})
    [asked] = client.named("create_change_set")
    assert asked["DeploymentMode"] == "REVERT_DRIFT"
    assert "IncludeNestedStacks" not in asked
    assert asked["UsePreviousTemplate"]
    assert asked["Parameters"] == [{"ParameterKey": "VpcId", "UsePreviousValue": True}]
    assert asked["Tags"] == has["Tags"]
