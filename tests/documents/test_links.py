"""The pages lead to each other: every link, every picture and every heading that one names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.documents.transcripts import PAGES, PROJECT

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_LABEL, _DEFINED = re.compile(r"\]\[([\w-]+)\]"), re.compile(r"^\[([\w-]+)\]: \S+$", re.MULTILINE)


def headings(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere; those to other hosts are not followed."""
    text = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    left = sorted(set(_LABEL.findall(text)) ^ set(_DEFINED.findall(text)))
    for link in _LINK.findall(text):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (anchor and anchor not in headings(target)):
            left.append(link)
    return left


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    assert broken(PROJECT / page) == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A title: of two\n[a](page.md) [b](#a-title-of-two) [c](#no) [d](no.md) [e](https://x.invalid/)\n"
        "[f][there] [g][nowhere]\n\n[there]: https://x.invalid/\n"
    )
    assert broken(page) == ["nowhere", "#no", "no.md"]


def test_the_decisions_are_numbered_without_a_gap_and_each_is_led_to() -> None:
    files = sorted(file for file in (PROJECT / "docs/decisions").iterdir() if file.name != "README.md")
    numbers = Counter(file.name[:4] for file in files)
    assert list(numbers) == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert set(numbers.values()) == {1}


def led_to(page: Path) -> list[Path]:
    """The files that a page links to, in its order."""
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    return [(page.parent / link.partition("#")[0]).resolve() for link in links if not re.match(r"[a-z]+:|#", link)]


def test_the_readme_leads_to_the_index() -> None:
    assert PROJECT / "docs/README.md" in led_to(PROJECT / "README.md")


@pytest.mark.parametrize("folder", ["docs", "docs/decisions"])
def test_an_index_lists_every_page_of_its_folder_once(folder: str) -> None:
    index = PROJECT / folder / "README.md"
    counts = Counter(file for file in led_to(index) if file.parent == index.parent)
    assert counts == Counter(file for file in index.parent.glob("*.md") if file != index)


def test_the_pages_beside_the_readme_are_listed_by_an_index() -> None:
    listed = {*led_to(PROJECT / "README.md"), *led_to(PROJECT / "docs/README.md")}
    assert {PROJECT / page for page in PAGES if "/" not in page} - listed == set()
