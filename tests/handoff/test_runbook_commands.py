"""Every command of a bundle's README.md and RUNBOOK.md is known to what it calls, and does what the page says.

The commands are run as they stand, in one account, in the order in which somebody would: what is for a state, in that
state; what may be run at any time, on the platform of each environment and on each service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.environment.environment_file import Environment
from cloudformation.statuses import StackStatus
from cloudformation.text import read
from tests.deployment.shop import MODULES
from tests.handoff.commands import Block, blocks, calls, lines, mentioned, wrong_with
from tests.handoff.played import UNPLAYED, Operator, operator, script
from tests.handoff.project import ELSEWHERE, rehearsed
from tests.own_system import DEV, PROD, values

PAGES = ("README.md", "RUNBOOK.md")
CHAPTERS = ("dev", *(f"dev, service {name}" for name in MODULES), "prod")
STATES = {
    *("", "cancel", "review", "failed-creation", "failed-deletion", "failed-update", "failed-rollback", "secrets"),
    *("unprotect", "delete"),
}
"""All that stand behind a block."""


@pytest.fixture(scope="module")
def folder(release: Path) -> Path:
    """The bundle alone."""
    return release


def page(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.slow
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
    for line in [*lines(page(folder, name)), *mentioned(page(folder, name))]:
        for _, verb, *words in calls(line, "bin/deploy.sh"):
            assert f"verb_{verb}()" in programs, line
            assert all(word in usage for word in words if word.startswith("--")), line
            named = dict(pairwise(words))
            assert (folder / "config" / named.get("--env", "")).is_dir(), line
            assert "--env" in named or name == "README.md", line
            template = f"services/{named['--service']}.yaml" if "--service" in named else "root.yaml"
            declared = read((folder / "templates" / template).read_text("utf-8"))["Parameters"]
            for option, word in pairwise(words):
                assert option not in ("--set", "--set-from-env") or word.partition("=")[0] in declared, line


def test_each_command_that_the_rehearsal_does_not_play_is_one_of_those_that_are_named(folder: Path) -> None:
    asked = {" ".join(call[1:3]) for line in lines(page(folder, "RUNBOOK.md")) for call in calls(line, "aws")}
    # A system with secrets of its own or a key has the others.
    assert asked & UNPLAYED.keys() >= UNPLAYED.keys() - {"ecs update-service", "kms get-key-rotation-status"}


@pytest.mark.parametrize("environment", CHAPTERS)
def test_a_chapter_has_every_task_alarm_and_status_and_a_place_in_the_console_beside_each(
    folder: Path, environment: str
) -> None:
    text = page(folder, "RUNBOOK.md").partition(f"\n## {environment}\n")[2].partition("\n## ")[0]
    for one in StackStatus:
        assert f"| `{one.value}` | {ADVICE[one].why} |" in text
    sections = re.split(r"^#{3,4} ", text, flags=re.MULTILINE)[1:]
    for section in sections:
        assert "```sh" not in section or "Console" in section, section
    for link in re.findall(r"\]\((#[^)]*)\)", text):
        assert link[1:] in anchors(page(folder, "RUNBOOK.md")), link


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def chapter(folder: Path, name: str, *states: str) -> list[Block]:
    """The blocks of a chapter for these states; the first, which names what the others use, always."""
    own = [block for block in blocks(page(folder, "RUNBOOK.md")) if block.chapter == name]
    return [own[0], *(block for block in own[1:] if block.when in states)]


def test_every_state_that_a_block_is_for_is_played_here(folder: Path) -> None:
    told = blocks(page(folder, "RUNBOOK.md"))
    assert {block.when for block in told} == STATES
    assert tuple(dict.fromkeys(block.chapter for block in told)) == CHAPTERS
    assert len(RecoveryAction) == 8


FAULTS = """\
resources:
  - {path: Ecs/Service, on: create, reason: Service limit exceeded, times: 1}
  - {path: Ecs/Service, on: update, reason: The service did not stabilise, times: 1}
  - {path: Ecs/Service, on: rollback, reason: Service limit exceeded, times: 2}
  - {path: Service, on: update, reason: The service did not stabilise, times: 1}
  - {path: Service, on: delete, reason: The service still has tasks, times: 1}
"""


@pytest.fixture(scope="module")
def somebody(tmp_path_factory: pytest.TempPathFactory, project: Path, folder: Path) -> Iterator[Operator]:
    """A person with the bundle, in one account for all that follows."""
    place = tmp_path_factory.mktemp("operator")
    (place / "scenario.yaml").write_text(FAULTS, encoding="utf-8")
    with operator(place, folder, *rehearsed(project), "--scenario", str(place / "scenario.yaml")) as made:
        yield made


def status(somebody: Operator, stack: str = DEV.stack) -> str:
    return somebody.run(
        f"aws cloudformation describe-stacks --stack-name {stack} --region {DEV.region} "
        "--query 'Stacks[0].StackStatus' --output text || true"
    ).text.strip()


def service(name: str, verb: str, *words: str) -> str:
    return " ".join(["bin/deploy.sh", verb, "--env dev --service", name, *words])


@pytest.mark.slow
def test_a_name_with_nothing_but_a_change_set_is_taken_away_as_the_page_says(somebody: Operator, folder: Path) -> None:
    somebody.ends(0, "bin/deploy.sh plan --env dev --keep --yes")
    assert status(somebody) == "REVIEW_IN_PROGRESS"
    somebody.ends(0, script(chapter(folder, "dev", "review")[1:]))
    assert "does not exist" in status(somebody)


@pytest.mark.slow
def test_a_service_needs_its_platform_first(somebody: Operator) -> None:
    assert "create it first: bin/deploy.sh deploy --env dev" in somebody.ends(5, service("api", "plan"))


@pytest.mark.slow
def test_a_creation_that_failed_is_deleted_and_made_again_as_the_page_says(somebody: Operator, folder: Path) -> None:
    somebody.ends(1, "bin/deploy.sh deploy --env dev")
    assert status(somebody) == "ROLLBACK_COMPLETE"
    somebody.ends(0, script(chapter(folder, "dev", "failed-creation")[1:]))
    assert status(somebody) == "CREATE_COMPLETE"


@pytest.mark.slow
def test_every_command_of_readme_ends_well(somebody: Operator, folder: Path) -> None:
    assert "nothing to do" in somebody.ends(0, script(blocks(page(folder, "README.md"))))


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_every_command_of_a_chapter_ends_well_on_a_stack_that_stands_and_finds_what_it_names(
    somebody: Operator, folder: Path, name: str
) -> None:
    known = len(somebody.not_sent)
    words = f"--env {name}".replace(", service ", " --service ")
    somebody.ends(0, f"bin/deploy.sh deploy {words}")
    text = somebody.ends(0, "set -u\n" + script(chapter(folder, name, "")))
    assert text.count("@@ ") == len(chapter(folder, name, ""))
    assert "does not exist" not in text
    assert "nothing to do" in text
    made = physical_ids(somebody)
    for call in somebody.not_sent[known:]:
        named = [word for option, word in pairwise(call) if option in _NAMES]
        assert named, call
        assert set(named) <= made | {cluster(DEV), cluster(PROD)} | tasks(somebody), call


_NAMES = {"--services", "--task", "--cluster", "--target-group-arn", "--certificate-arn", "--alarm-name"}


def cluster(environment: Environment) -> str:
    own = values(environment.name)
    return own.get("ClusterName") or own["AppName"]


def physical_ids(somebody: Operator) -> set[str]:
    return {resource.physical_id for _, resource in somebody.rehearsal.cloud.world.standing(DEV.region)}


def tasks(somebody: Operator) -> set[str]:
    told = [
        somebody.run(
            f"aws ecs list-tasks --cluster {cluster(one)} --region {one.region} --query taskArns --output text"
        )
        for one in (DEV, PROD)
    ]
    return {word for ran in told for word in ran.text.split()}


@pytest.mark.slow
def test_a_rollback_that_failed_is_continued_as_the_page_says(somebody: Operator, folder: Path) -> None:
    somebody.ends(1, "bin/deploy.sh deploy --env dev --set HealthCheckGracePeriodSeconds=90")
    assert status(somebody) == "UPDATE_ROLLBACK_FAILED"
    assert "Ecs/Service" in somebody.ends(0, script(chapter(folder, "dev", "failed-rollback")[1:]))
    assert status(somebody) == "UPDATE_ROLLBACK_COMPLETE"


@pytest.mark.slow
def test_an_update_that_failed_and_stands_is_rolled_back_as_the_page_says(somebody: Operator, folder: Path) -> None:
    stack, name = f"{DEV.stack}-mail-sender", "dev, service mail-sender"
    somebody.ends(0, update(somebody, stack, "--disable-rollback", DesiredCount="3"))
    somebody.ends(0, "bin/deploy.sh events --follow --env dev --service mail-sender || true")
    assert status(somebody, stack) == "UPDATE_FAILED"
    somebody.ends(0, script(chapter(folder, name, "failed-update")[1:]))
    assert status(somebody, stack) == "UPDATE_ROLLBACK_COMPLETE"


def update(somebody: Operator, stack: str, *options: str, **changed: str) -> str:
    """An update that somebody begins by hand: with the template that runs, and one value of another."""
    asked = f"aws cloudformation describe-stacks --stack-name {stack} --region {DEV.region}"
    keys = somebody.ends(0, f"{asked} --query 'Stacks[0].Parameters[].ParameterKey' --output text").split()
    given = [f"ParameterKey={key},ParameterValue={value}" for key, value in changed.items()]
    given += [f"ParameterKey={key},UsePreviousValue=true" for key in keys if key not in changed]
    begun = f"aws cloudformation update-stack --use-previous-template --stack-name {stack} --region {DEV.region}"
    return f"{begun} --capabilities CAPABILITY_IAM {' '.join(options)} --parameters {' '.join(given)}"


@pytest.mark.slow
def test_an_update_at_work_is_cancelled_as_the_page_says(somebody: Operator, folder: Path) -> None:
    stack, name = f"{DEV.stack}-mail-sender", "dev, service mail-sender"
    somebody.rehearsal.go_at(1)
    try:
        somebody.ends(0, update(somebody, stack, DesiredCount="4"))
        somebody.ends(0, script(chapter(folder, name, "cancel")[1:]))
    finally:
        somebody.rehearsal.go_at(0)
    somebody.ends(0, "bin/deploy.sh events --follow --env dev --service mail-sender || true")
    assert status(somebody, stack) == "UPDATE_ROLLBACK_COMPLETE"


@pytest.mark.slow
def test_a_secret_is_given_as_the_page_says(somebody: Operator, folder: Path) -> None:
    [block] = chapter(folder, "dev, service mail-sender", "secrets")[1:]
    told = somebody.ends(0, f"export MAIL_IMAGE={ELSEWHERE['MAIL_IMAGE']}2\n{block.text}")
    assert "parameter ContainerImage" in told


@pytest.mark.slow
def test_a_platform_whose_outputs_services_use_stays(somebody: Operator) -> None:
    assert "in use by" in somebody.ends(1, f"bin/deploy.sh delete --env dev --yes --allow {DEV.stack}")
    somebody.ends(3, service("migrate", "delete", "--yes", "</dev/null"))


@pytest.mark.slow
def test_a_deletion_that_failed_is_begun_again_and_services_go_as_the_page_says(
    somebody: Operator, folder: Path
) -> None:
    somebody.ends(1, service("api", "delete"))
    assert status(somebody, f"{DEV.stack}-api") == "DELETE_FAILED"
    somebody.ends(0, script(chapter(folder, "dev, service api", "failed-deletion")[1:]))
    for name in set(MODULES) - {"api"}:
        somebody.ends(0, script(chapter(folder, f"dev, service {name}", "delete")[1:]))
    for name in MODULES:
        assert "does not exist" in status(somebody, f"{DEV.stack}-{name}")


@pytest.mark.slow
@pytest.mark.parametrize("environment", [DEV, PROD], ids=lambda one: one.name)
def test_a_platform_is_deleted_as_the_page_says_with_what_protects_it(
    somebody: Operator, folder: Path, environment: Environment
) -> None:
    somebody.ends(0, script(chapter(folder, environment.name, "unprotect", "delete")))
    assert "does not exist" in status(somebody, environment.stack)
