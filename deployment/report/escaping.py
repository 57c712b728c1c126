"""Text of unknown origin, made harmless for a terminal, for Markdown and for HTML, and fitted to a terminal."""

import html
import re
from textwrap import wrap

# What neither Markdown nor HTML reads anything into; all else becomes a character reference.
_PLAIN = re.compile(r"[^A-Za-z0-9 .,;:/=()+?%'\u00a1-\U0010ffff-]")
# A code span takes everything literally but backticks, and a table's pipes come first.
_SPAN = re.compile(r"[^`|\s]([^`|]*[^`|\s])?")
_ZERO_WIDTH_SPACE = "&#8203;"


def clean(text: str) -> str:
    """Text of unknown origin without control characters: they would move a terminal's cursor."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def one_line(text: str) -> str:
    """A message of AWS on one line: some come in several."""
    return clean(" ".join(text.split()))


def wrapped(line: str, width: int | None, indent: str) -> str:
    """The line between words, where a terminal would break it within one; None for what is no terminal."""
    if width is None or len(line) <= width:
        return line
    # What is longer than a line, such as an ARN, stays in one piece: it can be copied.
    room = width - max(map(len, line.split()), default=0)
    indent = indent[:room] if room >= 0 else indent
    return "\n".join(
        wrap(line, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False) or [line]
    )


def escaped(text: str) -> str:
    """Text for HTML, in an element or a quoted attribute."""
    return html.escape(clean(text), quote=True)


def prose(text: str) -> str:
    """Text for a line of Markdown that says what it says; GitHub finds nobody and no number mentioned in it."""
    return _PLAIN.sub(_referenced, clean(text))


def code(text: str) -> str:
    """Text for a line of Markdown, even in a table, set as code; GitHub looks for no mentions there."""
    shown = clean(text)
    if _SPAN.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{_PLAIN.sub(_referenced, shown)}</code>" if shown else ""


def fenced(text: str, language: str = "text") -> str:
    """Lines for a Markdown block; the fence is longer than any row of backticks inside."""
    lines = "\n".join(clean(line) for line in text.split("\n"))
    longest = max((len(ticks) for ticks in re.findall("`+", lines)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{lines}\n{fence}"


def _referenced(match: re.Match[str]) -> str:
    sign = match[0]
    return f"&#{ord(sign)};{_ZERO_WIDTH_SPACE if sign in '@#' else ''}"
