"""A creation that leaves something out, through the command itself: announced, followed by it, and never by more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from deployment.commands.creation import as_created, created, in_two_steps
from deployment.commands.deploy import carried_out
from deployment.errors import DeploymentError, NoCredentials, NothingSent, WatchLost
from deployment.run.outcome import Outcome
from deployment.run.prepare import Prepared, prepare
from deployment.run.run import Run
from deployment.terminal.interruption import Interruptions
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.rehearsed import Player
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

Play = Callable[..., tuple[int, str, str]]
STACK = "held-dev"
_ROOT = """\
Metadata: {Deployment: {AtCreation: {Protected: "false", Logs: none}}}
Parameters:
  Protected: {Type: String, Default: "true", AllowedValues: ["true", "false"]}
  Logs: {Type: String, Default: create}
  Size: {Type: String, Default: small}
  Password: {Type: String, NoEcho: true, Default: hunter2}
Resources:
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: data.yaml
      Parameters: {Protected: !Ref Protected, Logs: !Ref Logs, Size: !Ref Size, Password: !Ref Password}
Outputs:
  Logs: {Value: !Ref Logs}
"""
_DATA = """\
Parameters:
  Protected: {Type: String}
  Logs: {Type: String}
  Size: {Type: String}
  Password: {Type: String, NoEcho: true}
Conditions:
  Logged: !Equals [!Ref Logs, create]
Resources:
  Bucket: {Type: AWS::S3::Bucket, Condition: Logged, DeletionPolicy: RetainExceptOnCreate}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Type: network
      Subnets: [subnet-1]
      LoadBalancerAttributes: [{Key: deletion_protection.enabled, Value: !Ref Protected}]
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Size}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Ref Password}}
"""
_POLICY = """\
stack_policy:
  Statement: [{Effect: Deny, Action: "Update:*", Principal: "*", Resource: "*"}]
"""
LATER = {"parameter:Protected": ("false", "true"), "parameter:Logs": ("none", "create")}
NOTE = (
    "the second change set, after the creation, may change this and nothing else: Data/Bucket added, "
    "Data/Balancer changed in place (LoadBalancerAttributes)"
)
TO_COME = "not done yet, because a creation omits it: Protected: false -> true, Logs: none -> create"


class Between(Interruptions):
    """A person, or somebody else, who acts once the first operation of the command has ended."""

    def __init__(self, act: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._act = act

    def rest(self) -> None:
        super().rest()
        act, self._act = self._act, None
        if act is not None:
            act()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    environment = f"{ENVIRONMENT.partition('parameters:')[0].replace('shop-dev', STACK)}parameters: {{}}\n"
    project = write_project(tmp_path, environment=environment, root=_ROOT)
    (project / "rendered/data.yaml").write_text(_DATA)
    return project


@pytest.fixture
def cloudformation(stage: Standing) -> Iterator[Any]:
    made = client("cloudformation", stage.url(), region=REGION)
    yield made
    made.close()


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str, between: Interruptions | None = None) -> tuple[int, str, str]:
        given = ["--env", "dev", "--rehearse", *arguments]
        code = command.main(given, project, between, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    return played


def _settings(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    settings = {row["name"]: (row["before"], row["after"]) for row in document["settings"]}
    return {name: sides for name, sides in settings.items() if name.startswith("parameter:")}


def _stands(cloudformation: Any) -> tuple[str, dict[str, str]]:
    [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    given = {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]}
    return stack["StackStatus"], {name: given[name] for name in ("Protected", "Logs")}


def test_it_ends_with_all_that_was_asked_for_and_one_release(play: Play, cloudformation: Any) -> None:
    code, out, err = play("--yes")
    assert code == 0, err
    assert _stands(cloudformation) == ("UPDATE_COMPLETE", {"Protected": "true", "Logs": "create"})
    assert "Logs=create" in out
    assert err.count("Create stack") == 1
    assert "Update stack" not in err
    assert f"note: {NOTE}" in err
    assert (
        "parameter:Protected: false -> true (by a second change set, in the same run, once the stack is CREATE" in err
    )
    assert err.count("executing on stack") == 2
    assert "nothing to do" in play("--yes")[2]
    listed = play("releases")[1]
    assert (listed.count("CREATE_COMPLETE"), listed.count("(current)")) == (1, 1), listed


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_plan_announces_it_in_every_form(play: Play, form: str, tmp_path: Path) -> None:
    code, out, _ = play("plan", "--exit-code", "--output", form, "--html", str(tmp_path / "review.html"))
    assert code == 4
    page = (tmp_path / "review.html").read_text()
    for text in (out, page):
        said = " ".join(text.replace("`", "").split())
        assert "parameter:Protected" in said
        assert "Data/Balancer changed in place (LoadBalancerAttributes)" in said
    if form == "json":
        document = json.loads(out)
        assert _settings(document) == LATER
        assert "Data/Bucket" not in [change["path"] for change in document["changes"]]


def test_the_value_that_is_set_for_this_run_is_shown_as_it_will_be(play: Play) -> None:
    _, out, _ = play("plan", "--set", "Logs=existing", "--output", "json")
    assert json.loads(out)["overridden"] == {"Logs": "existing"}
    _, out, _ = play("plan", "--set", "Logs=none", "--set", "Protected=false", "--output", "json")
    assert _settings(json.loads(out)) == {}


def test_what_is_interrupted_between_the_two_says_what_is_left_and_the_next_deployment_does_it(
    play: Play, cloudformation: Any
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    code, out, err = play("--yes", "--output", "json", between=Between(interrupt))
    assert code == 130
    assert _stands(cloudformation) == ("CREATE_COMPLETE", {"Protected": "false", "Logs": "none"})
    assert f"interrupted {TO_COME}; the next deployment does it, once the stack exists:" in err
    assert " continues" not in err
    document = json.loads(out)
    assert (document["error"], document["findings"]) == ("Interrupted", [TO_COME])
    assert "deploy.py --env dev --rehearse" in document["remedy"]
    shown = json.loads(play("status", "--output", "json")[1])
    assert _settings(shown) == LATER
    assert {row["name"] for row in shown["differences"]} == {"Protected", "Logs"}
    assert play("plan", "--exit-code")[0] == 4
    assert play("--yes")[0] == 0
    assert _stands(cloudformation)[1] == {"Protected": "true", "Logs": "create"}
    assert _settings(json.loads(play("status", "--output", "json")[1])) == {}


def test_what_somebody_else_changes_between_the_two_stops_the_second(play: Play, cloudformation: Any) -> None:
    def update(*, template: str) -> None:
        body = {"TemplateBody": template} if template else {"UsePreviousTemplate": True}
        kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in ("Protected", "Logs", "Password")]
        size = {"ParameterKey": "Size", "ParameterValue": "large"}
        cloudformation.update_stack(StackName=STACK, Parameters=[*kept, size], **body)
        cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0})

    code, _, err = play("--yes", between=Between(lambda: update(template="")))
    assert code == 1, err
    assert "would make changes that were not announced; it was not executed" in err
    assert "parameter Size differs from what the creation sent" in err
    assert f"stack {STACK} was created and exists {TO_COME} next: review it by itself:" in err
    assert _stands(cloudformation)[1] == {"Protected": "false", "Logs": "none"}


def test_what_the_second_would_change_beside_that_stops_it(play: Play, cloudformation: Any) -> None:
    def retag() -> None:
        template = cloudformation.get_template(StackName=STACK, TemplateStage="Original")["TemplateBody"]
        names = ("Protected", "Logs", "Size", "Password")
        cloudformation.update_stack(
            StackName=STACK,
            Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in names],
            TemplateBody=f"{template}\n  More: {{Value: more}}\n",
            Tags=[{"Key": "application", "Value": "another"}],
        )
        cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0})

    code, _, err = play("--yes", between=Between(retag))
    assert code == 1, err
    assert "root: its template says something else" in err
    assert "Data/Topic: changed in place" in err
    assert _stands(cloudformation)[1] == {"Protected": "false", "Logs": "none"}
    left = [row["ExecutionStatus"] for row in cloudformation.list_change_sets(StackName=STACK)["Summaries"]]
    assert [status for status in left if not status.startswith("EXECUTE_")] == []


def test_what_goes_wrong_between_the_two_is_no_wrong_use(project: Path, stage: Standing) -> None:
    """A wrong use ends with exit code 2, which promises that nothing was changed."""

    def signed_out(run: Run, prepared: Prepared) -> Outcome:
        if run.announced:
            raise NoCredentials("the credentials have expired", remedy="sign in again")
        return carried_out(run, prepared)

    with closing(Player(project, stage.url())) as player:
        run = player.run()
        prepared = prepare(run)
        with pytest.raises(DeploymentError) as caught:
            in_two_steps(run, as_created(run, prepared), prepared, signed_out)
    assert not isinstance(caught.value, NothingSent)
    assert caught.value.findings == (f"stack {STACK} was created and exists", TO_COME)
    assert caught.value.remedy == "sign in again"


def test_an_end_that_could_not_be_observed_says_what_it_leaves_out(project: Path, stage: Standing) -> None:
    def unseen() -> Outcome:
        raise WatchLost("it can no longer be watched", findings=["the network"], remedy="follow it")

    with closing(Player(project, stage.url())) as player:
        run = player.run()
        with pytest.raises(WatchLost) as caught:
            created(as_created(run, prepare(run)), unseen)
    assert caught.value.findings == ("the network", TO_COME)


def test_a_detached_creation_leaves_it_to_the_next_deployment(play: Play, cloudformation: Any) -> None:
    code, _, err = play("--yes", "--detach")
    assert code == 0, err
    assert f"note: {TO_COME}; the next deployment does it, once the stack exists:" in err
    assert "parameter:Protected: false -> true (not by this run: by the next deployment" in err
    followed = json.loads(play("status", "--follow", "--output", "json")[1])
    assert _settings(followed) == LATER
    assert play("--yes")[0] == 0
    assert _stands(cloudformation)[1] == {"Protected": "true", "Logs": "create"}


def test_so_does_a_creation_that_was_planned_before(play: Play, cloudformation: Any) -> None:
    code, out, err = play("plan", "--keep")
    assert code == 0, err
    code, _, err = play("--yes", "--change-set", out.split()[-1])
    assert code == 0, err
    assert "parameter:Protected: false -> true (not by this run: by the next deployment" in err
    assert f"note: {TO_COME}; the next deployment does it, once the stack exists:" in err
    assert _stands(cloudformation) == ("CREATE_COMPLETE", {"Protected": "false", "Logs": "none"})
    assert play("--yes")[0] == 0
    assert _stands(cloudformation)[1] == {"Protected": "true", "Logs": "create"}


def test_a_stack_policy_that_denies_it_is_set_after_it(play: Play, project: Path, cloudformation: Any) -> None:
    file = project / "params/dev.yaml"
    file.write_text(file.read_text() + _POLICY)
    code, _, err = play("--yes")
    assert code == 0, err
    assert _stands(cloudformation)[1] == {"Protected": "true", "Logs": "create"}
    assert "Deny" in cloudformation.get_stack_policy(StackName=STACK)["StackPolicyBody"]
    assert err.index("a second change set follows") < err.index("setting the stack policy")


def test_a_creation_that_is_protected_from_the_start_is_told_what_that_means(play: Play, project: Path) -> None:
    (project / "rendered/root.yaml").write_text(_ROOT.partition("\n")[2])
    _, out, _ = play("plan", "--output", "json")
    [note] = json.loads(out)["notes"]
    assert note.startswith(
        "a creation that fails could not delete resources that are protected from the start: Data/Balancer;"
    )
    assert json.loads(play("plan", "--set", "Protected=false", "--output", "json")[1])["notes"] == []


def test_what_no_resource_reads_is_not_said_to_be_done(play: Play, project: Path, cloudformation: Any) -> None:
    root = _ROOT.replace('Protected: "false", Logs: none', 'Unread: "1"')
    root = root.replace("  Size:", '  Unread: {Type: String, Default: "2"}\n  Size:', 1)
    (project / "rendered/root.yaml").write_text(root)
    code, _, err = play("--yes", "--set", "Protected=false")
    assert code == 0, err
    assert "note: not done yet, because a creation omits it: Unread: 1 -> 2; the next deployment does it" in err
    assert _stands(cloudformation)[0] == "CREATE_COMPLETE"


def test_what_cannot_be_left_out_is_found_in_the_files(play: Play, project: Path) -> None:
    root = project / "rendered/root.yaml"
    root.write_text(_ROOT.replace('{Protected: "false", Logs', '{Protected: "no", Logz'))
    code, _, err = play("plan")
    assert code == 2
    assert "names no parameter: Logz; did you mean Logs?" in err
    assert "Metadata.Deployment.AtCreation of the root template" in err
