"""The prose of a file: what people read in it, each piece with its line. Identifiers, keys and code are left out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_SHELL = re.compile(
    r"(?P<comment>(?<![^\s;])#[^\n]*)|'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|(?P<other>\\.|[^'\"#\\]+|.)",
    re.DOTALL,
)
_AWK = re.compile(
    r"(?P<comment>#[^\n]*)|(?P<pattern>(?<=[~(,!&|])\s*/(?:[^/\\\n]|\\.)+/|^\s*/(?:[^/\\\n]|\\.)+/)"
    r"|\"(?P<double>(?:[^\"\\\n]|\\.)*)\"|(?P<other>\\.|[^\"#/\\]+|.)",
    re.DOTALL | re.MULTILINE,
)
_IDENTIFIER = re.compile(r"`\w+`")
_VARIABLE = re.compile(r"\$\{?\w+\}?")
# A mark before a comment, and the blanks that code needs, do not part the words of a sentence.
_MARK = re.compile(r"^[ \t]*#+", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """A text as a person reads it, and the line on which it begins."""

    line: int
    text: str


def of_python(source: str) -> Iterator[Piece]:
    """Literals (docstrings among them) and comments; one word alone is a key, and `word` is an identifier."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield Piece(node.lineno, "".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\s", node.value):
            yield Piece(node.lineno, _IDENTIFIER.sub("{}", node.value))
    yield from _comments(source)


def _comments(source: str) -> Iterator[Piece]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
    yield from _joined(comments)


def _joined(comments: list[tuple[int, str]]) -> Iterator[Piece]:
    together = list[str]()
    for number, (line, text) in enumerate(comments):
        together.append(text.lstrip("# "))
        following = comments[number + 1][0] if number + 1 < len(comments) else None
        if following != line + 1:
            yield Piece(line - len(together) + 1, "\n".join(together))
            together = []


def of_shell(source: str) -> Iterator[Piece]:
    """Comments, and what is between quotation marks, without its variables; a program for awk is read as such."""
    comments = list[tuple[int, str]]()
    for match in _SHELL.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        if match["comment"]:
            comments.append((line, match["comment"]))
        elif match["single"] and "{" in match["single"]:
            yield from (Piece(line + piece.line - 1, piece.text) for piece in of_awk(match["single"]))
        elif text := match["single"] or match["double"]:
            yield Piece(line, _VARIABLE.sub("{}", text))
    yield from _joined(comments)


def of_awk(source: str) -> Iterator[Piece]:
    """Comments and strings."""
    comments = list[tuple[int, str]]()
    for match in _AWK.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        if match["comment"]:
            comments.append((line, match["comment"]))
        elif match["double"]:
            yield Piece(line, match["double"])
    yield from _joined(comments)


def of_text(source: str) -> Iterator[Piece]:
    """The whole text: a page, or YAML with its comments; `word` is an identifier."""
    yield Piece(1, _IDENTIFIER.sub("{}", _MARK.sub("", source)))


READERS = {"py": of_python, "sh": of_shell, "awk": of_awk, "md": of_text, "yaml": of_text, "yml": of_text}
