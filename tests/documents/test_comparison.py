"""A transcript that no longer agrees is found, and one that does is not."""

from __future__ import annotations

import pytest

from tests.documents.comparison import difference

SAID = "making\nuploading 6 of 6\n├── Network\n│   ├── + Vpc\n│   └── + Subnet\n└── Ecs \ndone after 3s\n"


@pytest.mark.parametrize(
    "shown",
    [
        SAID,
        "…\n└── Ecs\n…",
        "making\nuploading … of 6\n├── Network\n│   …\n└── Ecs\ndone after 3s",
        "making\n…\ndone after 3s",
        "…\ndone after …",
        "making\n…",
    ],
)
def test_what_is_left_out_is_not_compared(shown: str) -> None:
    assert difference(shown.splitlines(), SAID, {}) is None


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ("uploading 6 of 6\n…", "uploading 6 of 6"),
        ("making\n├── Network\n…", "├── Network"),
        ("making\nuploading 6 of 6", "the end"),
        ("…\n└── Ecs\n│   └── + Subnet\n…", "│   └── + Subnet"),
        ("…\ndone after 3s\n└── Ecs", "└── Ecs"),
        ("making\n…\ndone after 4s", "done after 4s"),
        ("making\n…\ndone", "done"),
        ("…\n└── Ecs", "the end"),
        ("", "the end"),
    ],
)
def test_the_first_line_that_does_not_come_is_named(shown: str, line: str) -> None:
    text = difference(shown.splitlines(), SAID, {})
    assert text
    assert text.splitlines()[0] == f"does not come: {line}"
    assert "    done after 3s" in text


def test_what_a_page_calls_a_digest_is_the_same_everywhere() -> None:
    named: dict[str, str] = {}
    shown = ["2026-01-01 00:00:00  0c6f9b2e81d3  CREATE_COMPLETE", "5be0c1d7a94e in 123456789012"]
    said = "2031-12-31 12:34:56  aaaaaaaaaaaa  CREATE_COMPLETE\nbbbbbbbbbbbb in 123456789012\n"
    assert difference(shown, said, named) is None
    assert named == {"0c6f9b2e81d3": "aaaaaaaaaaaa", "5be0c1d7a94e": "bbbbbbbbbbbb"}
    assert difference(["back to 0c6f9b2e81d3"], "back to aaaaaaaaaaaa\n", named) is None
    assert difference(["back to 0c6f9b2e81d3"], "back to bbbbbbbbbbbb\n", named)
    assert difference(["in 123456789012"], "in 210987654321\n", named)
