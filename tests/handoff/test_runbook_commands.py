"""Every command of a bundle's README.md and RUNBOOK.md is known to what it calls, and does what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from templates.bundle.bundle import bundle
from templates.bundle.folder import write_folder
from tests.handoff.commands import Block, blocks, calls, lines, mentioned, wrong_with
from tests.handoff.played import UNPLAYED, Operator, operator, script
from tests.own_system import OWN, PROD, PROJECT

_OWN = OWN["prod"].parameters
CLUSTER = next(_OWN[name].text for name in ("ClusterName", "AppName") if name in _OWN and _OWN[name].text)
PAGES = ("README.md", "RUNBOOK.md")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle alone."""
    made = tmp_path_factory.mktemp("bundle") / "release"
    made.mkdir()
    write_folder(made, bundle(PROJECT).files, 0)
    return made


def page(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_the_aws_cli_knows_every_call_each_option_and_what_is_asked_of_the_answer(folder: Path, name: str) -> None:
    made = [call for line in lines(page(folder, name)) for call in calls(line, "aws")]
    begun = [call for line in mentioned(page(folder, name)) for call in calls(line, "aws")]
    assert name != "RUNBOOK.md" or len(made) > 40
    assert [(call, wrong) for call in made if (wrong := wrong_with(call))] == []
    assert [(call, wrong) for call in begun if (wrong := wrong_with(call, whole=name == "RUNBOOK.md"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_program_knows_every_verb_option_environment_and_parameter(folder: Path, name: str) -> None:
    usage = (folder / "bin/deploy.sh").read_text(encoding="utf-8")
    programs = "".join(file.read_text(encoding="utf-8") for file in sorted((folder / "bin/lib").glob("*.sh")))
    parameters = json.loads((PROJECT / "rendered/schema/environment.json").read_text("utf-8"))["definitions"][
        "parameters"
    ]
    for line in [*lines(page(folder, name)), *mentioned(page(folder, name))]:
        for _, verb, *words in calls(line, "bin/deploy.sh"):
            assert f"verb_{verb}()" in programs, line
            assert all(word in usage for word in words if word.startswith("--")), line
            named = dict(pairwise(words))
            assert (folder / "config" / named.get("--env", "")).is_dir(), line
            assert "--env" in named or name == "README.md", line
            assert named.get("--set", "=").partition("=")[0] in {"", *parameters["properties"]}, line


def test_each_command_that_the_rehearsal_does_not_play_is_one_of_those_that_are_named(folder: Path) -> None:
    asked = {" ".join(call[1:3]) for line in lines(page(folder, "RUNBOOK.md")) for call in calls(line, "aws")}
    # A system with secrets or a key of its own has the others.
    assert asked & UNPLAYED.keys() >= UNPLAYED.keys() - {"ecs update-service", "kms get-key-rotation-status"}


@pytest.mark.parametrize("environment", OWN)
def test_a_chapter_has_every_task_alarm_and_status_and_a_place_in_the_console_beside_each(
    folder: Path, environment: str
) -> None:
    text = page(folder, "RUNBOOK.md").partition(f"\n## {environment}\n")[2].partition("\n## ")[0]
    for status in StackStatus:
        assert f"| `{status.value}` | {ADVICE[status].why} |" in text
    sections = re.split(r"^#{3,4} ", text, flags=re.MULTILINE)[1:]
    for section in sections:
        assert "```sh" not in section or "Console" in section, section
    for link in re.findall(r"\]\((#[^)]*)\)", text):
        assert link[1:] in anchors(page(folder, "RUNBOOK.md")), link


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def chapter(folder: Path, environment: str, *states: str) -> list[Block]:
    """The blocks of a chapter for these states; the first, which names what the others use, always."""
    own = [block for block in blocks(page(folder, "RUNBOOK.md")) if block.chapter == environment]
    return [own[0], *(block for block in own[1:] if block.when in states)]


@pytest.fixture
def standing(tmp_path: Path, folder: Path, request: pytest.FixtureRequest) -> Iterator[Operator]:
    """The stack of an environment, deployed as README.md says."""
    with operator(tmp_path, folder, "--params", str(PROJECT / "params")) as somebody:
        ran = somebody.run(f"bin/deploy.sh deploy --env {request.param}")
        assert ran.code == 0, ran.text
        yield somebody


@pytest.mark.slow
@pytest.mark.parametrize("standing", ["prod"], indirect=True)
def test_every_command_of_a_chapter_ends_well_on_a_stack_that_stands_and_finds_what_it_names(
    standing: Operator, folder: Path
) -> None:
    ran = standing.run("set -u\n" + script(chapter(folder, "prod", "")))
    assert ran.code == 0, ran.text[-3000:]
    assert ran.text.count("@@ ") == len(chapter(folder, "prod", ""))
    assert "does not exist" not in ran.text
    assert "nothing to do" in ran.text
    made = physical_ids(standing)
    for call in standing.not_sent:
        named = [word for option, word in pairwise(call) if option in _NAMES]
        assert named, call
        assert set(named) <= made | {CLUSTER} | tasks(standing), call
    ran = standing.run(script(chapter(folder, "prod", "unprotect", "delete")))
    assert ran.code == 0, ran.text[-3000:]
    assert standing.run("aws cloudformation describe-stacks --region " + PROD.region).text.count("StackName") == 0


_NAMES = {"--services", "--task", "--cluster", "--target-group-arn", "--certificate-arn", "--alarm-name"}


def physical_ids(somebody: Operator) -> set[str]:
    standing = somebody.rehearsal.cloud.world.standing(OWN["prod"].region)
    return {resource.physical_id for _, resource in standing}


def tasks(somebody: Operator) -> set[str]:
    ran = somebody.run(
        f"aws ecs list-tasks --cluster {CLUSTER} --region {PROD.region} --query 'taskArns[]' --output text"
    )
    return set(ran.text.split())


@pytest.mark.slow
@pytest.mark.parametrize("standing", ["dev"], indirect=True)
def test_every_command_of_readme_ends_well(standing: Operator, folder: Path) -> None:
    ran = standing.run(script(blocks(page(folder, "README.md"))))
    assert ran.code == 0, ran.text[-3000:]
    assert "nothing to do" in ran.text


def failing(tmp_path: Path, *faults: str) -> list[str]:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("resources:\n" + "".join(f"  - {{{fault}}}\n" for fault in faults), encoding="utf-8")
    return ["--params", str(PROJECT / "params"), "--scenario", str(scenario)]


@pytest.mark.slow
def test_a_creation_that_failed_is_deleted_and_made_again_as_the_page_says(tmp_path: Path, folder: Path) -> None:
    faults = failing(tmp_path, "path: Ecs/Service, on: create, reason: Service limit exceeded, times: 1")
    with operator(tmp_path, folder, *faults) as somebody:
        assert somebody.run("bin/deploy.sh deploy --env dev").code == 1
        assert status(somebody) == "ROLLBACK_COMPLETE"
        ran = somebody.run(script(chapter(folder, "dev", "failed-creation")[1:]))
        assert ran.code == 0, ran.text[-3000:]
        assert status(somebody) == "CREATE_COMPLETE"


@pytest.mark.slow
def test_a_rollback_that_failed_is_continued_as_the_page_says(tmp_path: Path, folder: Path) -> None:
    faults = failing(
        tmp_path,
        'path: Ecs/Service, on: update, reason: "The service did not stabilise"',
        "path: Ecs/Service, on: rollback, reason: Service limit exceeded, times: 2",
    )
    with operator(tmp_path, folder, *faults) as somebody:
        assert somebody.run("bin/deploy.sh deploy --env dev").code == 0
        assert somebody.run("bin/deploy.sh deploy --env dev --set HealthCheckGracePeriodSeconds=90").code == 1
        assert status(somebody) == "UPDATE_ROLLBACK_FAILED"
        ran = somebody.run(script(chapter(folder, "dev", "failed-rollback")[1:]))
        assert ran.code == 0, ran.text[-3000:]
        assert "Ecs/Service" in ran.text
        assert status(somebody) == "UPDATE_ROLLBACK_COMPLETE"


@pytest.mark.slow
def test_a_name_with_nothing_but_a_change_set_is_taken_away_as_the_page_says(tmp_path: Path, folder: Path) -> None:
    with operator(tmp_path, folder, "--params", str(PROJECT / "params")) as somebody:
        ran = somebody.run("bin/deploy.sh plan --env dev --keep --yes")
        assert ran.code == 0, ran.text[-2000:]
        assert status(somebody) == "REVIEW_IN_PROGRESS"
        ran = somebody.run(script(chapter(folder, "dev", "review")[1:]))
        assert ran.code == 0, ran.text[-3000:]
        assert "does not exist" in status(somebody)


def status(somebody: Operator) -> str:
    environment = OWN["dev"]
    return somebody.run(
        f"aws cloudformation describe-stacks --stack-name {environment.stack} --region {environment.region} "
        "--query 'Stacks[0].StackStatus' --output text || true"
    ).text.strip()


def test_every_way_out_that_is_named_has_its_part_and_its_block(folder: Path) -> None:
    states = {block.when for block in blocks(page(folder, "RUNBOOK.md")) if block.chapter == "dev"}
    assert states >= {"", "cancel", "review", "failed-creation", "failed-deletion", "failed-update", "failed-rollback"}
    assert len(RecoveryAction) == 8
