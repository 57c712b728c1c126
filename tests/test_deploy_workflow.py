"""The workflow for the users, .github/workflows/deploy.yml: its shell played in bash, against the rehearsal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import deploy as command
from templates.new_project.answers import is_production
from templates.new_project.deploy_workflow import deploy_workflow
from templates.new_project.own_words import branch_of
from tests.deployment.project import ACCOUNT, APP, ENVIRONMENT, ROOT, write_project
from tests.deployment.runner import PROJECT, WORKFLOW, Job, Runner, check_out, program
from tests.deployment.shop import MODULES, VALUES, write_shop
from tests.deployment.standing import Standing
from tests.deployment.this_process import RehearsalHere
from tests.quick_python import quick_python
from tests.rehearsal.boto import client

_INSTANCE = """\
  Instance:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, InstanceType: !Sub "t3.${Hours}"}
"""
_STACK_POLICY = '{"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}'
_ZONE = "Z0123456789=example.com"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """For all jobs of this file, which start it many times."""
    with quick_python(tmp_path_factory.mktemp("python"), PROJECT) as program:
        yield program


@pytest.fixture
def checkout(stage: Standing, python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose stack is deployed as its files say, deployed from where the same endpoint is configured."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    project = check_out(write_project(folder), python)
    deployed_by_hand(project, stage.url(), monkeypatch)
    return project


def deployed_by_hand(project: Path, url: str, monkeypatch: pytest.MonkeyPatch, region: str = "eu-west-1") -> None:
    """By somebody whose machine is configured for that endpoint, as a job's is."""
    given = {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "hand", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": region}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert command.main(["--env", "dev", "--yes"], project) == 0


@pytest.fixture
def runner(checkout: Path, stage: Standing) -> Runner:
    return Runner(checkout, stage.url())


def changed(project: Path, **parameters: str) -> None:
    """A commit that gives parameters other values."""
    params = project / "params/dev.yaml"
    for name, value in parameters.items():
        kept = [line for line in params.read_text().splitlines() if not line.startswith(f"  {name}:")]
        params.write_text("\n".join([*kept, f"  {name}: {value}", ""]))


@pytest.fixture
def stands(stage: Standing) -> Iterator[Any]:
    cloudformation = client("cloudformation", stage.url(), region="eu-west-1")
    yield cloudformation
    cloudformation.close()


def parameters(cloudformation: Any) -> dict[str, str]:
    [stack] = cloudformation.describe_stacks(StackName="shop-dev")["Stacks"]
    return {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]}


def saved(cloudformation: Any) -> list[str]:
    """The change sets that can still be executed."""
    summaries = cloudformation.list_change_sets(StackName="shop-dev")["Summaries"]
    return [row["ChangeSetName"] for row in summaries if row["ExecutionStatus"] == "AVAILABLE"]


def lines(plan: Job) -> list[list[str]]:
    return [line.split("\t") for line in plan.outputs["plans"].splitlines()]


# --- What is played


@pytest.mark.slow
def test_what_was_reviewed_is_executed_after_the_approval_and_nothing_before(
    runner: Runner, checkout: Path, stands: Any
) -> None:
    changed(checkout, Hours="7")
    plan = runner.job("plan")
    assert plan.code == 0, plan.log
    [[stack, arn, guarded, _]] = lines(plan)
    assert (stack, guarded) == ("platform", "-")
    assert arn.startswith(f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:changeSet/plan-shop-dev-")
    assert "### shop-dev: a deployment would update it: 1 changed in place" in plan.summary
    assert parameters(stands)["Hours"] == "4"
    changed(checkout, Hours="9")  # whatever the templates are by then
    deploy = runner.job("deploy", plan)
    assert deploy.code == 0, deploy.log
    assert parameters(stands)["Hours"] == "7"
    assert re.search("### shop-dev is UPDATE.*COMPLETE after .*: 1 changed in place", deploy.summary)
    assert "::group::Operation" in deploy.log
    assert saved(stands) == []


@pytest.mark.slow
def test_where_nothing_changes_nobody_is_asked(runner: Runner) -> None:
    run = runner.run()
    assert (run.plan.code, run.plan.outputs["plans"]) == (0, ""), run.plan.log
    assert (run.deploy, run.discard) == (None, None)
    assert "no changes" in run.plan.summary


@pytest.mark.slow
def test_a_stack_that_is_not_there_yet_is_created(stage: Standing, python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    runner = Runner(check_out(write_project(folder), python), stage.url())
    # The bucket is made by hand, once: the pipeline may not.
    code, log = runner.script(".venv/bin/python deploy.py --env dev --yes plan", {})
    assert code == 0, log
    first = runner.run()
    assert first.deploy, first.plan.log
    assert (first.deploy.code, first.discard) == (0, None), first.deploy.log
    assert "### shop-dev is CREATE" in first.deploy.summary


@pytest.mark.slow
def test_without_a_bucket_nothing_is_planned_that_anybody_could_approve(python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    with RehearsalHere(PROJECT, ["--account", "444455556666", "--zone", _ZONE]) as here:
        project = write_project(folder, environment=ENVIRONMENT.replace(ACCOUNT, "444455556666"))
        runner = Runner(check_out(project, python), here.url())
        run = runner.run()
        assert (run.plan.code, run.plan.outputs["plans"], run.deploy) == (1, "", None), run.plan.log
        assert "::error title=dev platform::no change set was saved; " in run.plan.log
        assert "bucket cfn-artifacts-444455556666-eu-west-1, for its templates, does not exist" in run.plan.summary
        # Nor where somebody says that only settings change.
        said = Job(0, {"plans": "platform\t-\t-\t0"}, "", "")
        deploy = runner.job("deploy", said)
        assert deploy.code != 0
        assert "more than settings changes by now" in deploy.log


@pytest.mark.slow
def test_a_guarded_change_is_not_asked_for_until_a_run_by_hand_approves_it(
    runner: Runner, checkout: Path, stands: Any
) -> None:
    (checkout / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: new"))
    pushed = runner.run()
    assert (pushed.plan.code, pushed.deploy) == (3, None)
    assert "::error title=dev platform::App/Group is guarded; to approve it" in pushed.plan.log
    assert "**guarded:**" in pushed.plan.summary
    assert pushed.discard
    assert (pushed.discard.code, saved(stands)) == (0, []), pushed.discard.log
    allowed = runner.run(allow="Network/Vpc App/Group")
    assert allowed.deploy, allowed.plan.log
    assert (lines(allowed.plan)[0][2], allowed.deploy.code) == ("App/Group", 0), allowed.deploy.log


@pytest.mark.slow
def test_a_doubt_is_guarded_too(runner: Runner, checkout: Path) -> None:
    (checkout / "rendered/app.yaml").write_text(APP + _INSTANCE)
    assert command.main(["--env", "dev", "--yes"], checkout) == 0
    changed(checkout, Hours="7")
    plan = runner.job("plan")
    assert plan.code == 3, plan.log
    assert "may be replaced" in plan.summary
    assert "::error title=dev platform::App/Instance is guarded" in plan.log


@pytest.mark.slow
def test_an_approval_of_another_run_does_not_execute_what_this_one_does_not_approve(
    runner: Runner, checkout: Path, stands: Any
) -> None:
    """The plans travel as an output: what is approved is asked again where it is executed."""
    (checkout / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: new"))
    plan = runner.job("plan", allow="App/Group")
    assert plan.code == 0, plan.log
    deploy = runner.job("deploy", plan, allow="api:App/Group")
    assert deploy.code == 3, deploy.log
    assert "guarded, so that --yes is not enough: App/Group" in deploy.log


@pytest.mark.slow
def test_a_change_set_that_was_overtaken_is_not_executed(runner: Runner, checkout: Path, stands: Any) -> None:
    changed(checkout, Hours="7")
    first = runner.job("plan")
    changed(checkout, Hours="8")
    second = runner.run()
    assert second.deploy
    assert second.deploy.code == 0, second.deploy.log
    late = runner.job("deploy", first)
    assert late.code == 2
    assert "cannot be used" in late.log
    assert parameters(stands)["Hours"] == "8"
    assert runner.job("discard", first).code == 0  # there is nothing to delete any more


@pytest.mark.slow
def test_what_nobody_approved_is_deleted(runner: Runner, checkout: Path, stands: Any) -> None:
    changed(checkout, Hours="7")
    run = runner.run(approved=False)
    assert run.discard
    assert (run.discard.code, saved(stands)) == (0, []), run.discard.log
    assert parameters(stands)["Hours"] == "4"


@pytest.mark.slow
def test_a_failure_fails_the_job_with_its_first_cause(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    fault = ("--fail", "App/Role:update=No such role")
    with RehearsalHere(PROJECT, ["--account", ACCOUNT, "--zone", _ZONE, *fault]) as here:
        runner = Runner(check_out(write_project(folder), python), here.url())
        deployed_by_hand(folder, here.url(), monkeypatch)
        changed(folder, Hours="7")
        run = runner.run()
        assert run.deploy, run.plan.log
        assert run.deploy.code == 1
        assert "::error title=App/Role UPDATE_FAILED::" in run.deploy.log
        assert "No such role" in run.deploy.summary
        assert run.discard
        assert run.discard.code == 0, run.discard.log


@pytest.mark.slow
def test_settings_alone_are_approved_and_set_without_a_change_set(runner: Runner, checkout: Path, stands: Any) -> None:
    params = checkout / "params/dev.yaml"
    protected = params.read_text().replace("termination_protection: false", "termination_protection: true")
    params.write_text(protected)
    plan = runner.job("plan")
    assert (plan.code, lines(plan)) == (0, [["platform", "-", "-", lines(plan)[0][3]]]), plan.log
    changed(checkout, Hours="7")
    late = runner.job("deploy", plan)
    assert late.code != 0
    assert "more than settings changes by now" in late.log
    params.write_text(protected)
    deploy = runner.job("deploy", plan)
    assert deploy.code == 0, deploy.log
    [stack] = stands.describe_stacks(StackName="shop-dev")["Stacks"]
    assert stack["EnableTerminationProtection"] is True
    assert parameters(stands)["Hours"] == "4"


@pytest.mark.slow
def test_an_approval_covers_the_settings_that_were_shown_and_no_others(
    runner: Runner, checkout: Path, stands: Any
) -> None:
    """What is set beside a change set is not in it: it would follow from how the stack is by then."""
    params = checkout / "params/dev.yaml"
    params.write_text(params.read_text().replace("termination_protection: false", "termination_protection: true"))
    assert command.main(["--env", "dev", "--yes"], checkout) == 0
    changed(checkout, Hours="7")
    plan = runner.job("plan")
    assert plan.code == 0, plan.log
    stands.update_termination_protection(StackName="shop-dev", EnableTerminationProtection=False)
    late = runner.job("deploy", plan)
    assert late.code == 2, late.log
    assert "error: dev platform: other settings would change by now than were reviewed; plan again" in late.log
    assert parameters(stands)["Hours"] == "4"
    stands.update_termination_protection(StackName="shop-dev", EnableTerminationProtection=True)
    assert runner.job("deploy", plan).code == 0
    assert parameters(stands)["Hours"] == "7"


@pytest.mark.slow
def test_settings_alone_are_those_that_were_shown(runner: Runner, checkout: Path, stands: Any) -> None:
    params = checkout / "params/dev.yaml"
    (checkout / "params/policy.json").write_text(_STACK_POLICY)
    params.write_text(params.read_text() + "stack_policy: policy.json\n")
    plan = runner.job("plan")
    assert plan.code == 0, plan.log
    protected = params.read_text().replace("termination_protection: false", "termination_protection: true")
    params.write_text(protected)
    late = runner.job("deploy", plan)
    assert late.code == 2, late.log
    assert "other settings would change by now than were reviewed" in late.log
    [stack] = stands.describe_stacks(StackName="shop-dev")["Stacks"]
    assert stack["EnableTerminationProtection"] is False
    assert "StackPolicyBody" not in stands.get_stack_policy(StackName="shop-dev")


@pytest.mark.slow
def test_a_run_that_a_later_push_has_overtaken_plans_nothing(runner: Runner, checkout: Path, stands: Any) -> None:
    changed(checkout, Hours="7")
    late = replace(runner, newest="f" * 40).run()
    assert (late.plan.code, late.plan.outputs["plans"], late.deploy) == (2, "", None), late.plan.log
    assert f"::error title=not the newest commit::main is at {'f' * 40} by now" in late.plan.log
    assert saved(stands) == []


@pytest.mark.slow
def test_a_file_that_is_wrong_fails_the_plan_and_asks_nobody(runner: Runner, checkout: Path) -> None:
    changed(checkout, DesiredCount="11")
    run = runner.run()
    assert (run.plan.code, run.plan.outputs["plans"], run.deploy, run.discard) == (2, "", None, None)
    assert "DesiredCount" in run.plan.summary
    assert "::error title=deploy.py::" in run.plan.log


@pytest.mark.slow
def test_a_secret_comes_from_the_variable_that_the_environment_file_names_and_stands_in_no_log(
    runner: Runner, checkout: Path, stage: Standing
) -> None:
    secret = ROOT.replace("Parameters:\n", "Parameters:\n  Password: {Type: String, NoEcho: true}\n", 1)
    (checkout / "rendered/root.yaml").write_text(
        secret.replace("        Hours: !Ref Hours\n", "        Hours: !Ref Hours\n        Password: !Ref Password\n")
    )
    app = APP.replace("Parameters:\n", "Parameters:\n  Password: {Type: String, NoEcho: true}\n", 1)
    (checkout / "rendered/app.yaml").write_text(app + "  Topic:\n    Type: AWS::SNS::Topic\n")
    changed(checkout, Password="{from_environment: DB_PASSWORD}")
    given = Runner(checkout, stage.url(), secrets={"DB_PASSWORD": "hunter2-and-more"})
    run = given.run()
    assert run.deploy, run.plan.log
    assert run.deploy.code == 0, run.deploy.log
    for job in (run.plan, run.deploy):
        assert "hunter2" not in job.log + job.summary + json.dumps(dict(job.outputs))


@pytest.mark.slow
def test_the_services_of_an_environment_follow_their_platform(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules, values = ({name: kept[name] for name in ("api", "mail-sender")} for kept in (MODULES, VALUES))
    shop = check_out(write_shop(tmp_path / "checkout", modules, values), python)
    with RehearsalHere(shop, ["--account", "123456789012", "--params", str(shop / "params")]) as here:
        runner = Runner(shop, here.url(), region="ap-northeast-1")
        too_early = runner.run(part="services")
        assert (too_early.plan.code, too_early.deploy) == (5, None)
        deployed_by_hand(shop, here.url(), monkeypatch, "ap-northeast-1")
        services = runner.run(part="services")
        assert [line[0] for line in lines(services.plan)] == ["api", "mail-sender"]
        assert services.deploy
        assert services.deploy.code == 0, services.deploy.log
        assert runner.run(part="services").plan.outputs["plans"] == ""


@pytest.mark.slow
def test_a_job_is_deployed_before_the_service_that_it_runs_before(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their names it would be the other way round; and a guarded change of a service is approved for that one."""
    before = MODULES["api"].replace("defaults=", 'before="migrate", defaults=')
    after_seed = MODULES["migrate"].replace(")\n", ', before="seed")\n')
    modules = {"api": before, "migrate": after_seed, "seed": MODULES["migrate"]}
    values = {**{name: VALUES[name] for name in ("api", "migrate")}, "seed": VALUES["migrate"]}
    shop = check_out(write_shop(tmp_path / "checkout", modules, values), python)
    with RehearsalHere(shop, ["--account", "123456789012", "--params", str(shop / "params")]) as here:
        runner = Runner(shop, here.url(), region="ap-northeast-1")
        deployed_by_hand(shop, here.url(), monkeypatch, "ap-northeast-1")
        services = runner.run(part="services")
        assert [line[0] for line in lines(services.plan)] == ["seed", "migrate", "api"], services.plan.log
        assert services.deploy
        assert services.deploy.code == 0, services.deploy.log


def test_an_environment_without_services_has_nothing_to_plan_for_them(runner: Runner) -> None:
    run = runner.run(part="services")
    assert (run.plan.code, run.plan.outputs["plans"], run.deploy) == (0, "", None), run.plan.log


@pytest.mark.parametrize(("followed", "code"), [(0, 0), (1, 1)])
def test_what_could_not_be_watched_to_its_end_ends_as_the_operation_did(
    tmp_path: Path, followed: int, code: int
) -> None:
    folder = tmp_path / "checkout"
    (folder / "params").mkdir(parents=True)
    (folder / "params/dev.yaml").write_text("region: eu-west-1\n")
    check_out(folder)
    answers = f'#!/bin/bash\necho "$*" >> calls\n[[ "$*" == *--change-set* ]] && exit 6\nexit {followed}\n'
    program(folder / ".venv/bin/python", answers)
    plan = Job(0, {"plans": "platform\tarn:a\t-\t-\napi\tarn:b\tService\t-"}, "", "")
    assert Runner(folder, "http://127.0.0.1:1").job("deploy", plan, allow="api:Service").code == code
    assert (folder / "calls").read_text().splitlines() == [
        "deploy.py --env dev --yes --wait --change-set arn:a --output markdown",
        "deploy.py --env dev status --follow --output markdown",
        "deploy.py --env dev --service api --yes --wait --change-set arn:b --output markdown --allow Service",
        "deploy.py --env dev --service api status --follow --output markdown",
    ]


# --- What is written


def workflows() -> list[dict[str, Any]]:
    files = (WORKFLOW, WORKFLOW.with_name("deploy.yml"))
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]


def test_every_action_is_pinned_to_the_commit_of_a_release() -> None:
    files = sorted(WORKFLOW.parent.iterdir())
    used = [match for file in files for match in re.findall(r"uses: ([^.\s]\S*)(.*)", file.read_text(encoding="utf-8"))]
    assert len(used) > 9
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_there_is_no_secret_and_no_text_of_others_becomes_a_command() -> None:
    called, calling = workflows()
    assert "secrets" not in json.dumps([called, *calling["jobs"].values()])
    scripts = [step["run"] for job in called["jobs"].values() for step in job["steps"] if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]
    assert calling["permissions"] == {"contents": "read"}


def test_an_environment_is_deployed_after_the_one_before_its_platform_first_and_only_where_it_is_switched_on() -> None:
    _, calling = workflows()
    jobs = calling["jobs"]
    environments = [name for name in jobs if not name.endswith("-services")]
    assert list(jobs) == [job for name in environments for job in (name, f"{name}-services")]
    assert [job.get("needs") for job in jobs.values()] == [None, *list(jobs)[:-1]]
    assert "vars.DEPLOY_FROM_CI == 'true'" in jobs[environments[0]]["if"]
    # Nothing is deployed to production before all that is not.
    assert environments == sorted(environments, key=is_production)
    for name, job in jobs.items():
        environment, services = name.removesuffix("-services"), name.endswith("-services")
        assert (PROJECT / f"params/{environment}.yaml").is_file()
        assert job["with"]["environment"] == environment
        assert job["with"]["part"] == ("services" if services else "platform")
        assert job["permissions"] == {"contents": "read", "id-token": "write"}
        if job.get("needs"):
            assert job["if"] == f"${{{{ !cancelled() && needs.{job['needs']}.result == 'success' }}}}"


def test_the_workflow_is_what_a_new_project_of_these_environments_has() -> None:
    text = WORKFLOW.with_name("deploy.yml").read_text(encoding="utf-8")
    environments = [name for name in yaml.safe_load(text)["jobs"] if not name.endswith("-services")]
    assert text == deploy_workflow(environments, branch_of(PROJECT))


def test_a_job_executes_only_in_the_environment_that_is_protected_and_only_after_a_plan_that_succeeded() -> None:
    jobs = workflows()[0]["jobs"]
    assert {name: job["environment"] for name, job in jobs.items()} == {
        "plan": "${{ inputs.environment }}-plan",
        "deploy": "${{ inputs.environment }}",
        "discard": "${{ inputs.environment }}-plan",
    }
    assert (jobs["deploy"]["needs"], jobs["deploy"]["if"]) == ("plan", "needs.plan.outputs.plans != ''")
    assert jobs["discard"]["if"].startswith("always() && needs.plan.outputs.plans != ''")
