"""Releases are recorded, listed and gone back to: through the command, over the rehearsal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from tests.deployment.history import commit
from tests.deployment.project import APP, ENVIRONMENT, NETWORK, ROOT, write_project
from tests.deployment.rehearsed import Player
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

BUCKET = "cfn-artifacts-111122223333-eu-west-1"
_SECRET = ROOT.replace(
    "  Hours:\n    Type: Number\n", "  Password:\n    Type: String\n    NoEcho: true\n  Hours:\n    Type: Number\n"
)
Play = Callable[..., tuple[int, str, str]]


@pytest.fixture
def s3(stage: Standing) -> Iterator[Any]:
    """The artifacts bucket, in which nothing stands yet."""
    with closing(client("s3", stage.url(), region=REGION)) as made:
        if BUCKET in [bucket["Name"] for bucket in made.list_buckets()["Buckets"]]:
            for version in made.list_object_versions(Bucket=BUCKET).get("Versions", ()):
                made.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return write_project(folder)


@pytest.fixture
def play(project: Path, stage: Standing, s3: Any, capsys: pytest.CaptureFixture[str]) -> Play:
    del s3

    def played(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


def _releases(play: Play) -> list[dict[str, Any]]:
    code, out, err = play("releases", "--output", "json")
    assert code == 0, err
    listed: list[dict[str, Any]] = json.loads(out)["releases"]
    return listed


def _edit(project: Path) -> None:
    (project / "rendered/app.yaml").write_text(APP.replace('"000"', '"200"'))
    params = project / "params/dev.yaml"
    params.write_text(params.read_text().replace("application: shop", "application: shop2"))


def test_the_releases_of_a_stack_are_listed_with_the_one_that_stands_now(play: Play, project: Path) -> None:
    assert _releases(play) == []
    assert play("--yes")[0] == 0
    _edit(project)
    assert play("--yes", "--set", "Hours=7")[0] == 0
    second, first = _releases(play)
    assert (second["current"], first["current"]) == (True, False)
    assert (second["outcome"], first["outcome"]) == ("UPDATE_COMPLETE", "CREATE_COMPLETE")
    assert second["time"] > first["time"]
    assert second["by"].startswith("arn:aws:")
    code, out, err = play("releases")
    assert code == 0
    lines = out.splitlines()
    assert second["digest"][:12] in lines[0]
    assert lines[0].endswith("(current)")
    assert not lines[1].endswith("(current)")
    assert err.rstrip().endswith(f"deploy.py --to {first['digest'][:12]} --env dev --rehearse")


def test_a_stack_goes_back_to_the_very_templates_parameters_and_tags_of_a_release(
    play: Play, project: Path, stage: Standing
) -> None:
    assert play("--yes", "--set", "Hours=5")[0] == 0
    with closing(client("cloudformation", stage.url(), region=REGION)) as cloudformation:
        before = _standing(cloudformation)
        _edit(project)
        assert play("--yes")[0] == 0
        assert _standing(cloudformation) != before
        [_, first] = _releases(play)
        code, out, _ = play("plan", "--to", first["digest"][:12])
        assert code == 0
        assert "MaxSessionDuration: 4200 -> 5000" in out
        code, _, err = play("--yes", "--to", f"sha256:{first['digest']}")
        assert code == 0, err
        assert "going back to" in err
        assert _standing(cloudformation) == before
    assert [release["current"] for release in _releases(play)] == [True, False, False]
    code, _, err = play("--yes", "--to", first["digest"][:7])
    assert "nothing to do" in err


def _standing(cloudformation: Any) -> tuple[object, ...]:
    [stack] = cloudformation.describe_stacks(StackName="shop-dev")["Stacks"]
    text = cloudformation.get_template(StackName="shop-dev")["TemplateBody"]
    return text, sorted(each.items() for each in stack["Parameters"]), sorted(each.items() for each in stack["Tags"])


def test_a_git_ref_is_deployed_as_it_was_rendered_and_set_whatever_the_work_tree_says(
    play: Play, project: Path
) -> None:
    commit(project)
    assert play("--yes")[0] == 0
    _edit(project)
    assert play("--yes")[0] == 0
    (project / "rendered/network.yaml").write_text("broken: [")
    (project / "params/dev.yaml").write_text(ENVIRONMENT.replace("DesiredCount: 2", "DesiredCount: 9"))
    (project / "render.py").write_text("raise SystemExit(1)")
    files = {file: file.read_text() for file in project.rglob("*.yaml")}
    code, _, err = play("--yes", "--to", "main")
    assert code == 0, err
    assert "going back to main" in err
    assert files == {file: file.read_text() for file in project.rglob("*.yaml")}
    (project / "rendered/network.yaml").write_text(NETWORK)
    newest, _, first = _releases(play)
    assert newest["digest"] == first["digest"]


def test_going_back_is_guarded_as_any_change_is(play: Play, project: Path) -> None:
    assert play("--yes")[0] == 0
    (project / "rendered/network.yaml").write_text(NETWORK.replace("10.0.0.0", "10.1.0.0"))
    allow = ("--allow", "Network/Vpc", "--allow", "App/Group")
    assert play("--yes", *allow)[0] == 0
    [_, first] = _releases(play)
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 3
    assert "to approve: --allow Network/Vpc --allow App/Group" in err
    assert play("--yes", "--to", first["digest"][:12], *allow)[0] == 0


_ALARM = """\
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: one
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
"""


def test_what_is_protected_now_is_guarded_on_the_way_back_too(play: Play, project: Path) -> None:
    (project / "rendered/app.yaml").write_text(APP + _ALARM)
    commit(project)
    assert play("--yes")[0] == 0
    (project / "rendered/app.yaml").write_text(APP + _ALARM.replace("one", "two"))
    assert play("--yes")[0] == 0, "what replaces an alarm asks for no more"
    params = project / "params/dev.yaml"
    params.write_text(f"{params.read_text()}protect: [App/Alarm]\n")
    [_, first] = _releases(play)
    for to in ("main", first["digest"][:12]):
        code, _, err = play("--yes", "--to", to)
        assert (code, "--allow App/Alarm" in err) == (3, True)


def test_a_secret_is_in_no_record_and_stays_as_the_stack_has_it(play: Play, project: Path, s3: Any) -> None:
    (project / "rendered/root.yaml").write_text(_SECRET)
    assert play("--yes", "--set", "Password=hunter2secret")[0] == 0
    commit(project)
    _edit(project)
    assert play("--yes", "--set", "Password=other3secret")[0] == 0
    bodies = [
        s3.get_object(Bucket=BUCKET, Key=row["Key"])["Body"].read().decode()
        for row in s3.list_objects_v2(Bucket=BUCKET, Prefix="_releases/")["Contents"]
    ]
    assert len(bodies) == 2
    assert not [body for body in bodies if "secret" in body.replace("ManagerSecret", "")]
    [_, first] = _releases(play)
    for to in (first["digest"][:12], "main"):
        code, out, err = play("plan", "--to", to)
        assert code == 0, err
        assert "Password: kept as the stack has it" in out
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 0, err


def test_a_secret_that_the_stack_never_had_is_asked_for(play: Play, project: Path) -> None:
    (project / "rendered/root.yaml").write_text(_SECRET)
    assert play("--yes", "--set", "Password=hunter2secret")[0] == 0
    (project / "rendered/root.yaml").write_text(ROOT)
    assert play("--yes")[0] == 0
    [_, first] = _releases(play)
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 2
    assert "Password: there is no value to keep: stack shop-dev has no such parameter yet" in err
    code, _, err = play("--yes", "--to", first["digest"][:12], "--set", "Password=third4secret")
    assert code == 0, err


def test_parameters_that_the_release_does_not_have_are_named(play: Play, project: Path) -> None:
    assert play("--yes")[0] == 0
    (project / "rendered/root.yaml").write_text(
        ROOT.replace("  Hours:\n", "  Motto:\n    Type: String\n    Default: x\n  Hours:\n")
    )
    assert play("--yes")[0] == 0
    [_, first] = _releases(play)
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 0, err
    assert "has no parameter Motto" in err
    code, _, err = play("--yes", "--to", first["digest"][:12], "--set", "Motto=y")
    assert code == 2
    assert "Motto" in err


def test_templates_that_expired_are_a_clear_refusal(play: Play, project: Path, s3: Any) -> None:
    assert play("--yes")[0] == 0
    [first] = _releases(play)
    _edit(project)
    assert play("--yes")[0] == 0
    [old] = [
        version
        for version in s3.list_object_versions(Bucket=BUCKET, Prefix="shop-dev/app-")["Versions"]
        if _is_of(s3, version, '"000"')
    ]
    s3.delete_object(Bucket=BUCKET, Key=old["Key"], VersionId=old["VersionId"])
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 2
    assert f"are no longer in bucket {BUCKET}" in err
    assert old["Key"] in err
    assert "--to REF" in err


def _is_of(s3: Any, version: dict[str, Any], text: str) -> bool:
    body = s3.get_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])["Body"].read().decode()
    return text in body


def test_other_bytes_under_a_template_of_a_release_are_never_deployed(play: Play, project: Path, s3: Any) -> None:
    assert play("--yes")[0] == 0
    [first] = _releases(play)
    [record] = s3.list_objects_v2(Bucket=BUCKET, Prefix="_releases/")["Contents"]
    body = json.loads(s3.get_object(Bucket=BUCKET, Key=record["Key"])["Body"].read())
    for template in body["templates"]:
        put = s3.put_object(Bucket=BUCKET, Key=template["key"], Body=b"Resources: {}")
        template["version"] = put["VersionId"]
    s3.put_object(Bucket=BUCKET, Key=record["Key"], Body=json.dumps(body).encode())
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 2
    assert "are no longer in bucket" in err


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("sha256:0123456789ab", "has no release sha256:0123456789ab of stack shop-dev"),
        ("0123456789ab", "has no release 0123456789ab of stack shop-dev"),
        ("no-such-branch", "git knows no 'no-such-branch' here"),
        ("--upload-pack=x", "git knows no"),
    ],
)
def test_what_names_nothing_is_refused(play: Play, project: Path, to: str, said: str) -> None:
    commit(project)
    assert play("--yes")[0] == 0
    code, _, err = play("--yes", f"--to={to}")
    assert code == 2
    assert said in err


def test_a_release_is_found_without_a_git_checkout(play: Play) -> None:
    assert play("--yes")[0] == 0
    [first] = _releases(play)
    code, _, err = play("--yes", "--to", first["digest"][:12])
    assert code == 0, err
    code, _, err = play("--yes", "--to", "main")
    assert (code, "is not a git checkout" in err) == (2, True)


def test_a_ref_of_another_stack_or_before_the_environment_is_refused(play: Play, project: Path) -> None:
    params = project / "params/dev.yaml"
    params.rename(project / "params/prod.yaml")
    commit(project)
    (project / "params/prod.yaml").unlink()
    params.write_text(ENVIRONMENT)
    code, _, err = play("plan", "--to", "main")
    assert (code, "main has no params/dev.yaml: it is older than this environment" in err) == (2, True)
    params.write_text(ENVIRONMENT.replace("shop-dev", "other"))
    commit(project)
    params.write_text(ENVIRONMENT)
    code, _, err = play("plan", "--to", "main")
    assert (code, "main is for another stack" in err) == (2, True)


def test_an_environment_of_another_tree_goes_back_to_a_release_and_to_no_ref(play: Play, project: Path) -> None:
    params = project / "params/dev.yaml"
    params.write_text(f"{ENVIRONMENT}rendered: other\n")
    (project / "rendered").rename(project / "other")
    (project / "rendered").mkdir()
    (project / "rendered/root.yaml").write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}")
    commit(project)
    assert play("--yes")[0] == 0
    (project / "other/app.yaml").write_text(APP.replace('"000"', '"200"'))
    assert play("--yes")[0] == 0
    code, _, err = play("--yes", "--to", "main")
    assert (code, "belongs to other" in err) == (2, True)
    [_, first] = _releases(play)
    assert play("--yes", "--to", first["digest"][:12])[0] == 0


def test_a_detached_deployment_is_recorded_without_its_end_and_one_that_failed_is_not(
    play: Play, project: Path, stage: Standing
) -> None:
    assert play("--yes", "--detach")[0] == 0
    assert play("status", "--follow")[0] == 0
    [first] = _releases(play)
    assert (first["outcome"], first["current"]) == (None, True)
    _, out, _ = play("releases")
    assert "not watched" in out


def test_a_kept_plan_is_a_release_once_it_is_executed_and_can_be_gone_back_to(play: Play, project: Path) -> None:
    assert play("--yes")[0] == 0
    _edit(project)
    arn = play("plan", "--keep")[1].splitlines()[-1]
    assert len(_releases(play)) == 1
    assert play("--yes", "--change-set", arn)[0] == 0
    [second, _] = _releases(play)
    assert second["current"]
    (project / "rendered/app.yaml").write_text(
        APP.replace("GroupDescription: app", "GroupDescription: app\n      Tags: []")
    )
    assert play("--yes", "--set", "Hours=9")[0] == 0
    code, _, err = play("--yes", "--to", second["digest"][:12])
    assert code == 0, err
    assert _releases(play)[0]["digest"] == second["digest"]


def test_a_release_that_cannot_be_recorded_is_deployed_all_the_same(project: Path, stage: Standing) -> None:
    from deployment.commands.deploy import deploy
    from deployment.run.outcome import Deployed
    from deployment.run.telling import Progress

    with closing(Player(project, stage.url())) as player:
        run = player.run()

        def refuse(params: dict[str, Any], **_: Any) -> None:
            if params["Key"].startswith("_releases/"):
                params["ExpectedBucketOwner"] = "999999999999"

        run.session.s3.meta.events.register("before-parameter-build.s3.PutObject", refuse)
        assert isinstance(deploy(run), Deployed)
        assert [told for told in player.told if isinstance(told, Progress) and "could not be recorded" in told.text]


def test_an_everyday_update_makes_one_more_call_and_nothing_to_do_none(project: Path, stage: Standing, s3: Any) -> None:
    from deployment.commands.deploy import deploy

    with closing(Player(project, stage.url())) as player:
        deploy(player.run())
        deploy(player.run("Hours=6"))
        assert player.calls["PutObject"] == 1, "its record"
        deploy(player.run("Hours=6"))
        assert player.calls["PutObject"] == 0
        assert sum(player.calls.values()) <= 6


@pytest.mark.parametrize("other", ["--from=main", "--rendered=x", "--change-set=arn:x"])
def test_it_goes_with_no_other_option_that_names_templates(play: Play, other: str) -> None:
    with pytest.raises(SystemExit):
        play("--to", "main", other)
