"""Options and targets: each one that a page names is there, and each one that is there is named on a page."""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout

import pytest

from deployment.commands import command_line
from rehearsal.__main__ import _parser as rehearsal_parser
from templates.command_line import _parser as render_parser
from tests.documents.test_commands import GUIDES, text_of
from tests.documents.transcripts import PAGES, PROJECT

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_CODE = re.compile(
    r"^ *```(?:sh|yaml)\n(?P<code>.*?)^ *```$|^```\n(?P<shown>.*?)^```$|`(?P<quoted>[^`\n]+)`", re.MULTILINE | re.DOTALL
)
_PROGRAM = re.compile(r"(?:^|\s|/)(deploy\.py|render\.py|-m rehearsal|deploy\.sh)\s")
# What a page says once of a release that is history needs not be said of the one that stands.
LASTING = [page for page in PAGES if page != "CHANGELOG.md"]
# Options of the programs of others, on the pages.
OTHERS: Mapping[str, set[str]] = {
    "aws": {
        *("--assume-role-policy-document", "--attributes", "--aws-service-name", "--capabilities", "--change-set-type"),
        *("--client-id-list", "--endpoint-url", "--load-balancer-arn", "--max-session-duration", "--name", "--output"),
        *("--parameter-overrides", "--parameters", "--policy-document", "--policy-name", "--profile", "--query"),
        *("--region", "--role-name", "--stack-name", "--template-file", "--template-url", "--url"),
        *("--no-fail-on-empty-changeset", "--validation-method"),
    },
    "cdk": {"--concurrency", "--diff", "--express", "--hotswap", "--no-rollback", "--require-approval"},
    "check-jsonschema": {"--schemafile"},
    "cosign": {"--certificate-identity", "--certificate-oidc-issuer", "--key"},
    "gh": {"--body", "--input"},
    "git": {"--all", "--annotate", "--follow-tags", "--initial-branch", "--message", "--quiet", "--tags"},
    "gpg": {"--armor", "--detach-sign", "--verify"},
    "ruff": {"--fix"},
    "sam": {"--code", "--no-confirm-changeset", "--no-watch", "--resolve-s", "--watch", "--resource-mapping"},
    "sha256sum": {"--strict"},
    "tar": {"--group", "--numeric-owner", "--owner", "--sort"},
    "tests.soundness": {"--read-back", "--seeds"},
    "tests.yours": {"--keep"},
}


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """The long options, without --help."""
    return {text for action in parser._actions for text in action.option_strings if text.startswith("--")} - {"--help"}


def options_of_the_bundle() -> set[str]:
    """What the usage of bin/deploy.sh lists."""
    return set(OPTION.findall(usage_of_the_bundle()))


def usage_of_the_bundle() -> str:
    text = (PROJECT / "templates/bundle/bin/deploy.sh").read_text(encoding="utf-8")
    return text.partition("<<'TEXT'\n")[2].partition("\nTEXT\n")[0]


def options_of_deploy() -> set[str]:
    """What deploy.py --help lists."""
    shown = io.StringIO()
    with redirect_stdout(shown), pytest.raises(SystemExit):
        command_line.read_arguments(["--help"])
    return set(re.findall(r"^ +(--[a-z-]+)", shown.getvalue(), re.MULTILINE))


OURS = {
    "deploy.py": options_of_deploy(),
    "render.py": options_of(render_parser("")),
    "-m rehearsal": options_of(rehearsal_parser()),
    "deploy.sh": options_of_the_bundle(),
}


# Where the options of each are explained; of render.py, which pages say less in a project that it made, tests/example.
WHERE: Mapping[str, Sequence[str]] = {
    "deploy.py": GUIDES,
    "-m rehearsal": ("docs/rehearsal.md",),
    "deploy.sh": ("docs/handoff.md",),
}


def typed(text: str) -> Iterator[str]:
    """The lines of code of a page, and of a transcript those that are typed; one that goes on is one line."""
    for match in _CODE.finditer(text):
        lines = (match["code"] or match["quoted"] or "").replace("\\\n", " ").splitlines()
        yield from lines or [line for line in match["shown"].splitlines() if line.startswith("$ ")]


def foreign(text: str) -> Iterator[tuple[str, str]]:
    """The commands of ours with an option that is none of theirs."""
    for line in typed(text):
        parts = _PROGRAM.split(line.partition(" # ")[0].partition(" | ")[0])
        for program, rest in zip(parts[1::2], parts[2::2], strict=True):
            own = rest.partition(" -- ")[0]
            yield from ((program, option) for option in OPTION.findall(own) if option not in OURS[program] | {"--help"})


@pytest.mark.parametrize("page", PAGES)
def test_an_option_on_a_page_is_one_of_a_program(page: str) -> None:
    known = set().union(*OURS.values(), *OTHERS.values(), {"--help"})
    assert set(OPTION.findall(text_of(page))) - known == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_command_on_a_page_has_the_options_of_its_program(page: str) -> None:
    assert [*foreign(text_of(page))] == []


def test_an_option_of_another_program_is_seen() -> None:
    text = "`render.py --bundle x --version 1`\n```sh\npython deploy.py --env x \\\n  --bundle y\n```\n"
    assert [*foreign(text)] == [("deploy.py", "--bundle")]


@pytest.mark.parametrize("program", WHERE)
def test_every_option_of_a_program_is_on_a_page(program: str) -> None:
    named = {option for page in WHERE[program] for option in OPTION.findall(text_of(page))}
    assert len(OURS[program]) > 8
    assert OURS[program] - named == set()


def test_every_verb_of_the_bundle_is_on_its_page() -> None:
    verbs = re.findall(r"^  ([a-z]+)  ", usage_of_the_bundle().partition("options\n")[0], re.MULTILINE)
    [row] = [line for line in text_of("docs/handoff.md").splitlines() if line.startswith("| `bin/deploy.sh` |")]
    assert row.split("|")[2].strip().split(", ") == verbs


def targets() -> set[str]:
    """The targets of the Makefile that have a description."""
    return set(re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def called(text: str) -> set[str]:
    """The targets that code on a page calls."""
    lines = [line.partition(" #")[0] for line in typed(text)]
    found = (re.findall(r"(?:^|[\s;&|:])make ((?:[A-Z]+=\S+ )*)([a-z]+)\b", line) for line in lines)
    return {target for calls in found for _, target in calls}


@pytest.mark.parametrize("page", PAGES)
def test_a_target_on_a_page_is_one_of_the_makefile(page: str) -> None:
    assert called(text_of(page)) - targets() == set()


def test_every_target_is_on_a_page() -> None:
    assert len(targets()) > 15
    assert targets() - set().union(*(called(text_of(page)) for page in LASTING)) == set()


def test_every_target_with_a_description_is_phony() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(phony.split()) == targets()
