"""A release: the version in pyproject.toml and the sections of CHANGELOG.md go together."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.documents.transcripts import PROJECT

_SECTION = re.compile(r"^## (.*)$", re.MULTILINE)
_RELEASE = re.compile(r"(\d+)\.(\d+)\.(\d+) \(\d{4}-\d\d-\d\d\)")


def wrong(changelog: str, version: str) -> str | None:
    """What does not go together; None where all does."""
    first, *released = [title for title in _SECTION.findall(changelog) if not title.startswith("#")] or [""]
    if first != "Unreleased":
        return "the first section is Unreleased"
    matches = [_RELEASE.fullmatch(title) for title in released]
    numbers = [tuple(map(int, match.groups())) for match in matches if match]
    if len(numbers) != len(released):
        return "a release is called by its version and its date"
    if numbers != sorted(set(numbers), reverse=True):
        return "the newest release comes first"
    if numbers and tuple(map(int, version.split("."))) != numbers[0]:
        return "the version is that of the newest release"
    return None


def test_the_version_is_that_of_the_newest_release() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert wrong((PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), project["version"]) is None


@pytest.mark.parametrize(
    ("changelog", "version", "what"),
    [
        ("## Unreleased\n", "0.1.0", None),
        ("## Unreleased\n\n## 1.4.0 (2026-11-30)\n\n## 1.3.0 (2026-10-01)\n", "1.4.0", None),
        ("## 1.4.0 (2026-11-30)\n", "1.4.0", "the first section"),
        ("## Unreleased\n\n## 1.4.0 (2026-11-30)\n", "1.3.0", "the version"),
        ("## Unreleased\n\n## 1.4.0\n", "1.4.0", "its date"),
        ("## Unreleased\n\n## 1.9.0 (2026-11-30)\n\n## 1.10.0 (2026-10-01)\n", "1.9.0", "the newest release"),
    ],
)
def test_what_does_not_go_together_is_seen(changelog: str, version: str, what: str | None) -> None:
    found = wrong(changelog, version)
    assert (what is None) == (found is None)
    assert (what or "") in (found or "")
