"""RUNBOOK.md: the same input gives the same bytes, and a chapter names nothing of another environment."""

from __future__ import annotations

import re

from cloudformation.environment.delivery.release_stamp import Stamp
from templates.bundle.pages.runbook import RUNBOOK, runbook_file
from tests.own_system import DEV, PROD
from tests.templates.bundle.pages.stacks import own, service

STAMP = Stamp("1.2.3", "0123456789ab", "sha256:00")
PAGE = runbook_file(own(), STAMP).content.decode()


def chapter(name: str, page: str = PAGE) -> str:
    return page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_the_page_is_the_same_each_time_and_says_which_release_it_is_of() -> None:
    assert runbook_file(own(), STAMP).content.decode() == PAGE
    assert runbook_file(own(), STAMP).path == RUNBOOK == "RUNBOOK.md"
    assert "Release 1.2.3, commit 0123456789ab." in PAGE


def test_a_chapter_names_its_own_stack_and_no_other_environment() -> None:
    for mine, other in ((DEV, PROD), (PROD, DEV)):
        text = chapter(mine.name)
        assert f"--stack-name {mine.stack} " in text
        assert f"--env {mine.name}" in text
        assert not re.search(rf"--env {other.name}\b|{re.escape(other.stack)}\b", text)


def test_no_heading_stands_twice_so_that_each_link_leads_to_one_place() -> None:
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert {DEV.name, PROD.name} < set(headings)


def test_a_service_has_a_chapter_behind_its_platform_s() -> None:
    page = runbook_file([*own(), service().one], STAMP).content.decode()
    text = chapter("prod, service api", page)
    assert "SERVICE=$(physical Service)" in text
    assert "bin/deploy.sh deploy --env prod --service api" in text
    assert f"--cluster {own()[-1].values['AppName']} " in text


def test_a_reader_finds_every_task() -> None:
    for task in (
        "check the status",
        "verify the bundle",
        "deploy",
        "change a parameter",
        "go back",
        "scale",
        "logs",
        "a shell",
    ):
        assert f"### prod: {task}" in PAGE
    for task in ("rotate", "alarms", "the stack is stuck", "delete the stack, and what is retained"):
        assert f"### prod: {task}" in PAGE
