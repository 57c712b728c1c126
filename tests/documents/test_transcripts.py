"""Every transcript of README.md and docs/ is played, in the order of its page, and compared line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents.circumstances import CIRCUMSTANCES
from tests.documents.playing import Player, project_of_the_pages
from tests.documents.transcripts import PAGES, Block, blocks_of

_TRANSCRIPTS = {page: [block for block in blocks_of(page) if not block.language] for page in PAGES}


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


@pytest.mark.parametrize("page", [page for page, blocks in _TRANSCRIPTS.items() if blocks])
def test_a_page_shows_what_the_screen_shows(page: str, tmp_path: Path) -> None:
    (folder := tmp_path / "project").mkdir()
    player = Player(project_of_the_pages(folder))
    differences = [text for block in _TRANSCRIPTS[page] if not block.not_played for text in played(block, player)]
    assert differences == [], "\n\n".join(differences)
