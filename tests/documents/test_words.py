"""No word that docs/glossary.md replaces is in a message, a page, a docstring or a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.documents import prose
from tests.documents.project_files import files
from tests.documents.transcripts import PROJECT

GLOSSARY = "docs/glossary.md"
# What is read: the programs, their tests, and every page. What render.py writes follows from them.
READ = re.compile(
    r"(?!rendered/|tests/tools/projects/|requirements/)(?:.*\.py|.*\.sh|.*\.awk|.*\.md|\.github/.*\.ya?ml|params/.*\.yaml)"
)
# Texts that stay as they are: file and text, each with its reason.
ALLOWED = {
    (GLOSSARY, ""): "it lists the words",
    ("tests/documents/test_words.py", ""): "its examples are such words",
    ("deployment/report/html/page.py", "told"): "a class of page.css",
    ("deployment/terminal/together/reports.py", "told"): "a class of page.css",
}


def table(heading: str) -> list[list[str]]:
    """The rows of the glossary's table under a heading, without those that name its columns."""
    section = (PROJECT / GLOSSARY).read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]


def pattern_of(words: str, blanks: str = r"\s+") -> str:
    """A row's words as a pattern: any blanks between them, `…` for up to two more words."""
    phrases = (blanks.join(map(re.escape, phrase.split())) for phrase in words.split(", "))
    return "|".join(phrases).replace(f"{blanks}…", rf"(?:{blanks}[\w']+){{0,2}}")


REPLACED = table("Words that are not used")
# A word of a name or a path is none: `ways_out`, `deployment/run/telling.py`, `.folded`.
WORDS = re.compile(
    rf"(?<![\w/.$-])(?:{'|'.join(pattern_of(row[0]) for row in REPLACED)})(?![\w/]|\.\w|\()", re.IGNORECASE
)


# As they are written in a program: the words of a sentence may be in two literals, or in two lines of a comment.
GAP = r"(?:\W|\b[fr]{1,2}(?=['\"]))+"
WRITTEN = re.compile(rf"\b(?:{'|'.join(pattern_of(row[0].lower(), GAP) for row in REPLACED)})\b")


def read_files() -> Iterator[str]:
    for path in sorted(files()):
        if READ.fullmatch(path) and (path, "") not in ALLOWED:
            yield path


def offences(path: str, source: str) -> Iterator[str]:
    """`file:line: the words`, in the order of the lines."""
    found = set()
    if not WRITTEN.search(source.lower()):
        return
    for piece in prose.READERS[path.rpartition(".")[2]](source):
        for match in WORDS.finditer(piece.text):
            words = " ".join(match[0].split())
            if (path, words) not in ALLOWED:
                found.add((piece.line + piece.text.count("\n", 0, match.start()), words))
    yield from (f"{path}:{line}: {words}" for line, words in sorted(found))


def offences_in(path: str) -> list[str]:
    return list(offences(path, (PROJECT / path).read_text(encoding="utf-8")))


def test_no_replaced_word_is_read_by_anyone() -> None:
    assert [offence for path in read_files() for offence in offences_in(path)] == []


def test_every_kind_of_file_is_read() -> None:
    read = list(read_files())
    assert {path.rpartition(".")[2] for path in read} >= {"py", "sh", "awk", "md", "yaml", "yml"}
    assert {"deploy.py", "CONTRIBUTING.md", "templates/bundle/bin/deploy.sh", "docs/deploying.md"} <= set(read)


def test_both_tables_say_something_in_every_row() -> None:
    used = table("Words that are used")
    assert len(used) > 40
    assert all(len(row) == 3 and (row[0] or row[1]) and row[2] for row in used)
    assert len(REPLACED) > 10
    assert all(len(row) == 2 and all(row) for row in REPLACED)


def test_no_notion_has_two_rows() -> None:
    names = [name for row in table("Words that are used") for cell in row[:2] for name in cell.split(", ") if name]
    assert sorted(names) == sorted(set(names))


def test_an_exception_is_one_that_is_needed() -> None:
    for path, words in ALLOWED:
        texts = prose.READERS[path.rpartition(".")[2]]((PROJECT / path).read_text(encoding="utf-8"))
        assert any(words in " ".join(match[0].split()) for piece in texts for match in WORDS.finditer(piece.text)), path


@pytest.mark.parametrize(
    ("path", "source", "words"),
    [
        ("a.py", '"""What was mended."""\n', ["a.py:1: mended"]),
        ("a.py", 'x = 1\n"""First.\n\nIt is told.\n"""\n', ["a.py:4: told"]),
        ("a.py", "# The update was taken\n# back.\n", ["a.py:1: taken back"]),
        ("a.py", 'x = "taken "\\\n    f"back by {y}"\n', ["a.py:1: taken back"]),
        ("a.py", 'x = f"{told} and {tell(1)}"\n', []),
        ("a.py", 'x = {"folded": y}  # a key\n"""`told` is one."""\n', []),
        ("a.py", "def mend(told): return told.hears\n", []),
        ("a.py", "# See deployment/run/telling.py and `ways_out.py`, not .folded\n", []),
        ("a.sh", 'say "mend it, $told"\n', ["a.sh:1: mend"]),
        ("a.sh", "told=1; say \"$told\" '${told}'\n", []),
        ("a.sh", "x=1 # what it carries\n", ["a.sh:1: carries"]),
        ("a.sh", 'awk \'\n{ told = "x"; print "whoever" # heard\n}\'\n', ["a.sh:2: heard", "a.sh:2: whoever"]),
        ("a.awk", "# What stands\n{ told(1) }\n", ["a.awk:1: What stands"]),
        ("a.md", "It takes\nthat update back.\n", ["a.md:1: takes that update back"]),
        ("a.yaml", "# A way\n# out of it\nwhoever: 1\n", ["a.yaml:1: way out", "a.yaml:3: whoever"]),
    ],
)
def test_words_are_seen_in_what_people_read_and_nowhere_else(path: str, source: str, words: list[str]) -> None:
    assert list(offences(path, source)) == words
