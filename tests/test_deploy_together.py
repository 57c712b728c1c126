"""The platform and its services together, through the command: one review, one screen, one report (--all)."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from render import main as render
from tests.deployment.attended import Impatient, Terminal
from tests.deployment.shop import API, IMAGE, JOB, WORKER, write_services, write_shop
from tests.deployment.shop_commands import Report, copied, deployed, reported
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., Report]
PLATFORM = DEV.stack
WEB = {name: 10100 + number for number, name in enumerate(("api", "shop", "search", "orders"))}
MODULES = {
    **dict.fromkeys(WEB, API),
    **dict.fromkeys(("mail-sender", "indexer", "biller"), WORKER),
    **dict.fromkeys(("migrate", "report", "cleanup"), JOB),
}
VALUES = dict.fromkeys(MODULES, IMAGE) | {
    name: f"{IMAGE}    ListenerRulePriority: {priority}\n    ListenerRulePaths: /{name}/*\n"
    for name, priority in WEB.items()
}
SECRET = """\
from templates.service.declaration import worker
from templates.service.secrets import from_secrets_manager

SERVICE = worker("Bills.", secrets={"TOKEN": from_secrets_manager("shop/biller", key="token")})
"""


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a platform and its ten services stand, made by one command."""
    folder = tmp_path_factory.mktemp("together")
    write_shop(folder / "shop", MODULES, VALUES)
    deployed(folder / "shop", "--all")
    return folder


@pytest.fixture
def shop(tmp_path: Path, standing: Path) -> Path:
    return copied(standing, tmp_path)


@pytest.fixture
def play(shop: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> Report:
        """The tree is taken as it is: that it is fresh, the commands of test_deploy_services.py ask."""
        return reported(shop, capsys, "--rendered", str(shop / "rendered"), *arguments)

    return played


def changed(document: dict[str, Any]) -> set[str]:
    """The services of which something changes."""
    return {name for name, own in document["services"].items() if own["changes"]}


def test_ten_services_stand_after_one_command_and_a_plan_makes_no_change_set(play: Play) -> None:
    code, document, err = play("--all", "plan", "--exit-code")
    assert code == 0, err
    assert (document["changes"], changed(document), document["left_behind"]) == ([], set(), [])
    assert set(document["services"]) == set(MODULES)
    assert "change set" not in err
    assert err.endswith(f"platform, {', '.join(MODULES)}: unchanged\n")


def test_one_is_changed_one_removed_one_renamed_and_one_gets_a_secret_and_the_others_show_no_change(
    play: Play, shop: Path
) -> None:
    modules = {"indexing" if name == "indexer" else name: text for name, text in MODULES.items() if name != "cleanup"}
    values = dict.fromkeys(modules, IMAGE) | {name: VALUES[name] for name in WEB}
    values["api"] = values["api"].replace("shop:1", "shop:2")
    write_services(shop, {**modules, "biller": SECRET}, values)
    assert render([], shop) == 0
    code, document, err = play("--all", "plan", "--exit-code")
    assert (code, changed(document), document["changes"]) == (4, {"api", "biller", "indexing"}, []), err
    left = {one["service"]: one["command"] for one in document["left_behind"]}
    assert set(left) == {"cleanup", "indexer"}

    code, document, err = play("--all", "--yes")
    assert code == 0, err
    outcomes = {name: own["outcome"] for name, own in document["services"].items()}
    assert {name for name, outcome in outcomes.items() if outcome == "deployed"} == {"api", "biller", "indexing"}
    assert document["outcome"] == "unchanged"
    assert f"Create indexing and update api, biller in {DEV.account}/{DEV.region}" in err

    for name, words in left.items():  # as shown, it works
        named = shlex.split(words)
        arguments = named[named.index("deploy.py") + 1 :] if "deploy.py" in named else named[2:]
        code, document, err = play(*arguments, "--yes", "--allow", f"{PLATFORM}-{name}")
        assert (code, document["outcome"]) == (0, "deleted"), err
    code, document, err = play("--all", "plan", "--exit-code")
    assert (code, document["left_behind"]) == (0, []), err


def test_a_stack_that_is_no_service_of_the_platform_is_not_deleted_as_one(play: Play, shop: Path) -> None:
    code, document, err = play("--service", "nobody", "delete", "--yes")
    assert (code, document["outcome"]) == (0, "absent"), err
    with RehearsalHere(shop, ["--state", str(shop.parent / "state/123456789012-ap-northeast-1")]) as here:
        cloudformation = client("cloudformation", here.url())
        topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        cloudformation.create_stack(StackName=f"{PLATFORM}-nobody", TemplateBody=topic)
        cloudformation.get_waiter("stack_create_complete").wait(StackName=f"{PLATFORM}-nobody")
    code, document, err = play("--service", "nobody", "delete", "--yes")
    assert (code, document["nothing_sent"]) == (2, True), err
    assert f"the template of stack {PLATFORM}-nobody does not say that it is one of {PLATFORM}" in err
    assert play("--all", "plan")[1]["left_behind"] == []
    code, document, err = play("--service", "nobody", "plan")
    assert (code, document["error"]) == (2, "UnknownService"), err


def test_a_service_that_fails_does_not_stop_the_others(play: Play, shop: Path) -> None:
    values = {
        **VALUES,
        "api": VALUES["api"].replace("/api/*", "/api/v2/*"),
        "biller": IMAGE.replace("shop:1", "shop:2"),
    }
    write_services(shop, MODULES, values)
    assert render([], shop) == 0
    code, document, err = play("--all", "--yes", "--fail", "ListenerRule:update=no such path")
    api, biller = document["services"]["api"], document["services"]["biller"]
    assert (code, api["outcome"], biller["outcome"]) == (1, "failed", "deployed"), err
    assert (api["status"], api["cause"]["path"]) == ("UPDATE_ROLLBACK_COMPLETE", "ListenerRule")
    assert f"api: error: stack {PLATFORM}-api is in UPDATE_ROLLBACK_COMPLETE" in err
    assert "--service api" in err.split("api: error: ")[1].split("next: ")[1].splitlines()[0]
    assert f"biller: {PLATFORM}-biller is UPDATE_COMPLETE after" in err


def test_a_guarded_change_is_approved_under_the_name_of_its_service(play: Play, shop: Path) -> None:
    write_services(shop, {**MODULES, "api": WORKER}, {**VALUES, "api": IMAGE, "biller": IMAGE.replace(":1", ":2")})
    assert render([], shop) == 0
    code, document, err = play("--all", "plan")
    assert "to approve: --allow api:" in err
    code, document, err = play("--all", "--yes")
    api, biller = document["services"]["api"], document["services"]["biller"]
    assert (code, api["outcome"], biller["outcome"]) == (3, "declined", "deployed"), err
    assert api["needed"]
    assert all(path.startswith("api:") for path in api["needed"])
    allowed = [word for path in api["needed"] for word in ("--allow", path)]
    code, document, err = play("--all", "--yes", *allowed)
    assert (code, document["services"]["api"]["outcome"]) == (0, "deployed"), err


def test_an_approval_for_nothing_that_is_guarded_stops_all_of_them(play: Play, shop: Path) -> None:
    code, document, err = play("--all", "--yes", "--allow", "nobody:TargetGroup")
    assert (code, document["nothing_sent"]) == (2, True), err
    assert "params/dev.yaml has no service named 'nobody'" in err
    values = {**VALUES, "biller": IMAGE.replace(":1", ":2"), "api": VALUES["api"].replace(":1\n", ":2\n")}
    write_services(shop, MODULES, values)
    assert render([], shop) == 0
    code, document, err = play("--all", "--yes", "--allow", "api:TargetGroup")
    api, biller = document["services"]["api"], document["services"]["biller"]
    assert (code, api["error"], biller["outcome"]) == (2, "UnknownAllowance", "declined"), err


def test_what_is_wrong_in_any_service_is_told_at_once_before_anything_is_sent(play: Play, shop: Path) -> None:
    values = {**VALUES, "biller": f"{IMAGE}    Nonsense: 1\n", "indexer": f"{IMAGE}    MinTasks: many\n"}
    write_services(shop, MODULES, values)
    code, document, err = play("--all", "--yes")
    assert (code, document["error"], document["nothing_sent"]) == (2, "FileProblems", True), err
    told = "\n".join(document["findings"])
    assert "Nonsense" in told
    assert "MinTasks" in told
    assert all(place["file"] == "params/dev.yaml" and place["line"] for place in document["places"])


def test_an_export_in_use_is_announced_with_its_importers_and_the_services_wait(play: Play, shop: Path) -> None:
    root = shop / "rendered/root.yaml"
    text = root.read_text()
    export = "    Value: !GetAtt Ecs.Outputs.ClusterName\n    Export:\n      Name: !Sub ${AWS::StackName}-ClusterName\n"
    assert export in text
    root.write_text(text.replace(export, export.split("    Export")[0]))
    code, document, err = play("--all", "plan", "--exit-code")
    assert code == 4, err
    [lost] = [change for change in document["output_changes"] if change["path"] == "ClusterName"]
    assert lost["export_before"] == f"{PLATFORM}-ClusterName"
    assert set(lost["importers"]) == {f"{PLATFORM}-{name}" for name, text in MODULES.items() if text != JOB}
    code, document, err = play("--all", "--yes")
    assert (code, document["outcome"]) == (1, "failed"), err
    assert f"imported by {PLATFORM}-" in err
    assert (document["services"], document["not_begun"]) == ({}, list(MODULES))
    assert play("--all", "status")[0] == 0


def test_all_are_deleted_the_services_first(play: Play) -> None:
    code, document, err = play("--all", "delete", "--yes")
    assert (code, document["outcome"]) == (3, "declined"), err
    assert document["services"]["api"]["needed"] == [f"{PLATFORM}-api"]
    allowed = [word for name in MODULES for word in ("--allow", f"{PLATFORM}-{name}")]
    code, document, err = play("--all", "delete", "--yes", *allowed)
    assert (code, document["outcome"], document["needed"]) == (3, "declined", [PLATFORM]), err
    assert {own["outcome"] for own in document["services"].values()} == {"deleted"}
    assert document["deletion"]["exports_in_use"] == []
    code, document, err = play("--all", "delete", "--yes", "--allow", PLATFORM)
    assert (code, document["outcome"]) == (0, "deleted"), err


def test_the_deletion_of_the_platform_alone_says_which_services_import(play: Play) -> None:
    code, document, err = play("delete", "--yes")
    assert code == 3, err
    used = {one["name"]: one["imported_by"] for one in document["deletion"]["exports_in_use"]}
    assert f"{PLATFORM}-api" in used[f"{PLATFORM}-HttpsListenerArn"]
    assert f"{PLATFORM}-HttpsListenerArn  imported by {PLATFORM}-" in err


def test_what_is_about_one_stack_goes_not_with_all(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--service", "api"], ["--set", "DesiredCount=3"], ["--to", "v1"], ["recover"]):
        with pytest.raises(SystemExit) as ended:
            command.main(["--env", "dev", "--all", *words], shop)
        assert ended.value.code == 2
        assert "--all: " in capsys.readouterr().err


def test_every_form_of_the_report_has_the_services(
    play: Play, shop: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_services(shop, MODULES, {**VALUES, "biller": IMAGE.replace(":1", ":2")})
    assert render([], shop) == 0
    page = tmp_path / "page.html"
    play("--all", "plan", "--html", str(page))
    assert "<strong>biller</strong>" in page.read_text()
    capsys.readouterr()
    given = ["--env", "dev", "--rehearse", "--state", str(shop.parent / "state"), "--all", "plan"]
    assert command.main([*given, "--output", "markdown"], shop, rehearsal=RehearsalHere) == 0
    markdown = capsys.readouterr().out
    assert "## biller" in markdown
    assert "platform, api, shop" in markdown
    assert command.main(given, shop, rehearsal=RehearsalHere) == 0
    text = capsys.readouterr().out
    assert text.startswith("biller:\n")
    assert "shop:1 -> public.ecr.aws/shop/shop:2" in " ".join(text.split())
    assert "platform, api, shop, search, orders, mail-sender, indexer, migrate, report, cleanup: unchanged\n" in text


def test_the_platform_is_updated_underneath_and_no_service_is_touched(play: Play, shop: Path) -> None:
    file = shop / "params/dev.yaml"
    file.write_text(
        file.read_text().replace("\nparameters:\n", "\nparameters:\n  HealthCheckGracePeriodSeconds: 90\n", 1)
    )
    assert render([], shop) == 0
    code, document, err = play("--all", "--yes")
    assert code == 0, err
    assert (document["outcome"], [change["path"] for change in document["changes"]]) == ("deployed", ["Ecs/Service"])
    assert {own["outcome"] for own in document["services"].values()} == {"unchanged"}


@pytest.mark.parametrize(("answer", "code"), [("d", 130), ("g", 0)])
def test_whoever_interrupts_is_asked_once_for_all(
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    code: int,
) -> None:
    changed = ("biller", "indexer", "mail-sender")
    write_services(shop, MODULES, {**VALUES, **dict.fromkeys(changed, IMAGE.replace(":1", ":2"))})
    assert render([], shop) == 0
    capsys.readouterr()
    told = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(f"y\n{answer}\n"))
    monkeypatch.setattr("sys.stderr", told)
    kept = ["--state", str(shop.parent / "state"), "--rendered", str(shop / "rendered"), "--pace", "60"]
    given = ["--env", "dev", "--all", "--rehearse", *kept, "--output", "json"]
    assert command.main(given, shop, Impatient(), RehearsalHere) == code, told.getvalue()
    assert told.getvalue().count("[c]ancel, [d]etach, [g]o on?") == 1
    document = json.loads(capsys.readouterr().out)
    ended = {name: document["services"][name]["outcome"] for name in changed}
    assert set(ended.values()) == ({"failed"} if code else {"deployed"})
    if code:
        left = [document["services"][name] for name in changed]
        going_on = [own for own in left if own["findings"]]  # the others had not begun: what was made is taken away
        assert going_on
        for own in going_on:
            assert own["findings"] == [f"the operation on stack {own['stack']} continues"]
            assert f"status --follow --env dev --service {own['stack'].removeprefix(PLATFORM)[1:]}" in own["remedy"]
            assert own["remedy"] in told.getvalue()
        assert all(own["remedy"] is None for own in left if own not in going_on)


TOPIC = f"arn:aws:sns:{DEV.region}:{DEV.account}:alarms"


def test_a_value_that_services_inherit_reaches_those_that_have_none_of_their_own_and_no_other(
    play: Play, shop: Path
) -> None:
    """Jobs have no alarms, and mail-sender says itself that it wants none: neither depends on what changes."""
    write_services(shop, MODULES, {**VALUES, "mail-sender": f'{IMAGE}    AlarmTopicArn: ""\n'})
    file = shop / "params/dev.yaml"
    file.write_text(file.read_text().replace("\nparameters:\n", f"\nparameters:\n  AlarmTopicArn: {TOPIC}\n", 1))
    assert render([], shop) == 0
    inheriting = {*WEB, "indexer", "biller"}
    code, document, err = play("--all", "plan", "--exit-code")
    assert (code, changed(document)) == (4, inheriting), err
    code, document, err = play("--all", "--yes")
    assert (code, document["outcome"]) == (0, "deployed"), err
    ended = {name: own["outcome"] for name, own in document["services"].items()}
    assert {name for name, outcome in ended.items() if outcome == "deployed"} == inheriting
    assert set(ended.values()) == {"deployed", "unchanged"}
    assert play("--all", "plan", "--exit-code")[0] == 0


def test_an_export_that_only_some_services_import_changes_with_these_named_and_touches_nobody(
    play: Play, shop: Path
) -> None:
    """Another cluster is another name in the export, which CloudFormation changes for nobody that imports it."""
    file = shop / "params/dev.yaml"
    file.write_text(file.read_text().replace("\nparameters:\n", "\nparameters:\n  ClusterName: another\n", 1))
    assert render([], shop) == 0
    code, document, err = play("--all", "plan", "--exit-code")
    assert code == 4, err
    [told] = [one for one in document["output_changes"] if one["path"] == "ClusterName"]
    assert set(told["importers"]) == {f"{PLATFORM}-{name}" for name, text in MODULES.items() if text != JOB}
    guarded = [change["path"] for change in document["changes"] if change["guard"]]
    code, document, err = play("--all", "--yes", *(word for path in guarded for word in ("--allow", path)))
    assert (code, document["outcome"], document["not_begun"]) == (1, "failed", list(MODULES)), err
    assert f"{PLATFORM}-ClusterName" in err
    assert document["services"] == {}
