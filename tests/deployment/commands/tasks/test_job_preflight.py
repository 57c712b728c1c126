"""The job before a deployment: IAM is asked, of the caller, all that running it calls, about what it is run with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from deployment.commands.tasks.job_preflight import JobAnswered, ask_job, tell_job
from deployment.errors import MissingPermissions
from deployment.run.choices import Choices
from deployment.run.preflight.iam_preflight import Unanswered
from deployment.run.run import Run
from deployment.run.telling import Progress
from templates.rendering.deployer_policy import TaskNames, policy
from tests.deployment.commands.tasks.placed import BEGUN, Scene, a_run
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.iam import Asked, allows

ACCOUNT = "123456789012"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/me"
ROLES = {name: f"arn:aws:iam::{ACCOUNT}:role/shop-dev-{name}" for name in ("taskRoleArn", "executionRoleArn")}
SHOP = Environment("dev", Place("p.yaml"), ACCOUNT, "eu-west-1", "shop-dev", "b", False, {}, (), {}, {})
TAKEN = f"arn:aws:iam::{ACCOUNT}:role/path/deployer"
_ROLE = {"Path": "/path/", "RoleName": "deployer", "RoleId": "AROA1234567890123456", "Arn": TAKEN, "CreateDate": BEGUN}
CALLED = {
    "ecs:RunTask",
    "ecs:TagResource",
    "ecs:DescribeTasks",
    "ecs:StopTask",
    "iam:PassRole",
    "logs:GetLogEvents",
}


def rendered() -> list[dict[str, Any]]:
    """What render.py gives anyone who deploys such an environment."""
    found: list[dict[str, Any]] = json.loads(policy(SHOP, tasks=TaskNames("shop", ("shop",))).to_json())["Statement"]
    return found


def simulating(statements: Iterable[Mapping[str, Any]]) -> FakeClient:
    """IAM's simulation of these statements, for one resource and with the context that it gets."""
    known = list(statements)

    def simulated(**asked: Any) -> dict[str, Any]:
        [resource] = asked["ResourceArns"]
        context = {entry["ContextKeyName"]: entry["ContextKeyValues"][0] for entry in asked.get("ContextEntries", ())}
        return {
            "EvaluationResults": [
                {
                    "EvalActionName": name,
                    "EvalDecision": "allowed" if allows(known, Asked(name, resource, context)) else "implicitDeny",
                }
                for name in asked["ActionNames"]
            ]
        }

    return FakeClient("iam", simulate_principal_policy=simulated, get_role={"Role": _ROLE})


def before(iam: FakeClient, *, preflight: bool = True, definition: Any = None) -> tuple[Run, Scene]:
    """A run with a job before it, over this IAM."""
    described = definition or {"taskDefinition": ROLES}
    scene = Scene(FakeClient("ecs", describe_task_definition=described), FakeClient("logs"))
    run = a_run(scene, preflight=preflight)
    client = run.session.client
    session: Any = run.session
    session.client = lambda service, **more: iam if service == "iam" else client(service, **more)
    return replace(run, before=a_job(run), choices=Choices(preflight=preflight)), scene


def a_job(run: Run) -> Run:
    return replace(run, choices=Choices())


def test_the_policy_that_is_rendered_allows_all_that_the_job_needs() -> None:
    iam = simulating(rendered())
    run, scene = before(iam)
    answer = ask_job(run, CALLER)
    assert answer == JobAnswered("migrate", TAKEN, frozenset())
    tell_job(run, answer)
    [told] = [told.text for told in scene.told if isinstance(told, Progress)]
    assert told == f"preflight: {TAKEN} has the permissions that job migrate needs"
    asked = iam.named("simulate_principal_policy")
    assert {name for one in asked for name in one["ActionNames"]} == CALLED
    assert {one["PolicySourceArn"] for one in asked} == {TAKEN}
    passed = [one["ResourceArns"] for one in asked if one["ActionNames"] == ["iam:PassRole"]]
    assert sorted(passed) == sorted([arn] for arn in ROLES.values())


@pytest.mark.parametrize("left_out", sorted(CALLED))
def test_what_the_caller_is_not_allowed_is_named_before_anything_runs(left_out: str) -> None:
    statements = [{**one, "Action": [name for name in one["Action"] if name != left_out]} for one in rendered()]
    run, _ = before(simulating(statements))
    answer = ask_job(run, CALLER)
    assert isinstance(answer, JobAnswered)
    with pytest.raises(MissingPermissions) as caught:
        tell_job(run, answer)
    assert list(caught.value.findings) == [f"job migrate: {left_out}"]
    assert "the deployer's policy" in str(caught.value.remedy)


def test_a_policy_that_is_for_another_cluster_or_other_roles_is_not_enough() -> None:
    other = json.loads(policy(SHOP._replace(stack="other"), tasks=TaskNames("other", ("shop",))).to_json())["Statement"]
    run, _ = before(simulating(other))
    answer = ask_job(run, CALLER)
    assert isinstance(answer, JobAnswered)
    assert {"ecs:RunTask", "iam:PassRole"} <= answer.denied


def test_unasked_a_line_says_that_something_may_be_missing() -> None:
    run, scene = before(simulating([]), preflight=False)
    answer = ask_job(run, f"arn:aws:iam::{ACCOUNT}:user/somebody")
    assert answer is not None
    tell_job(run, answer)
    [told] = [told.text for told in scene.told if isinstance(told, Progress)]
    assert told.endswith("user/somebody may lack 6 IAM actions that job migrate needs; --preflight names them")


NOT_ASKED = refusal("AccessDenied", "not authorized", 403)


@pytest.mark.parametrize("preflight", [True, False])
@pytest.mark.parametrize(
    ("iam", "definition"),
    [
        (FakeClient("iam", simulate_principal_policy=NOT_ASKED, get_role={"Role": _ROLE}), None),
        (FakeClient("iam"), refusal("AccessDeniedException", "not authorized", 400)),
    ],
)
def test_where_iam_or_ecs_may_not_be_asked_it_goes_on_and_a_preflight_says_so(
    iam: FakeClient, definition: Any, preflight: bool
) -> None:
    run, scene = before(iam, preflight=preflight, definition=definition)
    answer = ask_job(run, f"arn:aws:iam::{ACCOUNT}:user/somebody")
    assert isinstance(answer, Unanswered)
    tell_job(run, answer)
    assert [str(told).count("IAM could not be asked about the job") for told in scene.told] == [1] * preflight


def test_a_run_without_a_job_before_it_asks_nothing() -> None:
    assert ask_job(SimpleNamespace(before=None, announced=()), CALLER) is None  # type: ignore[arg-type]
