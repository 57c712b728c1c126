"""From the first look at a bundle to the end of its stack, beside a deploy.py that makes the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handoff.ops import Ops, another_release, deploy_py, ops
from tests.own_system import PROD

pytestmark = pytest.mark.slow
STACK = PROD.stack
BUCKET = PROD.bucket
_ARN = "PhysicalResourceId"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, project: Path, release: Path) -> Iterator[Ops]:
    with ops(tmp_path_factory.mktemp("ops"), project, release) as someone:
        yield someone


@pytest.fixture(scope="module")
def created(here: Ops) -> str:
    """The output while prod was created."""
    return here("deploy", "--env", "prod", "--yes").ended(0).err


def tree(someone: Ops, stack: str = STACK) -> dict[str, Any]:
    """All that DescribeStacks and GetTemplate return of a stack and of those that it nests, by their paths."""
    [body] = someone.aws("cloudformation", "describe-stacks", "--stack-name", stack)["Stacks"]
    template = someone.aws("cloudformation", "get-template", "--template-stage", "Original", "--stack-name", stack)[
        "TemplateBody"
    ]
    rows = someone.aws("cloudformation", "list-stack-resources", "--stack-name", stack)["StackResourceSummaries"]
    nested = {row["LogicalResourceId"]: row[_ARN] for row in rows if row["ResourceType"].endswith("::Stack")}
    return {
        "template": template,
        "resources": sorted((row["LogicalResourceId"], row["ResourceType"], row["ResourceStatus"]) for row in rows),
        "parameters": {row["ParameterKey"]: row["ParameterValue"] for row in body.get("Parameters", ())},
        "outputs": sorted(row["OutputKey"] for row in body.get("Outputs", ())),
        "tags": {row["Key"]: row["Value"] for row in body["Tags"]},
        **{
            name: body.get(name)
            for name in (
                *("Capabilities", "Description", "DisableRollback", "EnableTerminationProtection"),
                *("NotificationARNs", "RoleARN", "RollbackConfiguration", "StackStatus", "TimeoutInMinutes"),
            )
        },
        "policy": someone.aws("cloudformation", "get-stack-policy", "--stack-name", stack),
        "nested": {name: tree(someone, arn) for name, arn in nested.items()},
    }


def bucket(someone: Ops) -> dict[str, Any]:
    """All that was set on the artifacts bucket."""
    named = ("--bucket", BUCKET)
    return {
        what: someone.aws("s3api", what, *named)
        for what in (
            *("get-bucket-policy", "get-bucket-versioning", "get-bucket-encryption", "get-public-access-block"),
            *("get-bucket-lifecycle-configuration", "get-bucket-ownership-controls", "get-bucket-location"),
        )
    }


def test_a_creation_ends_with_what_was_asked_for_after_its_second_step(here: Ops, created: str) -> None:
    stack = tree(here)
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["parameters"]["AlbDeletionProtection"] == "true"
    assert stack["EnableTerminationProtection"] is True
    assert "after the creation, by a second change set: parameter AlbDeletionProtection: false -> true" in created
    assert created.index(f"CREATE_COMPLETE       {STACK}") < created.index("what the creation omitted")


def test_events_are_told_in_the_order_of_their_time_and_each_once(created: str) -> None:
    first, _, second = created.partition("what the creation omitted")
    for told in (first, second):
        lines = [line for line in told.splitlines() if line[2:3] == ":" and line[5:6] == ":"]
        assert len(lines) > 20
        assert [line[:8] for line in lines] == sorted(line[:8] for line in lines)


def test_verify_finds_every_template_of_the_bundle_running(here: Ops, created: str) -> None:
    del created
    told = here("verify", "--env", "prod").ended(0).err
    assert told.count("runs templates/") == 6


def test_nothing_is_left_of_change_sets_and_nothing_is_to_do(here: Ops, created: str) -> None:
    del created
    before = here.aws("cloudformation", "list-change-sets", "--stack-name", STACK)["Summaries"]
    told = here("plan", "--env", "prod", "--exit-code").ended(0).err
    assert "nothing to do" in told
    assert "creating a change set" not in told
    assert here.aws("cloudformation", "list-change-sets", "--stack-name", STACK)["Summaries"] == before
    assert [row["ExecutionStatus"] for row in before] == ["EXECUTE_COMPLETE"] * len(before)


def test_deploy_py_calls_the_stack_its_own_and_has_nothing_to_do(here: Ops, created: str, project: Path) -> None:
    del created
    assert "the files are the same" in deploy_py(here, project, "--env", "prod", "status").ended(0).err
    told = deploy_py(here, project, "--env", "prod", "plan", "--exit-code").ended(0).err
    assert "creating a change set" not in told


def test_it_is_the_stack_that_deploy_py_makes_field_by_field(
    here: Ops, created: str, project: Path, release: Path, tmp_path: Path
) -> None:
    del created
    with ops(tmp_path, project, release) as other:
        deploy_py(other, project, "--env", "prod", "--yes").ended(0)
        ours, theirs = tree(here), tree(other)
        assert bucket(here) == bucket(other)
        assert "nothing to do" in other("plan", "--env", "prod", "--exit-code").ended(0).err
    assert without_made_up(ours) == without_made_up(theirs)


def without_made_up(stack: dict[str, Any]) -> dict[str, Any]:
    """A tree without what two accounts cannot have alike: made-up values of siblings, versions, the release's stamp."""
    lines = [line for line in stack["template"].splitlines() if not line.startswith("# Release: ")]
    if "  Release:" in lines:
        at = lines.index("  Release:")
        del lines[at : at + 4]
    template = [line.partition("?versionId=")[0] for line in lines]
    fed = {name: value for name, value in stack["parameters"].items() if "-" not in value and ":" not in value}
    nested = {name: without_made_up(below) for name, below in stack["nested"].items()}
    return stack | {"template": template, "parameters": fed | {"names": sorted(stack["parameters"])}, "nested": nested}


def test_one_parameter_is_changed_and_nothing_else_needs_an_approval(here: Ops, created: str) -> None:
    del created
    planned = here("plan", "--env", "prod", "--exit-code", "--set", "HealthCheckGracePeriodSeconds=90").ended(4).err
    assert "~ Service  changed in place  AWS::ECS::Service  (HealthCheckGracePeriodSeconds)" in planned
    assert "HealthCheckGracePeriodSeconds: 60 -> 90" in planned
    assert "listed because a sibling's output is not known yet" in planned
    assert "replaced" not in planned
    assert "guarded" not in planned
    told = here.in_shell("bash")("deploy", "--env", "prod", "--set", "HealthCheckGracePeriodSeconds=90", "--yes").ended(
        0
    )
    assert "UPDATE_COMPLETE" in told.err
    assert tree(here)["parameters"]["HealthCheckGracePeriodSeconds"] == "90"
    # A failed set of a nested stack that did not change could never be deleted.
    for name, below in tree(here)["nested"].items():
        assert below["StackStatus"].endswith("_COMPLETE"), name


def test_a_later_bundle_and_the_earlier_one_again(here: Ops, created: str, project: Path, tmp_path: Path) -> None:
    del created
    later = another_release(
        here.bundle, tmp_path / "later", {"templates/ecs.yaml": ("MaximumPercent: 200", "MaximumPercent: 150")}
    )
    forth = here.with_bundle(later)("deploy", "--env", "prod", "--yes").ended(0).err
    assert "Ecs: its template is another one" in forth
    assert "~ Service  changed in place  AWS::ECS::Service" in forth
    assert "runs another template than templates/ecs.yaml" in here("verify", "--env", "prod").ended(1).err
    here("deploy", "--env", "prod", "--yes").ended(0)
    here("verify", "--env", "prod").ended(0)
    assert "the files are the same" in deploy_py(here, project, "--env", "prod", "status").ended(0).err


def test_protection_is_lifted_only_by_name_and_then_the_stack_is_deleted(here: Ops, created: str) -> None:
    del created
    # Its own load balancer is protected, too: that is switched off by an update.
    off = ("--set", "AlbDeletionProtection=false", "--set", "EnvironmentClass=dev")
    here("deploy", "--env", "prod", "--yes", *off).ended(0)
    assert "is protected against deletion" in here("delete", "--env", "prod", "--yes").ended(2).err
    here("protect", "--env", "prod", "--off", "--yes").ended(3)
    here("protect", "--env", "prod", "--off", "--yes", "--allow", "termination-protection").ended(0)
    told = here("delete", "--env", "prod", "--yes").ended(3).err
    assert f"--allow {STACK}" in told
    here("delete", "--env", "prod", "--yes", "--allow", STACK).ended(0)
    rows = here.aws("cloudformation", "list-stacks")["StackSummaries"]
    assert {row["StackStatus"] for row in rows} == {"DELETE_COMPLETE"}
