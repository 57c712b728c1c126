"""The files and folders that a page names are there, in the project or in what its commands write."""

from __future__ import annotations

import re

import pytest

from tests.documents.project_files import files, folders
from tests.documents.transcripts import PAGES, PROJECT
from tests.yours.checklists import FIRST_OF_ALL

_QUOTED = re.compile(r"`([^`\n]+)`")
_BLOCKS = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# A path has a folder in it or one of these endings; `a/b` alone may be a resource of a nested stack.
_FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]*\w\.(?:py|yaml|yml|md|toml|json|tsv|sh|awk|svg|png|txt|css|js|mjs)")
_FOLDER = re.compile(r"\.?[\w-]+(?:/[\w.-]+)*/")
# What a page names and the project has not: what it makes, what the reader writes, and what is somebody else's.
ELSEWHERE = {
    "a bundle": {
        *("MANIFEST.json", "RUNBOOK.md", "artifacts-bucket.yaml", "codepipeline.json"),
        *("deploy-tags.json", "deployer.yaml", "deployment.json", "environment.sh", "notifications.json"),
        *("overrides.json", "parameters.json", "policy/bucket/", "policy/ci-role.yaml", "rollback-triggers.json"),
        *("service-role.yaml", "stack-policy.json", "tags.json", "secrets.txt", "templates.tsv"),
        *("bin/guards.tsv", "policy/", "published/"),
    },
    "the state of a rehearsal": {".rehearsal/", "cloudformation.json", "tasks.json"},
    "what others install here": {".tools/"},
    "what a run of mutations keeps": {".mutants/"},
    "what a pipeline writes": {"plans.tsv"},
    "what the reader writes": {
        *("params/stage.yaml", "templates/layers/orders.py", "templates/services/", ".vscode/settings.json"),
        "mail_sender.py",
    },
    "files of other programs": {"cdk.context.json", "partitions.json"},
}


def named(text: str) -> set[str]:
    """The files and folders between the backticks of a page."""
    quoted = _QUOTED.findall(_BLOCKS.sub("", text))
    return {word for word in quoted if _FILE.fullmatch(word) or _FOLDER.fullmatch(word)}


def missing(text: str) -> set[str]:
    """What is named and not there: by its whole path, or by its last parts where only these are named."""
    left = named(text) - files() - folders()
    return {word for word in left if not any(path.endswith(f"/{word}") for path in files() | folders())}


@pytest.mark.parametrize("page", PAGES)
def test_a_file_that_a_page_names_is_there(page: str) -> None:
    elsewhere = set().union(*ELSEWHERE.values())
    if not FIRST_OF_ALL:  # a project that was made has not the tests of the one that it was made from
        elsewhere |= {word for word in named((PROJECT / page).read_text("utf-8")) if word.startswith("tests/example/")}
    assert missing((PROJECT / page).read_text(encoding="utf-8")) - elsewhere == set()


def test_a_file_that_is_not_there_is_seen() -> None:
    text = "`deploy.py` `deployment/run/` `names.py` `nowhere.py` `docs/no.md` `Ecs/Service` `gone/`\n"
    assert missing(text) == {"nowhere.py", "docs/no.md", "gone/"}
