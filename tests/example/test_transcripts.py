"""Every transcript of README.md and docs/ is played, in the order of its page, and compared line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents.playing import Player, project_of_the_pages
from tests.documents.transcripts import PAGES, PROJECT, Block, blocks_of
from tests.example.circumstances import CIRCUMSTANCES

TRANSCRIPTS = {page: [block for block in blocks_of(page) if not block.language] for page in PAGES}
NO_SCREEN = {"sh", "yaml", "diff", "json", "python"}
BAD_DAYS = {
    "docs/recovery.md": (
        *("Stack creation time exceeded", "ECS Deployment Circuit Breaker was triggered"),
        *("ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"),
        "could not create the change set",
    ),
    "docs/status-and-drift.md": ("1 resource drifted",),
    "docs/deploying.md": ("declined;",),
    "docs/guarded-changes.md": ("declined;",),
}


def played(block: Block, player: Player) -> Iterator[str]:
    """Where a block and what is said part."""
    for prepared in block.commands:
        said = player.typed(prepared)
        assert said.code == 0, f"{block.place}: {prepared} ended with {said.code}:\n{said.text}"
    with pytest.MonkeyPatch.context() as patch:
        if block.circumstance:
            player = CIRCUMSTANCES[block.circumstance](player, patch)
        for shown in block.parts():
            if text := player.difference(shown):
                yield f"{block.place}: $ {shown.command}: {text}"


_PAGES = [page for page, blocks in TRANSCRIPTS.items() if blocks]


# A page types up to a dozen commands.
@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[] if page == "README.md" else pytest.mark.slow) for page in _PAGES]
)
def test_a_page_shows_what_the_screen_shows(page: str, tmp_path: Path) -> None:
    (folder := tmp_path / "project").mkdir()
    player = Player(project_of_the_pages(folder))
    differences = [text for block in TRANSCRIPTS[page] if not block.not_played for text in played(block, player)]
    assert differences == [], "\n\n".join(differences)


@pytest.mark.parametrize("page", PAGES)
def test_no_block_is_overlooked(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(blocks_of(page))
    others = [block for block in blocks_of(page) if block.language]
    assert {block.language for block in others} <= NO_SCREEN
    assert [block.place for block in others if "$ python" in block.text] == [], "a transcript has no language"


@pytest.mark.parametrize("page", BAD_DAYS)
def test_the_bad_days_are_among_what_is_played(page: str) -> None:
    shown = "\n".join(block.text for block in TRANSCRIPTS[page] if not block.not_played)
    assert [text for text in BAD_DAYS[page] if text not in shown] == []


def test_a_block_that_no_command_shows_is_an_error() -> None:
    [block] = blocks_of("page", "Text.\n\n```\nerror: no\n```\n")
    with pytest.raises(AssertionError, match="no command shows this: error: no"):
        list(block.parts())


def test_a_comment_that_is_no_instruction_is_an_error() -> None:
    with pytest.raises(AssertionError, match="a comment that says nothing"):
        blocks_of("page", "<!-- shown with: python deploy.py -->\n```\nx\n```\n")


def test_what_a_comment_says_belongs_to_the_block_after_it() -> None:
    first, second = blocks_of(
        "page",
        "<!-- after: one -->\n<!-- after: two -->\n<!-- where: there -->\n```\n$ a\nA\n$ b\n```\n\n"
        "<!-- shown by: c -->\n\n```\nC\n\n$ d\nD\n```\n",
    )
    assert (first.commands, first.circumstance, second.circumstance) == (("one", "two"), "there", None)
    assert [(shown.command, shown.lines) for shown in first.parts()] == [("a", ("A",)), ("b", ())]
    assert [(shown.command, shown.lines) for shown in second.parts()] == [("c", ("C",)), ("d", ("D",))]
    assert second.place == "page:12"
