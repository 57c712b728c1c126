"""AllowedPattern is Java's; these are its words in Python's mouth."""

import pytest

from deployment.environment.pattern import matches


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("[a-z]+", "abc"),
        (r"\p{Alpha}+\p{Digit}", "abC1"),
        (r"[\p{Lower}_]+", "a_b"),
        (r"\P{Upper}+", "abc"),
        (r"(?<word>a+)b", "aab"),
        (r"(?<!x)a", "a"),
        (r"\Qa.b\E+", "a.bb"),
        (r"\Qa.b", "a.b"),
        (r"a\z", "a"),
        (r"a++b", "aab"),
        ("^$|^x$", ""),
        (r"[\]a]+", "a]"),
        (r"\h", "\t"),
    ],
)
def test_a_java_pattern_matches_the_whole_value(pattern: str, value: str) -> None:
    assert matches(pattern, value) is True


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("[a-z]+", "abc1"),
        ("b", "abc"),
        (r"\d+", "٣"),  # \d is ASCII in Java
        ("a$", "a\n"),
        (r"\p{Alpha}", "é"),
    ],
)
def test_a_partial_match_is_no_match(pattern: str, value: str) -> None:
    assert matches(pattern, value) is False


@pytest.mark.parametrize("pattern", ["[a-z&&[^b]]", "[a[bc]]", r"\p{L}+", r"[\P{Upper}]", "(", r"\p{Nope}", r"\pL"])
def test_what_python_cannot_say_is_left_to_cloudformation(pattern: str) -> None:
    assert matches(pattern, "a") is None
