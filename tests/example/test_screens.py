"""The screens of docs/screens/, taken from real runs of this system."""

from tests.documents.transcripts import PAGES, PROJECT


def test_every_screen_is_shown() -> None:
    text = "".join((PROJECT / page).read_text(encoding="utf-8") for page in PAGES)
    assert [file.name for file in (PROJECT / "docs/screens").iterdir() if f"screens/{file.name})" not in text] == []
