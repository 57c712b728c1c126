"""The screens of docs/screens/, taken from real runs of this system."""

from tests.documents.transcripts import PROJECT


def test_every_screen_is_shown() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [file.name for file in (PROJECT / "docs/screens").iterdir() if f"docs/screens/{file.name}" not in text] == []
