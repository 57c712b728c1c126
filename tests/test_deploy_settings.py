"""What a run changes beside resources, through the command itself: shown, asked for, guarded where it weakens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from tests.deployment.project import ENVIRONMENT, NETWORK, write_project
from tests.deployment.standing import REGION, Standing, standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
ROLE = "arn:aws:iam::111122223333:role/deployer"
ALARM = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop-5xx"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:deployments"
ALLOW = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/App"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as found:
        yield found


@pytest.fixture
def cloudformation(stage: Standing) -> Iterator[Any]:
    made = client("cloudformation", stage.url(), region=REGION)
    yield made
    made.close()


@pytest.fixture
def project(stage: Standing, tmp_path: Path) -> Path:
    """A project whose stack is deployed as its files say."""
    stage.empty()
    project = write_project(tmp_path)
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    return project


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    capsys.readouterr()
    return played


def _say(project: Path, text: str = "", *, protection: bool = False) -> None:
    """What the environment file says beside what it said when the stack was made."""
    environment = ENVIRONMENT.replace("termination_protection: false", f"termination_protection: {protection}".lower())
    (project / "params/dev.yaml").write_text(environment + text)


def _settings(out: str) -> dict[str, tuple[str | None, str | None]]:
    return {setting["name"]: (setting["before"], setting["after"]) for setting in json.loads(out)["settings"]}


def _stack(cloudformation: Any) -> dict[str, Any]:
    [stack] = cloudformation.describe_stacks(StackName="shop-dev")["Stacks"]
    return dict(stack)


def _sides(play: Play, *arguments: str) -> dict[str, tuple[str | None, str | None]]:
    return _settings(play(*arguments, "--output", "json")[1])


def test_protection_is_switched_on_only_after_it_was_shown_and_asked_for(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, protection=True)
    wanted = {"termination-protection": ("off", "on")}
    assert _sides(play, "plan") == _sides(play, "status") == wanted
    assert play("plan", "--exit-code")[0] == 4
    code, out, err = play("--output", "json")
    assert (code, json.loads(out)["outcome"], _settings(out)) == (3, "declined", wanted)
    assert "Change settings of stack shop-dev in 111122223333/eu-west-1 (settings: termination-protection)?" in err
    assert _stack(cloudformation)["EnableTerminationProtection"] is False
    code, out, err = play("--yes", "--output", "json")
    assert (code, json.loads(out)["outcome"], json.loads(out)["protected"]) == (0, "settings_changed", True)
    assert "shop-dev is CREATE_COMPLETE; changed: termination-protection" in err
    assert _stack(cloudformation)["EnableTerminationProtection"] is True
    assert play("plan", "--exit-code")[0] == 0


@pytest.fixture
def protected(project: Path, play: Play) -> Path:
    """A stack that is protected, and files that say so no more: an older branch is enough."""
    _say(project, protection=True)
    assert play("--yes")[0] == 0
    _say(project)
    return project


@pytest.mark.parametrize("arguments", [["plan"], ["status"], ["status", "--follow"]])
def test_what_only_reads_shows_that_protection_would_go_and_leaves_it(
    protected: Path, play: Play, cloudformation: Any, arguments: list[str]
) -> None:
    assert protected
    code, out, err = play(*arguments, "--yes")
    assert code == 0
    assert "termination-protection: on -> off" in out + err
    assert _sides(play, *arguments) == {"termination-protection": ("on", "off")}
    assert "the files are the same" not in err
    assert _stack(cloudformation)["EnableTerminationProtection"] is True


def test_protection_is_never_switched_off_by_yes_alone(protected: Path, play: Play, cloudformation: Any) -> None:
    assert protected
    for arguments in ([], ["--yes"]):
        code, _, err = play(*arguments)
        assert code == 3
        assert "guarded, so that --yes is not enough: termination-protection" in err
        assert "to approve: --allow termination-protection" in err
        assert _stack(cloudformation)["EnableTerminationProtection"] is True
    assert play("plan", "--exit-code")[0] == 4
    assert play("--yes", "--allow", "termination-protection")[0] == 0
    assert _stack(cloudformation)["EnableTerminationProtection"] is False


def test_protection_goes_with_a_change_only_where_it_is_allowed(
    protected: Path, play: Play, cloudformation: Any
) -> None:
    assert protected
    code, _, err = play("--yes", "--set", "DesiredCount=3")
    assert (code, "--allow termination-protection" in err) == (3, True)
    assert _stack(cloudformation)["StackStatus"] == "CREATE_COMPLETE"
    code, out, _ = play("--yes", "--set", "DesiredCount=3", "--allow", "termination-protection", "--output", "json")
    assert (code, json.loads(out)["protected"]) == (0, False)
    assert _stack(cloudformation)["EnableTerminationProtection"] is False


def test_every_form_of_a_plan_shows_the_settings(protected: Path, play: Play, tmp_path: Path) -> None:
    assert protected
    page = tmp_path / "page.html"
    _, text, _ = play("plan", "--html", str(page))
    assert "shop-dev: update, no resource changes, 1 setting changed" in text
    assert "termination-protection: on -> off" in text
    assert "weakens a protection" in " ".join(text.split())
    assert "termination-protection: on -&gt; off" in page.read_text()
    _, markdown, _ = play("plan", "--output", "markdown")
    assert "| `termination-protection` | `on` | `off` | **guarded:**" in markdown


def test_a_role_that_is_added_is_told_not_to_be_taken_yet_and_goes_with_the_next_change(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, f"role: {ROLE}\n")
    wanted = {"role": (None, ROLE)}
    code, out, _ = play("plan", "--exit-code", "--output", "json")
    [setting] = json.loads(out)["settings"]
    assert (code, _settings(out), setting["deferred"]) == (4, wanted, True)
    assert _sides(play, "status") == wanted
    code, out, err = play("--output", "json")
    assert (code, json.loads(out)["outcome"], _settings(out)) == (0, "unchanged", wanted)
    assert "not changed by this run: role; the next change of the stack applies it" in err
    assert "RoleARN" not in _stack(cloudformation)
    code, out, _ = play("--yes", "--set", "DesiredCount=3", "--output", "json")
    [setting] = json.loads(out)["settings"]
    assert (code, setting["deferred"], setting["applied"]) == (0, False, "with the change set")
    assert _stack(cloudformation)["RoleARN"] == ROLE
    assert _sides(play, "status") == {}


@pytest.fixture
def alarm(stage: Standing) -> Iterator[None]:
    cloudwatch = client("cloudwatch", stage.url(), region=REGION)
    cloudwatch.put_metric_alarm(
        AlarmName=ALARM.rpartition(":")[2],
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="5xx",
        Namespace="shop",
        Period=60,
        Threshold=1,
        Statistic="Sum",
    )
    yield
    cloudwatch.close()


@pytest.mark.usefixtures("alarm")
def test_who_is_told_and_what_rolls_back_goes_with_a_change_and_only_removal_is_guarded(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, f"notifications: ['{TOPIC}']\nrollback_triggers: ['{ALARM}']\nmonitoring_minutes: 5\n")
    wanted = {
        "notifications": (None, TOPIC),
        "rollback-triggers": (None, ALARM),
        "monitoring-minutes": ("0", "5"),
    }
    assert _sides(play, "plan") == _sides(play, "status") == wanted
    assert play("--yes", "--set", "DesiredCount=3")[0] == 0
    stack = _stack(cloudformation)
    assert stack["NotificationARNs"] == [TOPIC]
    assert stack["RollbackConfiguration"] == {
        "RollbackTriggers": [{"Arn": ALARM, "Type": "AWS::CloudWatch::Alarm"}],
        "MonitoringTimeInMinutes": 5,
    }
    _say(project)  # what is not said stays
    assert play("plan", "--exit-code", "--set", "DesiredCount=3")[0] == 0
    _say(project, "notifications: []\nrollback_triggers: []\nmonitoring_minutes: 0\n")
    code, _, err = play("--yes", "--set", "DesiredCount=4")
    assert (code, "--allow rollback-triggers --allow monitoring-minutes" in err) == (3, True)
    allowed = ["--allow", "rollback-triggers", "--allow", "monitoring-minutes"]
    assert play("--yes", "--set", "DesiredCount=4", *allowed)[0] == 0
    assert _stack(cloudformation)["NotificationARNs"] == []
    assert not _stack(cloudformation)["RollbackConfiguration"].get("RollbackTriggers")


def test_a_policy_is_set_by_a_run_with_nothing_else_to_do_and_read_back(
    project: Path, play: Play, cloudformation: Any
) -> None:
    policy = json.dumps({"Statement": [ALLOW, DENY]}, sort_keys=True, separators=(",", ":"))
    (project / "params/policy.json").write_text(json.dumps({"Statement": [ALLOW, DENY]}, indent=2))
    _say(project, "stack_policy: policy.json\n")
    assert _sides(play, "plan") == _sides(play, "status") == {"stack-policy": (None, policy)}
    code, out, _ = play("--yes", "--output", "json")
    assert (code, json.loads(out)["outcome"]) == (0, "settings_changed")
    assert json.loads(cloudformation.get_stack_policy(StackName="shop-dev")["StackPolicyBody"]) == json.loads(policy)
    assert play("plan", "--exit-code")[0] == 0
    assert _sides(play, "status") == {}


def test_a_policy_that_denies_what_is_planned_is_told_and_loosening_it_is_guarded(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, f"stack_policy: {json.dumps({'Statement': [ALLOW, DENY]})}\n")
    assert play("--yes")[0] == 0
    _, out, _ = play("plan", "--set", "DesiredCount=3", "--output", "json")
    [note] = json.loads(out)["notes"]
    assert note.startswith("the stack's policy denies Update:Modify of App: CloudFormation would refuse it")
    assert play("--yes", "--set", "DesiredCount=3")[0] == 1
    for looser in ("{}", json.dumps({"Statement": [ALLOW]})):
        _say(project, f"stack_policy: {looser}\n")
        code, _, err = play("--yes")
        assert (code, "--allow stack-policy" in err) == (3, True)
    _say(project, "stack_policy: {}\n")
    assert play("--yes", "--allow", "stack-policy")[0] == 0
    assert "StackPolicyBody" not in cloudformation.get_stack_policy(StackName="shop-dev")
    assert play("--yes", "--set", "DesiredCount=3")[0] == 0


def test_a_nested_transform_is_acknowledged_and_the_review_says_so(project: Path, play: Play) -> None:
    topic = NETWORK.replace("Outputs:", "  Topic:\n    Type: AWS::SNS::Topic\nOutputs:")
    (project / "rendered/network.yaml").write_text(f"Transform: AWS::LanguageExtensions\n{topic}")
    acknowledged = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND, CAPABILITY_IAM")
    assert _sides(play, "plan")["capabilities"] == acknowledged
    # What a transform makes of the network is not known before: the group in it may be made anew.
    code, out, err = play("--yes", "--allow", "App/Group", "--output", "json")
    assert (code, json.loads(out)["outcome"]) == (0, "deployed"), err
    assert _settings(out)["capabilities"] == acknowledged


def test_a_capability_that_no_template_shows_to_be_needed_is_added_by_the_environment_file(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, "capabilities: [CAPABILITY_NAMED_IAM]\n")
    code, out, _ = play("--yes", "--set", "DesiredCount=3", "--output", "json")
    assert code == 0
    assert _settings(out)["capabilities"] == ("CAPABILITY_IAM", "CAPABILITY_IAM, CAPABILITY_NAMED_IAM")
    assert sorted(_stack(cloudformation)["Capabilities"]) == ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]


def test_a_saved_change_set_of_somebody_else_shows_what_it_carries(
    project: Path, play: Play, cloudformation: Any
) -> None:
    body = cloudformation.get_template(StackName="shop-dev", TemplateStage="Original")["TemplateBody"]
    kept = ["DomainName", "HostedZoneId", "Stage", "Hours"]
    made = cloudformation.create_change_set(
        StackName="shop-dev",
        ChangeSetName="theirs",
        TemplateBody=body,
        Parameters=[
            {"ParameterKey": "DesiredCount", "ParameterValue": "3"},
            *({"ParameterKey": name, "UsePreviousValue": True} for name in kept),
        ],
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "application", "Value": "shop"}],
        IncludeNestedStacks=True,
        NotificationARNs=[TOPIC],
        OnStackFailure="DO_NOTHING",
    )
    code, out, err = play("--yes", "--change-set", made["Id"], "--output", "json")
    assert code == 3, err
    assert _settings(out) == {"notifications": (None, TOPIC), "on-stack-failure": ("ROLLBACK", "DO_NOTHING")}
    assert any("role" in note for note in json.loads(out)["notes"])
    assert "--allow notifications --allow on-stack-failure" in err
    assert "StatusReason" not in _stack(cloudformation)
    assert project


@pytest.fixture
def elsewhere(stage: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without a stack and without a bucket, whose endpoint is not known to be a rehearsal."""
    stage.empty()
    project = write_project(tmp_path, environment=f"{ENVIRONMENT}artifacts_bucket: {tmp_path.name.replace('_', '-')}\n")
    monkeypatch.setenv("AWS_ENDPOINT_URL", stage.url())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return project


def test_a_plan_that_may_not_make_the_bucket_says_what_it_would_need(
    elsewhere: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    code = command.main(["--env", "dev", "plan", "--exit-code", "--output", "json"], elsewhere)
    told = json.loads(capsys.readouterr().out)
    assert (code, told["outcome"], told["create"]) == (4, "planned", True)
    assert [setting["name"] for setting in told["settings"]] == ["artifacts-bucket", "capabilities"]
    assert "no change set was created" in told["notes"][0]
    assert command.main(["--env", "dev", "--output", "json"], elsewhere) == 3
    assert "Create bucket" in json.loads(capsys.readouterr().out)["question"]
    s3 = client("s3", stage.url(), region=REGION)
    assert elsewhere.name.replace("_", "-") not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.close()


def test_a_rehearsal_makes_its_bucket_unasked_and_shows_it(
    elsewhere: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    code = command.main(["--env", "dev", "--rehearse", "plan", "--output", "json"], elsewhere, rehearsal=stage)
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert code == 0
    assert "Create bucket" not in captured.err
    assert told["changes"]
    assert "artifacts-bucket" in [setting["name"] for setting in told["settings"]]


def test_a_first_deployment_shows_the_protection_that_it_switches_on(
    stage: Standing, tmp_path: Path, capsys: pytest.CaptureFixture[str], cloudformation: Any
) -> None:
    stage.empty()
    project = write_project(tmp_path)
    _say(project, f"stack_policy: {json.dumps({'Statement': [ALLOW]})}\nrole: {ROLE}\n", protection=True)
    assert command.main(["--env", "dev", "--rehearse", "--yes", "--output", "json"], project, rehearsal=stage) == 0
    told = json.loads(capsys.readouterr().out)
    names = ["termination-protection", "stack-policy", "role", "capabilities"]
    assert [name for name in _settings(json.dumps(told)) if name != "artifacts-bucket"] == names
    assert told["protected"] is True
    assert _stack(cloudformation)["EnableTerminationProtection"] is True
    assert "StackPolicyBody" in cloudformation.get_stack_policy(StackName="shop-dev")


def test_settings_of_a_wrong_form_are_told_with_file_and_line_and_nothing_is_sent(project: Path, play: Play) -> None:
    _say(project, "notifications: [me]\nmonitoring_minutes: long\nrollback_trigger: []\n")
    code, _, err = play("plan")
    assert code == 2
    assert "params/dev.yaml:11: notifications: 'me' is not the ARN of an SNS topic" in err
    assert "params/dev.yaml:12: monitoring_minutes: 'long' is not a whole number from 0 to 180" in err
    assert "params/dev.yaml:13: rollback_trigger is not a key of an environment file; did you mean rollback_tr" in err


def test_a_detached_deployment_leaves_its_settings_to_the_next_one_and_says_so(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, protection=True)
    code, _, err = play("--yes", "--detach", "--set", "DesiredCount=3")
    assert code == 0
    assert "not set yet: termination-protection; the next deployment after it sets it" in err
    code, _, err = play("status", "--follow")
    assert code == 0
    assert "the next deployment would change termination-protection: off -> on" in err
    assert _stack(cloudformation)["EnableTerminationProtection"] is False
    assert play("--yes", "--set", "DesiredCount=3")[0] == 0
    assert _stack(cloudformation)["EnableTerminationProtection"] is True


def test_another_role_than_the_stack_s_is_shown_and_one_that_is_not_written_stays(
    project: Path, play: Play, cloudformation: Any
) -> None:
    _say(project, f"role: {ROLE}\n")
    assert play("--yes", "--set", "DesiredCount=3")[0] == 0
    _say(project, f"role: {ROLE}-2\n")
    assert _sides(play, "plan", "--set", "DesiredCount=4") == {"role": (ROLE, f"{ROLE}-2")}
    _say(project)
    assert _sides(play, "plan", "--set", "DesiredCount=4") == {}
    assert play("--yes", "--set", "DesiredCount=4")[0] == 0
    assert _stack(cloudformation)["RoleARN"] == ROLE


def test_a_failed_operation_sets_nothing(project: Path, play: Play, cloudformation: Any) -> None:
    missing = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:missing"
    _say(project, f"rollback_triggers: ['{missing}']\n", protection=True)
    assert play("--yes", "--set", "DesiredCount=3")[0] == 1
    assert _stack(cloudformation)["EnableTerminationProtection"] is False
