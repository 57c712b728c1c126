"""What the pages of this repository name and those of a project that is made from it need not."""

from __future__ import annotations

from tests.documents.test_commands import text_of
from tests.documents.test_files import ELSEWHERE, named
from tests.documents.test_options import LASTING, OPTION, OTHERS, OURS
from tests.documents.transcripts import PAGES


def options(pages: list[str] | tuple[str, ...]) -> set[str]:
    return {option for page in pages for option in OPTION.findall(text_of(page))}


def test_every_option_of_render_py_is_on_a_page() -> None:
    assert {"--new", "--bundle", "--check"} <= OURS["render.py"]
    assert OURS["render.py"] - options(LASTING) == set()


def test_no_option_of_others_is_listed_that_no_page_names() -> None:
    assert {option for listed in OTHERS.values() for option in listed} - options(PAGES) == set()


def test_nothing_is_listed_as_elsewhere_that_no_page_names() -> None:
    on_pages = set().union(*(named(text_of(page)) for page in PAGES))
    assert set().union(*ELSEWHERE.values()) - on_pages == set()
