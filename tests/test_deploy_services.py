"""Services beside their platform, through the command: each a stack of its own that changes and goes alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from render import main as render
from tests.deployment.shop import API, API_VALUES, IMAGE, JOB, MODULES, VALUES, WORKER, write_services, write_shop
from tests.deployment.shop_commands import Report, deployed, reported
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV

pytestmark = pytest.mark.slow

Play = Callable[..., Report]
PLATFORM = DEV.stack


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state in which the platform stands, and no service yet."""
    folder = tmp_path_factory.mktemp("platform")
    write_shop(folder / "shop")
    deployed(folder / "shop")
    return folder / "state"


@pytest.fixture
def shop(tmp_path: Path, platform: Path) -> Path:
    shutil.copytree(platform, tmp_path / "state")
    return write_shop(tmp_path / "shop")


@pytest.fixture
def play(shop: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> Report:
        return reported(shop, capsys, *arguments)

    return played


def test_services_of_each_kind_are_created_and_the_platform_shows_no_change(play: Play) -> None:
    for name in MODULES:
        code, document, err = play("--service", name, "--yes")
        assert (code, document["status"]) == (0, "CREATE_COMPLETE"), err
        assert document["stack"] == f"{PLATFORM}-{name}"
    for name in MODULES:
        code, document, err = play("--service", name, "plan", "--exit-code")
        assert (code, document["changes"]) == (0, []), err
    code, document, err = play("plan", "--exit-code")
    assert (code, document["changes"]) == (0, []), err


def test_a_new_image_is_a_change_of_one_small_stack(play: Play, shop: Path) -> None:
    assert play("--service", "api", "--yes")[0] == 0
    assert play("--service", "mail-sender", "--yes")[0] == 0
    write_services(shop, MODULES, {**VALUES, "api": API_VALUES.replace("shop:1", "shop:2")})
    assert render([], shop) == 0
    code, document, err = play("--service", "api", "plan", "--exit-code")
    assert code == 4, err
    assert {change["path"] for change in document["changes"]} == {"Service", "TaskDefinition"}
    assert play("--service", "mail-sender", "plan", "--exit-code")[0] == 0
    assert play("plan", "--exit-code")[0] == 0


def test_a_service_that_fails_rolls_back_alone(play: Play) -> None:
    code, document, err = play("--service", "api", "--yes", "--fail", "Service=no task gets healthy")
    assert (code, document["status"], document["cause"]["path"]) == (1, "ROLLBACK_COMPLETE", "Service"), err
    assert play("plan", "--exit-code")[0] == 0
    assert "--service api" in err  # the next command is about the same stack
    code, document, err = play("--service", "api", "recover", "--yes")
    assert code == 0, err
    assert play("--service", "api", "--yes")[0] == 0


def test_a_service_before_its_platform_is_refused_with_the_command_that_makes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = write_shop(tmp_path / "shop")
    state = str(tmp_path / "state")
    given = ["--env", "dev", "--rehearse", "--state", state, "--service", "api", "--yes"]
    capsys.readouterr()
    code = command.main(given, shop, rehearsal=RehearsalHere)
    err = capsys.readouterr().err
    assert code == 5, err
    assert f"stack {PLATFORM}, which api needs, does not exist" in err
    assert "next: create it first: " in err
    assert "--service" not in err.split("next:")[1]


def test_the_platform_cannot_go_before_its_services(play: Play) -> None:
    assert play("--service", "api", "--yes")[0] == 0
    code, _, err = play("delete", "--yes", "--allow", PLATFORM)
    assert code != 0, err
    assert f"{PLATFORM}-api" in err
    code, _, err = play("--service", "api", "delete", "--yes", "--allow", f"{PLATFORM}-api")
    assert code == 0, err
    assert play("--service", "api", "status")[1]["outcome"] == "absent"
    assert play("delete", "--yes", "--allow", PLATFORM)[0] == 0


def test_a_service_goes_back_to_an_earlier_release_of_its_own(play: Play, shop: Path) -> None:
    assert play("--service", "api", "--yes")[0] == 0
    write_services(shop, MODULES, {**VALUES, "api": API_VALUES.replace("shop:1", "shop:2")})
    assert render([], shop) == 0
    assert play("--service", "api", "--yes")[0] == 0
    code, listed, err = play("--service", "api", "releases")
    assert code == 0, err
    second, first = listed["releases"]
    assert (second["current"], first["current"]) == (True, False)
    code, document, err = play("--service", "api", "--to", first["digest"][:12], "--yes")
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err
    assert len(play("releases")[1]["releases"]) == 1  # the platform's own
    assert play("--service", "api", "plan", "--exit-code")[0] == 4


def test_a_service_that_the_environment_does_not_name_is_refused(play: Play, shop: Path) -> None:
    write_services(shop, {"api": API, "other": WORKER, "job": JOB}, {"api": API_VALUES, "job": IMAGE})
    assert render([], shop) == 0
    code, _, err = play("--service", "other", "--yes")
    assert code == 2
    assert "params/dev.yaml has no service named 'other'; its services: api, job" in err


def test_priorities_that_come_from_elsewhere_are_held_against_each_other_before_anything_is_sent(
    play: Play, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = API_VALUES.replace("10100", "{from_environment: PRIORITY}").replace("/api/", "/b/")
    write_services(shop, {"api": API, "b": API}, {"api": API_VALUES, "b": elsewhere})
    assert render([], shop) == 0
    monkeypatch.setenv("PRIORITY", "10100")
    said = "ListenerRulePriority 10100 of b is that of api (params/dev.yaml:"
    for service in ("api", "b"):
        code, _, err = play("--service", service, "--yes")
        assert (code, said in err, "uploading" in err) == (2, True, False), err
    monkeypatch.setenv("PRIORITY", "10101")
    assert play("--service", "b", "plan")[0] == 0
    code, _, err = play("--service", "b", "plan", "--set", "ListenerRulePaths=/api/*")
    assert code == 2
    assert "b answers the same requests as api" in err


def test_a_tree_that_somebody_edited_is_held_as_well(play: Play, shop: Path) -> None:
    edited = shop.parent / "edited"
    shutil.copytree(shop / "rendered", edited)
    file = edited / "services/api.yaml"
    said = next(line for line in file.read_text().splitlines() if line.startswith("Description:"))
    file.write_text(file.read_text().replace(said, f"Description: {'x' * 1025}"))
    code, _, err = play("--rendered", str(edited), "--service", "api", "--yes")
    assert (code, "its description has 1,025 bytes" in err, "uploading" in err) == (2, True, False), err


@pytest.mark.parametrize("together", [False, True])
def test_a_value_of_the_platform_for_this_run_is_held_against_its_services(
    play: Play, shop: Path, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    """With --all no --set is given: there the value comes from the process's environment."""
    file = shop / "params/dev.yaml"
    text = file.read_text().replace("services:\n", "routes:\n  https://dev.example.com/api/x: api\n\nservices:\n")
    values = {"DomainName": "dev.example.com", "ListenerRulePriority": "50000"}
    old = f"DomainName: {DEV.parameters['DomainName'].text}"
    sourced = "DomainName: {from_environment: NAME}\n  ListenerRulePriority: {from_environment: PRIORITY}"
    file.write_text(text.replace(old, sourced if together else f"DomainName: {values['DomainName']}"))
    monkeypatch.setenv("NAME", values["DomainName"])
    monkeypatch.setenv("PRIORITY", values["ListenerRulePriority"])
    assert render([], shop) == 0
    lines = file.read_text().splitlines()
    priority = f"params/dev.yaml:{lines.index('    ListenerRulePriority: 10100') + 1}"
    route = f"params/dev.yaml:{lines.index('  https://dev.example.com/api/x: api') + 1}"

    def planned(name: str, value: str) -> tuple[int, str]:
        monkeypatch.setenv("NAME" if name == "DomainName" else "PRIORITY", value)
        given = ["--all"] if together else ["--set", f"{name}={value}"]
        code, _, err = play("plan", *given)
        monkeypatch.setenv("NAME" if name == "DomainName" else "PRIORITY", values[name])
        return code, err

    code, err = planned("ListenerRulePriority", "10100")
    assert (code, "creating a change set" in err) == (2, False), err
    assert f"ListenerRulePriority 10100 of api is that of myservice ({'params' if together else '--set'}" in err
    assert priority in err
    code, err = planned("DomainName", "other.example.com")
    assert code == 2
    assert f"{route}: routes: dev.example.com is no name of the certificate: other.example.com" in err
    code, err = planned("DomainName", values["DomainName"])
    assert "creating a change set" in err
