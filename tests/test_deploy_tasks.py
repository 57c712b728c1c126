"""Tasks beside deployments, through the command: a job that is run once, one before a deployment, what tasks write."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from render import main as render
from tests.deployment.shop import API, API_VALUES, IMAGE, JOB, MODULES, VALUES, write_services, write_shop
from tests.deployment.shop_commands import deployed, rehearsing, where_tasks
from tests.deployment.this_process import RehearsalHere
from tests.own_system import APP_NAME, DEV

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
BEFORE = API.replace(")\n", ', before="migrate")\n')
SHOP = {**MODULES, "api": BEFORE}
NEW_API = {**VALUES, "api": API_VALUES.replace("shop:1", "shop:2")}
STACK = DEV.stack


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state in which the platform and each service stand."""
    folder = tmp_path_factory.mktemp("stands")
    write_shop(folder / "shop", SHOP)
    for options in ([], ["--service", "migrate"], ["--service", "api"], ["--service", "mail-sender"]):
        deployed(folder / "shop", *options)
    return folder / "state"


@pytest.fixture
def shop(tmp_path: Path, stands: Path) -> Path:
    shutil.copytree(stands, tmp_path / "state")
    return write_shop(tmp_path / "shop", SHOP)


@pytest.fixture
def play(shop: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str, tasks: str = "") -> tuple[int, str, str]:
        capsys.readouterr()
        given = [*rehearsing(shop), *where_tasks(shop, tasks)]
        own = [*arguments[: arguments.index("--")]] if "--" in arguments else [*arguments]
        code = command.main([*own, *given, *arguments[len(own) :]], shop, rehearsal=RehearsalHere)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


def started(shop: Path) -> list[dict[str, Any]]:
    """The tasks that were started, in the order in which they were."""
    [state] = shop.parent.glob("state/*/tasks.json")
    tasks: list[dict[str, Any]] = json.loads(state.read_text())
    return tasks


def change_api(shop: Path) -> None:
    """A new image of the API, which its next deployment brings."""
    write_services(shop, SHOP, NEW_API)
    assert render([], shop) == 0


def test_a_job_is_run_once_and_its_log_is_what_stdout_has(play: Play) -> None:
    code, out, err = play("run", "migrate", tasks='{task: "*-migrate", log: ["1 of 2", "2 of 2"]}')
    assert (code, out) == (0, "1 of 2\n2 of 2\n"), err
    assert "is RUNNING" in err
    assert "of migrate: exit code 0" in err


def test_the_exit_code_of_a_job_is_the_command_s(play: Play) -> None:
    code, out, err = play("run", "migrate", tasks='{task: "*-migrate", exit_code: 42, log: ["no such column"]}')
    assert (code, out) == (42, "no such column\n"), err
    assert "of migrate: exit code 42" in err
    assert "its log again: " in err
    assert "deploy.py logs migrate --env dev" in err


def test_a_task_that_never_runs_is_a_failure_that_says_why_and_what_to_do(play: Play) -> None:
    why = "CannotPullContainerError: pull image manifest has been retried 1 time(s)"
    code, out, err = play("run", "migrate", tasks=f'{{task: "*", not_started: "{why}"}}')
    assert (code, out) == (1, ""), err
    assert f"never ran: {why}" in err
    assert "next: fix what keeps the task from starting" in err
    assert "deploy.py run --env dev --service migrate" in err


def test_capacity_that_is_not_there_is_told_with_the_command_to_try_again(play: Play) -> None:
    why = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
    code, _, err = play("run", "migrate", tasks=f'{{task: "*", refused: "{why}"}}')
    assert code == 1
    assert f"error: ECS started no task of migrate\n  {why}\nnext: try again in a few minutes: " in err


def test_another_command_is_run_in_the_task_of_a_service_and_it_is_kept_what_was_asked(play: Play, shop: Path) -> None:
    code, out, err = play("run", "api", "--", "manage.py", "migrate", "--list", tasks='{task: "*-api", log: ["0001"]}')
    assert (code, out) == (0, "0001\n"), err
    task = started(shop)[-1]
    overrides = {"containerOverrides": [{"name": "api", "command": ["manage.py", "migrate", "--list"]}]}
    assert task["asked"]["overrides"] == overrides
    assert task["asked"]["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "ENABLED"
    assert len(task["asked"]["networkConfiguration"]["awsvpcConfiguration"]["subnets"]) == 2


def test_the_report_of_a_run_tells_its_exit_code_and_stdout_is_that_alone(play: Play) -> None:
    code, out, err = play("run", "migrate", "--output", "json", tasks='{task: "*", exit_code: 3, log: ["no"]}')
    document = json.loads(out)
    assert (code, document["outcome"], document["exit_code"]) == (3, "ran", 3)
    assert document["stack"] == f"{STACK}-migrate"
    assert "\nno\n" in err


def test_what_tasks_have_written_can_be_read_later(play: Play) -> None:
    assert play("run", "migrate", tasks='{task: "*", log: ["first", "second"]}')[0] == 0
    code, out, err = play("logs", "migrate")
    assert code == 0, err
    assert [line.split("  ")[2] for line in out.splitlines()] == ["first", "second"]
    assert {line.split("  ")[1].partition("/")[0] for line in out.splitlines()} == {"migrate"}
    assert f"2 lines of migrate, from log group {STACK}-migrate-LogGroup-" in err


def test_the_platform_s_own_service_is_found_by_its_name(play: Play) -> None:
    code, out, err = play("logs", "myservice", "--since", "2d")
    assert (code, out) == (0, ""), err
    assert "0 lines of " in err
    code, _, err = play("run", "myservice")
    assert code == 2
    assert f"error: myservice cannot be run: the platform {STACK} exports no task definition of its own service" in err
    assert (
        "next: create a job with the same image (render.py --new-service NAME --kind job), or open a running task: "
        in err
    )
    assert "deploy.py exec myservice --env dev" in err
    assert "of its services api, mail-sender, migrate one is run, for example: " in err
    code, _, err = play("run", "myservice", "--", "manage.py", "shell")
    assert "deploy.py run api --env dev" in err
    assert err.rstrip().endswith("-- manage.py shell")
    code, _, err = play("logs", "nobody")
    assert (code, "has no service named 'nobody'" in err) == (2, True)


def test_a_service_that_is_not_deployed_runs_nothing(play: Play, shop: Path) -> None:
    assert play("delete", "--service", "mail-sender", "--yes", "--allow", f"{STACK}-mail-sender")[0] == 0
    for action in ("run", "logs"):
        code, _, err = play(action, "mail-sender")
        assert (code, f"stack {STACK}-mail-sender does not exist" in err) == (5, True)
        assert "next: deploy it first: " in err


def test_no_shell_opens_in_a_rehearsal(play: Play) -> None:
    code, _, err = play("exec", "api")
    assert (code, "a rehearsal runs no containers" in err) == (2, True)


def test_the_job_runs_before_the_deployment_that_its_service_names_it_for(play: Play, shop: Path) -> None:
    change_api(shop)
    before = len(started(shop))
    code, out, _ = play("plan", "--service", "api")
    assert code == 0
    assert "job migrate runs before the execution" in out
    assert len(started(shop)) == before
    code, _, err = play("--service", "api", "--yes", tasks='{task: "*-migrate", log: ["0042 done"]}')
    assert code == 0, err
    assert f"running job migrate before the execution on stack {STACK}-api" in err
    assert "migrate: 0042 done\n" in err
    assert err.index("job migrate ended with exit code 0") < err.index("executing on stack")
    assert len(started(shop)) == before + 1


def test_a_job_that_fails_stops_the_deployment_and_leaves_nothing_behind(play: Play, shop: Path) -> None:
    change_api(shop)
    code, _, err = play("--service", "api", "--yes", tasks='{task: "*-migrate", exit_code: 3, log: ["no column"]}')
    assert code == 1
    assert f"error: job migrate ended with exit code 3; nothing was executed on stack {STACK}-api" in err
    assert "  log: no column\nnext: fix what its log says, then: " in err
    assert "executing on stack" not in err
    code, out, err = play("status", "--service", "api", "--output", "json")
    assert json.loads(out)["status"] == "CREATE_COMPLETE"
    assert "change set" not in out
    code, _, err = play("--service", "api", "--yes", tasks='{task: "*-migrate", not_started: "no such image"}')
    assert code == 1
    assert "error: job migrate did not run; nothing was executed" in err
    assert play("--service", "api", "--yes")[0] == 0


def test_where_nothing_changes_no_job_runs(play: Play, shop: Path) -> None:
    code, _, err = play("--service", "api", "--yes")
    assert (code, "running job" in err) == (0, False)


def test_a_job_that_is_not_what_the_files_say_is_to_be_deployed_first(play: Play, shop: Path) -> None:
    write_services(shop, SHOP, {**NEW_API, "migrate": IMAGE.replace("shop:1", "shop:2")})
    assert render([], shop) == 0
    code, out, _ = play("plan", "--service", "api")
    assert code == 0
    assert f"now: stack {STACK}-migrate is not up to date: ContainerImage" in " ".join(out.split())
    code, _, err = play("--service", "api", "--yes")
    assert code == 5
    assert "error: job migrate, which runs before api is deployed, is not ready" in err
    assert "next: deploy the job first: " in err
    assert "deploy.py --env dev --service migrate --rehearse" in err
    assert "--service migrate" in err.split("next:")[1]
    assert play("--service", "migrate", "--yes")[0] == 0
    code, _, err = play("--service", "api", "--yes")
    assert (code, "job migrate ended with exit code 0" in err) == (0, True)


def test_a_saved_change_set_is_executed_after_the_job(play: Play, shop: Path) -> None:
    change_api(shop)
    code, out, _ = play("plan", "--service", "api", "--keep")
    assert code == 0
    arn = out.splitlines()[-1]
    code, _, err = play("--service", "api", "--change-set", arn, "--yes", tasks='{task: "*-migrate", exit_code: 1}')
    assert (code, "error: job migrate ended with exit code 1" in err) == (1, True)
    code, _, err = play("--service", "api", "--change-set", arn, "--yes", "--detach")
    assert code == 0, err
    assert err.index("job migrate ended with exit code 0") < err.index("executing on stack")


def test_a_saved_change_set_whose_job_the_files_do_not_name_is_refused(play: Play, shop: Path) -> None:
    change_api(shop)
    arn = play("plan", "--service", "api", "--keep")[1].splitlines()[-1]
    write_services(shop, {**SHOP, "api": API, "migrate": JOB}, NEW_API)
    assert render([], shop) == 0
    code, _, err = play("--service", "api", "--change-set", arn, "--yes")
    assert code == 2
    assert "the saved change set names migrate to run before it, but the files name none" in err


def test_going_back_to_an_earlier_release_runs_no_job(play: Play, shop: Path) -> None:
    change_api(shop)
    assert play("--service", "api", "--yes")[0] == 0
    releases = json.loads(play("releases", "--service", "api", "--output", "json")[1])["releases"]
    code, _, err = play("--service", "api", "--to", releases[1]["digest"][:12], "--yes")
    assert code == 0, err
    assert "running job" not in err


def test_a_shell_is_opened_by_the_aws_cli_in_a_running_task_of_the_service(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, text in {"aws": 'printf "%s\\n" "$@"; exit 5', "session-manager-plugin": "exit 1"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    [state] = (tmp_path / "state").iterdir()
    account = state.name.partition("-")[0]
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "x")
    with RehearsalHere(shop, ["--state", str(state), "--account", account]) as here:
        monkeypatch.setenv("AWS_ENDPOINT_URL", here.url())
        code = command.main(["exec", "api", "--env", "dev", "--", "cat", "/etc/a file"], shop)
        words, err = capfd.readouterr()
        assert (code, words.splitlines()[:2]) == (5, ["ecs", "execute-command"]), err
        given = dict(zip(words.splitlines()[2::2], words.splitlines()[3::2], strict=False))
        assert (given["--cluster"], given["--container"]) == (APP_NAME, "api")
        assert f":task/{APP_NAME}/" in given["--task"]
        assert words.splitlines()[-1] == "cat '/etc/a file'"
        assert "aws ecs execute-command in task" in err
        code = command.main(["exec", "migrate", "--env", "dev"], shop)
        assert (code, "migrate is a job: a shell cannot be opened in it" in capfd.readouterr().err) == (2, True)
        code = command.main(["exec", "myservice", "--env", "dev"], shop)
        assert (code, capfd.readouterr().out.splitlines()[-1]) == (5, "/bin/sh")


def test_a_job_whose_secret_comes_from_a_variable_needs_it_for_its_own_deployment_alone(
    play: Play, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = "from troposphere import Parameter\n\n" + JOB.replace(
        "command=", 'environment={"PIN": Parameter("Pin", Type="String", NoEcho=True, Description="A pin.")}, command='
    )
    values = {**NEW_API, "migrate": f"{IMAGE}    Pin: {{from_environment: JOB_PIN}}\n"}
    write_services(shop, {**SHOP, "migrate": job}, values)
    assert render([], shop) == 0
    monkeypatch.setenv("JOB_PIN", "1234")
    assert play("--service", "migrate", "--yes")[0] == 0
    monkeypatch.delenv("JOB_PIN")
    code, _, err = play("--service", "api", "--yes")
    assert code == 0, err
    assert "job migrate ended with exit code 0" in err
