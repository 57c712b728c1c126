"""Values that are not there, or not there yet."""

from __future__ import annotations

import pytest

from cloudformation.refusals import ValidationError
from cloudformation.unknown import (
    ABSENT,
    KNOWN_AFTER_APPLY,
    Source,
    Unknown,
    awaited,
    canonical,
    fed,
    fed_by,
    is_settled,
    is_unknown,
    placeholder,
    refuse_placeholders,
    shown,
    shows_unknown,
    sources,
    unevaluated,
    unknowns,
)

TEXT = "{{IntrinsicFunction:root/Net.Outputs.Ids/Fn::GetAtt}}"
FED = fed(TEXT)
ARN = awaited(("App",), "Role", "Arn")


def test_what_is_awaited_says_what_it_is_and_why_it_is_not_known() -> None:
    assert (ARN.text, ARN.placeholder, ARN.is_text) == ("${Role.Arn}", KNOWN_AFTER_APPLY, False)
    assert ARN.sources == {Source(("App",), "Role", "Arn")}
    assert awaited((), "Role").sources == {Source((), "Role", "")}


def test_two_of_one_key_are_one_value_whatever_they_are_called() -> None:
    assert Unknown("a", "k") == Unknown("b", "k", frozenset({Source((), "A", "")}), TEXT)
    assert len({Unknown("a", "k"), Unknown("b", "k")}) == 1
    assert Unknown("a", "k") != Unknown("a", "l")
    assert awaited(("A",), "Vpc") != awaited(("B",), "Vpc")


def test_a_value_computed_from_an_unknown_one_is_unknown_and_waits_for_the_same() -> None:
    found = unevaluated("Fn::Join", ["a", {"b": ARN}])
    assert (found.placeholder, found.is_text) == (KNOWN_AFTER_APPLY, False)
    assert found.text == '{"Fn::Join": ["a", {"b": "${Role.Arn}"}]}'
    assert found.sources == ARN.sources
    assert found == unevaluated("Fn::Join", ["a", {"b": ARN}])
    assert found != unevaluated("Fn::Join", ["b", {"b": ARN}])


def test_a_function_may_say_more_than_its_argument() -> None:
    found = unevaluated("Fn::If", ["C", 1, 2], text="either", key="k", waits=[ARN])
    assert (found.text, found.key, found.sources) == ("either", "k", ARN.sources)


def test_in_a_nested_change_set_it_is_a_placeholder_that_names_the_function() -> None:
    found = unevaluated("Fn::Join", ["a", FED])
    assert (found.placeholder, found.is_text) == ("{{IntrinsicFunction:root//Fn::Join}}", True)


def test_a_placeholder_tells_whose_place_it_takes() -> None:
    assert FED.is_text
    assert FED.sources == {Source(("root",), "Net", "Outputs.Ids")}
    assert (FED.text, FED.placeholder) == ("${Net.Outputs.Ids}", TEXT)
    arn = placeholder("arn:aws:cloudformation:eu:1:stack/root/uuid", "Net.Outputs.Ids", "Fn::GetAtt")
    assert [fed_by(text) for text in (TEXT, arn, "x")] == ["Net.Outputs.Ids", "Net.Outputs.Ids", None]


def test_a_computed_placeholder_is_its_own_name() -> None:
    text = placeholder("root", "", "Fn::ImportValue")
    assert (fed(text).text, fed(text).sources, fed_by(text)) == (text, frozenset(), "")
    assert fed("{{IntrinsicFunction:of nobody").placeholder == "{{IntrinsicFunction:of nobody"


def test_a_text_shows_what_is_not_known() -> None:
    assert shows_unknown(f"a,{KNOWN_AFTER_APPLY}")
    assert shows_unknown(f"a,{TEXT}")
    assert not shows_unknown("{{resolve:ssm:a}}")


def test_a_placeholder_in_a_template_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"Usage of \{\{IntrinsicFunction:root/Net"):
        refuse_placeholders([{"a": TEXT}])
    refuse_placeholders([{"a": "text"}])
    with pytest.raises(ValidationError, match=r"Usage of \S+Netzü\.Id/Ref}} is not allowed"):
        refuse_placeholders({"a": placeholder("root", "Netzü.Id", "Ref")})


def test_unknown_is_seen_at_any_depth() -> None:
    assert is_unknown(FED)
    assert is_unknown([{"a": FED}])
    assert not is_unknown([{"a": "b"}])
    assert list(unknowns([ARN, {"a": (FED,)}])) == [ARN, FED]
    assert sources([ARN, {"a": FED}]) == ARN.sources | FED.sources


def test_absent_null_and_an_empty_text_are_three_values() -> None:
    assert len({canonical(ABSENT), canonical(None), canonical("")}) == 3
    assert (shown(ABSENT), shown(None), shown("")) == ("", "null", "")
    assert not is_unknown([ABSENT, None])


def test_all_spellings_of_a_value_are_one() -> None:
    assert canonical({"b": 80, "a": True}) == canonical({"a": "true", "b": "80"})
    assert canonical("80") != canonical(["80"])
    assert canonical([ARN]) == canonical([awaited(("App",), "Role", "Arn")]) != canonical([FED])


def test_a_canonical_text_tells_whether_all_of_it_is_known() -> None:
    assert is_settled(canonical({"a": ['{"unknown": "x"}', None, ABSENT]}))
    assert not is_settled(canonical({"a": [ARN]}))
    assert shown({"a": [1, ARN]}) == '{"a": ["1", "${Role.Arn}"]}'
