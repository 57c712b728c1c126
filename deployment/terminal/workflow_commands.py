"""Workflow commands of GitHub Actions: folded groups and annotations.

GitHub docs, "Workflow commands for GitHub Actions": a command is a line of its own on any stream; its message escapes
`%`, CR and LF, its properties `:` and `,` too. Whatever else begins with `::` would be taken for a command, and so
would what has `##[` anywhere: the older form, which the runner still reads (actions/runner, ActionCommand.cs).
"""

from __future__ import annotations

END_GROUP = "::endgroup::"


def group(title: str) -> str:
    """Begins what is folded under a title, until END_GROUP."""
    return f"::group::{_message(title)}"


def error(title: str, message: str) -> str:
    """An annotation that says what failed."""
    return f"::error title={_property(title)}::{_message(message)}"


def notice(title: str, message: str) -> str:
    """An annotation that tells something worth knowing."""
    return f"::notice title={_property(title)}::{_message(message)}"


def harmless(line: str) -> str:
    """A line of text that is not taken for a command, whoever wrote it."""
    text = line.lstrip()
    return (f"| {text}" if text.startswith("::") else line).replace("##[", "## [")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
