"""How a deployment decides, where CloudFormation says that nothing changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployment.commands.deploy import deploy, plan
from deployment.errors import ChangeSetFailed
from deployment.run.outcome import Planned, Unchanged
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import NO_CHANGES, change_set, set_arn, stack_arn, stacks

_GONE = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)


def _client(made: dict[str, Any], **answers: Any) -> FakeClient:
    given: dict[str, Any] = {
        "describe_stacks": stacks("UPDATE_COMPLETE"),
        "get_template": {"TemplateBody": "Resources: {}"},
        "create_change_set": {"Id": set_arn("root"), "StackId": stack_arn()},
        "describe_change_set": [made, _GONE],
        "delete_change_set": {},
        "list_change_sets": {"Summaries": []},
    }
    return FakeClient("cloudformation", **{**given, **answers})


def test_a_change_set_without_changes_is_taken_away_and_no_failure(tmp_path: Path) -> None:
    client = _client(change_set("root", status="FAILED", reason=NO_CHANGES))
    assert isinstance(deploy(fake_run(write_project(tmp_path), client)), Unchanged)
    assert client.named("delete_change_set") == [{"ChangeSetName": set_arn("root")}]


def test_a_plan_without_changes_says_so(tmp_path: Path) -> None:
    client = _client(change_set("root", status="FAILED", reason=NO_CHANGES))
    planned = plan(fake_run(write_project(tmp_path), client))
    assert isinstance(planned, Planned)
    assert not planned.changes


def test_a_failed_change_set_is_told_and_taken_away(tmp_path: Path) -> None:
    client = _client(change_set("root", status="FAILED", reason="Template error: nonsense"))
    with pytest.raises(ChangeSetFailed) as caught:
        deploy(fake_run(write_project(tmp_path), client))
    assert caught.value.findings == ("root: Template error: nonsense",)
    assert len(client.named("delete_change_set")) == 1


def test_an_update_addresses_the_stack_by_arn_and_asks_for_all_it_needs(tmp_path: Path) -> None:
    client = _client(change_set("root", status="FAILED", reason=NO_CHANGES))
    deploy(fake_run(write_project(tmp_path), client))
    [asked] = client.named("create_change_set")
    assert (asked["StackName"], asked["ChangeSetType"]) == (stack_arn(), "UPDATE")
    assert asked["Capabilities"] == ["CAPABILITY_IAM"]
    assert asked["TemplateURL"].startswith(
        "https://cfn-artifacts-111122223333-eu-west-1.s3.eu-west-1.amazonaws.com/shop-dev/root-"
    )
