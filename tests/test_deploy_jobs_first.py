"""Jobs that belong before services, all deployed by one command: the job's stack, then the job once, then those."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from render import main as render
from tests.deployment.attended import Impatient, Terminal
from tests.deployment.shop import API, API_VALUES, IMAGE, JOB, WORKER, write_services, write_shop
from tests.deployment.shop_commands import Report, copied, deployed, reported, where_tasks
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV

pytestmark = pytest.mark.slow

Play = Callable[..., Report]
STACK = DEV.stack
AFTER = API.replace(")\n", ', before="migrate")\n')
# migrate itself waits for seed; the services are named before their job, which they wait for all the same.
MODULES = {
    "api": AFTER,
    "shop": AFTER,
    "mail-sender": WORKER,
    "migrate": JOB.replace(")\n", ', before="seed")\n'),
    "seed": JOB,
}
SHOP_VALUES = API_VALUES.replace("10100", "10200").replace("/api/", "/shop/")
VALUES = {"api": API_VALUES, "shop": SHOP_VALUES, "mail-sender": IMAGE, "migrate": IMAGE, "seed": IMAGE}
NEW = {name: values.replace("shop:1", "shop:2") for name, values in VALUES.items()}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the platform and all services stand, made by one command, and what that said."""
    folder = tmp_path_factory.mktemp("jobs")
    write_shop(folder / "shop", MODULES, VALUES)
    deployed(folder / "shop", "--all")
    return folder


@pytest.fixture
def shop(tmp_path: Path, standing: Path) -> Path:
    return copied(standing, tmp_path)


@pytest.fixture
def play(shop: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str, tasks: str = "") -> Report:
        given = ["--all", "--rendered", str(shop / "rendered"), *where_tasks(shop, tasks)]
        return reported(shop, capsys, *given, *arguments)

    return played


def tasks_of(folder: Path) -> list[str]:
    """The jobs whose tasks were started, in the order in which they were."""
    [state] = folder.glob("state/*/tasks.json")
    started = json.loads(state.read_text())
    return [task["asked"]["taskDefinition"].rpartition("/")[2].partition(":")[0].split("-")[-1] for task in started]


def change(shop: Path, values: dict[str, str]) -> None:
    write_services(shop, MODULES, values)
    assert render([], shop) == 0


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {name: own["outcome"] for name, own in document["services"].items()}


def test_one_command_creates_jobs_runs_each_once_and_then_creates_what_waits_for_them(standing: Path) -> None:
    assert tasks_of(standing) == ["seed", "migrate"]


def test_a_new_image_for_all_of_them_comes_in_that_order(play: Play, shop: Path) -> None:
    change(shop, NEW)
    code, document, err = play("--yes", tasks='{task: "*-migrate", log: ["0042 done"]}')
    assert (code, set(outcomes(document).values())) == (0, {"deployed"}), err
    assert tasks_of(shop.parent) == ["seed", "migrate"] * 2
    order = [
        f"seed: executing on stack {STACK}-seed",
        "migrate: running job seed before",
        f"migrate: executing on stack {STACK}-migrate",
        f"running job migrate before the execution on stack {STACK}-",
        "migrate: 0042 done",
        f"executing on stack {STACK}-api",
    ]
    places = [err.index(line) for line in order]
    assert places == sorted(places), err
    assert err.count("Update api, shop, mail-sender, migrate, seed") == 1


def test_where_only_a_service_changes_its_job_runs_as_it_stands(play: Play, shop: Path) -> None:
    change(shop, {**VALUES, "api": NEW["api"]})
    code, document, err = play("--yes")
    assert (code, outcomes(document)["api"], outcomes(document)["migrate"]) == (0, "deployed", "unchanged"), err
    assert tasks_of(shop.parent) == ["seed", "migrate", "migrate"]


def test_a_job_that_fails_keeps_what_waits_for_it_from_being_deployed_and_nothing_else(play: Play, shop: Path) -> None:
    change(shop, NEW)
    code, document, err = play("--yes", tasks='{task: "*-migrate", exit_code: 3, log: ["no column"]}')
    ended = outcomes(document)
    assert code == 1, err
    assert ended == {
        "api": "failed",
        "shop": "failed",
        "mail-sender": "deployed",
        "migrate": "deployed",
        "seed": "deployed",
    }
    for name in ("api", "shop"):
        own = document["services"][name]
        says = f"job migrate ended with exit code 3; nothing was executed on stack {STACK}-{name}"
        assert (own["error"], own["happened"], own["findings"]) == ("TaskFailed", says, ["log: no column"])
        assert f"{name}: error: {says}" in err
        assert f"executing on stack {STACK}-{name}" not in err
    assert tasks_of(shop.parent) == ["seed", "migrate"] * 2
    code, document, err = play("plan")
    assert {name for name, own in document["services"].items() if own["changes"]} == {"api", "shop"}


def test_a_job_that_is_not_deployed_keeps_what_waits_for_it_from_being_deployed(play: Play, shop: Path) -> None:
    change(shop, NEW)
    code, document, err = play("--yes", tasks='{task: "*-seed", exit_code: 4}')
    ended = outcomes(document)
    assert code == 1, err
    assert (ended["seed"], ended["mail-sender"], ended["migrate"]) == ("deployed", "deployed", "failed")
    assert document["services"]["migrate"]["error"] == "TaskFailed"
    for name in ("api", "shop"):
        own = document["services"][name]
        assert own["happened"] == (
            f"job migrate, which runs before {name}, was not deployed; nothing was executed on stack {STACK}-{name}"
        )
        assert own["findings"] == [
            f"migrate: job seed ended with exit code 4; nothing was executed on stack {STACK}-migrate"
        ]
    assert tasks_of(shop.parent) == ["seed", "migrate", "seed"]


def test_a_plan_says_that_jobs_come_first_and_runs_none(play: Play, shop: Path) -> None:
    change(shop, NEW)
    code, document, err = play("plan")
    assert code == 0, err
    for name, job in {"api": "migrate", "shop": "migrate", "migrate": "seed"}.items():
        [note] = [note for note in document["services"][name]["notes"] if note.startswith("job ")]
        assert note.startswith(f"job {job} runs before the execution, after its own stack is deployed")
    assert tasks_of(shop.parent) == ["seed", "migrate"]


def test_jobs_that_wait_for_each_other_are_refused_with_the_lines_of_both(play: Play, shop: Path) -> None:
    for name, before in {"migrate": "seed", "seed": "migrate"}.items():
        file = shop / f"rendered/services/{name}.yaml"
        text = file.read_text().replace(f"      Before: {before}\n", "")
        file.write_text(text.replace("      Kind: job\n", f"      Kind: job\n      Before: {before}\n"))
    code, document, err = play("--yes")
    assert (code, document["error"], document["nothing_sent"]) == (2, "FileProblems", True), err
    lines = (shop / "params/dev.yaml").read_text().splitlines()
    at = {name: f"params/dev.yaml:{lines.index(f'  {name}:') + 1}" for name in ("migrate", "seed")}
    assert (
        f"{at['migrate']}: migrate is deployed after the job seed, which waits for migrate in turn ({at['seed']})"
        in err
    )
    assert (
        f"{at['seed']}: seed is deployed after the job migrate, which waits for seed in turn ({at['migrate']})" in err
    )


def test_whoever_cancels_while_a_job_runs_stops_it_and_nothing_that_waits_for_it_is_executed(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change(shop, {**VALUES, "api": NEW["api"], "shop": NEW["shop"]})
    told = Terminal()
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", Terminal("y\nc\n"))
    monkeypatch.setattr("sys.stderr", told)
    kept = ["--state", str(shop.parent / "state"), "--rendered", str(shop / "rendered"), "--pace", "60"]
    given = ["--env", "dev", "--all", "--rehearse", *kept, "--output", "json"]
    code = command.main(given, shop, Impatient(), RehearsalHere)
    document = json.loads(capsys.readouterr().out)
    assert "1 job runs. [c]ancel, [d]etach, [g]o on?" in " ".join(told.getvalue().split())
    assert "stopping the task" in told.getvalue()
    assert "executing on stack" not in told.getvalue()
    assert code != 0
    assert {name for name, outcome in outcomes(document).items() if outcome == "failed"} == {"api", "shop"}
    assert tasks_of(shop.parent) == ["seed", "migrate", "migrate"]
