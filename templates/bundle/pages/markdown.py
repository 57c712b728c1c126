"""A page of Markdown, as lines: what the runbook is written with."""

from collections.abc import Iterable, Sequence

Lines = list[str]


def heading(level: int, text: str) -> Lines:
    return [f"{'#' * level} {text}", ""]


def paragraph(*sentences: str) -> Lines:
    """Sentences that follow each other."""
    return [" ".join(sentence for sentence in sentences if sentence), ""]


def commands(*lines: str, when: str = "") -> Lines:
    """Commands of a shell that are run one after the other, unchanged; `when` says in which state of a stack,
    where that is not every one."""
    return [f"```sh {when}".rstrip(), *lines, "```", ""]


def bullets(items: Iterable[str]) -> Lines:
    return [*(f"- {item}" for item in items), ""]


def numbered(items: Iterable[str]) -> Lines:
    return [*(f"{number}. {item}" for number, item in enumerate(items, 1)), ""]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A table; what would end a cell is written so that it does not."""
    lines = [head, ["---"] * len(head), *rows]
    return [*(f"| {' | '.join(map(_cell, row))} |" for row in lines), ""]


def link(text: str) -> str:
    """A link to the heading of that text, as GitHub and GitLab name it."""
    anchor = "".join(letter for letter in text.lower() if letter.isalnum() or letter in " -_").replace(" ", "-")
    return f"[{text}](#{anchor})"


def literal(text: str) -> str:
    """A text as it is, with all special characters."""
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}" if fence == "``" else f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
