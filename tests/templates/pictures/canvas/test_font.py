"""Widths of texts, and where they are broken."""

import pytest

from templates.pictures.canvas.font import width, wrapped


def test_a_text_is_as_wide_as_its_characters_in_its_size_and_weight() -> None:
    assert width("", 12) == 0
    assert width("i", 1000) == 278
    assert width("iW", 1000) == 278 + 989
    assert width("iW", 1000, bold=True) == 343 + 1104
    assert width("~", 1000) == 838


def test_a_character_that_no_table_has_counts_as_a_full_square() -> None:
    assert width("網", 12) == 12
    assert width("…", 12) == 12


@pytest.mark.parametrize(
    "text", ["a few words that do not fit", "com.amazonaws.ap-northeast-1.ecr.api", "x" * 90, "網" * 30]
)
@pytest.mark.parametrize("room", [20, 60, 100])
def test_no_line_is_wider_than_its_room_and_nothing_is_lost(text: str, room: int) -> None:
    lines = wrapped(text, 12, room)
    assert all(width(line, 12) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_words_are_kept_whole_where_they_have_room() -> None:
    assert wrapped("one two three", 12, width("one two", 12)) == ["one two", "three"]


def test_a_long_name_is_broken_between_its_parts() -> None:
    name = "Network/InterfaceEndpointSecurityGroup"
    assert wrapped(name, 12, width("Network/InterfaceEndpointSecurityG", 12)) == [
        "Network/InterfaceEndpointSecurity",
        "Group",
    ]
    assert wrapped("library/nginx@sha256:0123", 12, width("library/nginx@s", 12)) == ["library/nginx@", "sha256:0123"]


def test_a_long_word_begins_in_the_line_that_is_not_full() -> None:
    lines = wrapped("in Network/InterfaceEndpointSecurityGroup", 12, 160)
    assert lines[0].startswith("in Network/")


def test_room_for_less_than_a_character_still_ends() -> None:
    assert wrapped("abc", 12, 1) == ["a", "b", "c"]
