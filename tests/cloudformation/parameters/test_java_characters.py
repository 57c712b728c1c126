"""Classes of characters of Java's patterns: what is in one, what is not, and what is refused or left unsaid."""

from __future__ import annotations

import re

import pytest

from cloudformation.parameters.java_characters import (
    CharacterReader,
    InvalidPatternError,
    UnsayableError,
    negation,
    union,
)


def read(pattern: str, flags: str = "") -> tuple[str, str]:
    """The expression of the class that a pattern begins with, and what comes after it."""
    reader = CharacterReader(pattern)
    reader.flags = frozenset(flags)
    assert reader.takes("[")
    written = reader.bracketed()
    return written, reader.text[reader.place :]


def members(pattern: str, flags: str = "") -> str:
    """The characters of ASCII, and a few beyond it, that are in the class."""
    written, rest = read(pattern, flags)
    assert rest == ""
    every = [*map(chr, range(128)), "\x85", "\xa0", "é", "\u2028", "\u3000", "\U0001f600"]
    return "".join(one for one in every if re.fullmatch(written, one))


LETTERS, CAPITALS, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
SPACES = "\t\n\v\f\r "
CONTROLS = "".join(map(chr, range(32)))
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


@pytest.mark.parametrize(
    ("pattern", "inside"),
    [
        ("[a]", "a"),
        ("[abc]", "abc"),
        ("[a-c]", "abc"),
        ("[a-cx-z]", "abcxyz"),
        ("[a-a]", "a"),
        ("[a-]", "-a"),
        ("[-a]", "-a"),
        ("[]a]", "]a"),
        ("[a[b]]", "ab"),
        ("[a-[b]]", "-ab"),
        ("[a-c&&b-d]", "bc"),
        ("[a-c&&[b-d]]", "bc"),
        ("[a-f&&b-e&&c-z]", "cde"),
        ("[a-c&&[^b]]", "ac"),
        ("[a&b]", "&ab"),
        ("[a^]", "^a"),
        ("[\\d]", DIGITS),
        ("[\\w]", f"{DIGITS}{CAPITALS}_{LETTERS}"),
        ("[\\s]", SPACES),
        ("[\\v]", "\n\v\f\r\x85\u2028"),
        ("[\\h]", "\t \xa0\u3000"),
        ("[\\p{Lower}]", LETTERS),
        ("[\\p{Upper}]", CAPITALS),
        ("[\\p{Alpha}]", CAPITALS + LETTERS),
        ("[\\p{Digit}]", DIGITS),
        ("[\\p{Alnum}]", DIGITS + CAPITALS + LETTERS),
        ("[\\p{Punct}]", PUNCTUATION),
        ("[\\p{Blank}]", "\t "),
        ("[\\p{Cntrl}]", f"{CONTROLS}\x7f"),
        ("[\\p{XDigit}]", f"{DIGITS}ABCDEFabcdef"),
        ("[\\p{Space}]", SPACES),
        ("[\\x41]", "A"),
        ("[\\x{41}]", "A"),
        ("[\\x{1f600}]", "\U0001f600"),
        ("[\\u0041\\u00e9]", "Aé"),
        ("[\\07\\0101]", "\aA"),
        ("[\\0041-\\0043]", '!"#'),
        ("[\\0400]", " 0"),
        ("[\\a\\e\\f\\n\\r\\t]", "\a\t\n\f\r\x1b"),
        ("[\\cA\\c@]", "\x00\x01"),
        ("[\\.\\-\\]\\\\]", "-.\\]"),
        ("[\\v-\\x0d]", "\v\f\r"),
        ("[\\Qa-c]\\E]", "-]ac"),
        ("[^\\x00-Y\\x{5b}-\\x{10ffff}]", "Z"),
    ],
)
def test_a_class_holds_what_java_says(pattern: str, inside: str) -> None:
    assert members(pattern) == inside


@pytest.mark.parametrize("name", ["a-c", "\\d", "\\p{Alpha}", "a[bc]", "a-c&&b-d", "\\x41", "abc&&[^b]"])
def test_a_caret_negates_the_whole_of_a_class(name: str) -> None:
    inside, outside = members(f"[{name}]"), members(f"[^{name}]")
    assert set(inside).isdisjoint(outside)
    assert len(inside) + len(outside) == 134
    if name.startswith("\\") and "x" not in name:
        upper = f"[{name[:1]}{name[1].upper()}{name[2:]}]"
        assert members(upper) == outside
        assert members(upper.replace("[", "[^", 1)) == inside


@pytest.mark.parametrize(
    ("pattern", "inside"),
    [
        ("[a-c]", "ABCabc"),
        ("[A-C]", "ABCabc"),
        ("[X-c]", f"XYZ[\\]^_`{'abc'}xyz".replace("XYZ", "ABCXYZ")),
        ("[0-9]", DIGITS),
        ("[z]", "Zz"),
        ("[Z]", "Zz"),
        ("[`-a]", "A`a"),
        ("[z-{]", "Zz{"),
        ("[@-A]", "@Aa"),
        ("[Z-\\[]", "Z[z"),
        ("[\\p{Lower}]", CAPITALS + LETTERS),
        ("[\\p{Upper}]", CAPITALS + LETTERS),
        ("[\\p{Digit}]", DIGITS),
    ],
)
def test_where_case_is_ignored_letters_of_ascii_are_in_it_in_both(pattern: str, inside: str) -> None:
    assert members(pattern, "i") == inside


def test_where_white_space_is_passed_over_it_is_no_member_and_a_comment_is_none() -> None:
    assert members("[a b\t]", "x") == "ab"
    assert members("[ a#b]\n c]", "x") == "ac"
    assert members("[a b]") == " ab"


@pytest.mark.parametrize(
    "pattern",
    ["[b-a]", "[a", "[", "[\\", "[\\q]", "[\\x4]", "[\\u004]", "[\\0]", "[\\08]", "[\\x{110000}]", "[\\p{Nonsense}]",
     "[\\p]", "[a-", "[&&]", "[\\cA"],
)  # fmt: skip
def test_what_java_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        read(pattern)


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        ("[a&&]", ""),
        ("[a&&&&b]", ""),
        ("[a&&[b]&c]", ""),
        ("[\\N]", ""),
        ("[\\X]", ""),
        ("[\\p{javaMirrored}]", ""),
        ("[\\p{LC}]", ""),
        ("[\\p{IsAlpha}]", ""),
        ("[\\p{Lu}]", "i"),
        ("[\\p{IsLowercase}]", "i"),
        ("[a&b]", "x"),
        ("[\\x 41]", "x"),
        ("[\\x{d800}]", ""),
    ],
)
def test_what_no_other_engine_says_is_left_unsaid(pattern: str, flags: str) -> None:
    with pytest.raises(UnsayableError):
        read(pattern, flags)


@pytest.mark.parametrize(
    ("name", "written"),
    [("L", "L"), ("Lu", "Lu"), ("IsL", "L"), ("javaLetter", "L"), ("javaLowerCase", "Lowercase"),
     ("IsLatin", "IsLatin"), ("InGreek", "InGreek"), ("sc=Latin", "sc=Latin"), ("GC=Lu", "GC=Lu"),
     ("block=Greek", "block=Greek")],
)  # fmt: skip
def test_what_unicode_alone_knows_is_left_to_the_engine(name: str, written: str) -> None:
    assert read(f"[\\p{{{name}}}]") == (f"[\\p{{{written}}}]", "")
    assert read(f"[\\P{{{name}}}]x") == (f"[^\\p{{{written}}}]", "x")


def test_classes_are_put_together_and_negated() -> None:
    assert union(["[a]", "[b-c]"]) == "[ab-c]"
    assert union(["[a]", "[^b]", "(?:c)"]) == "(?:[a]|[^b]|(?:c))"
    assert union(["[^b]"]) == "[^b]"
    assert [negation(one) for one in ("[a]", "[^a]", "(?:a)")] == ["[^a]", "[a]", r"(?:(?!(?:a))[\s\S])"]


def test_a_place_in_a_pattern_moves_with_what_is_taken() -> None:
    reader = CharacterReader(" ab")
    assert (reader.takes("a"), reader.place, reader.takes(" a"), reader.peek(), reader.place) == (
        False,
        0,
        True,
        "b",
        2,
    )
    assert (reader.at(2), reader.at(3)) == ("b", "<end>")
    reader = CharacterReader(" #x\nab")
    reader.flags = frozenset("x")
    assert (reader.takes("b"), reader.place, reader.takes("ab"), reader.place) == (False, 4, True, 6)
    with pytest.raises(UnsayableError):
        reader.match(re.compile("x"))
