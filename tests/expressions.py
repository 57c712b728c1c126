"""Random expressions of a template that CloudFormation can evaluate, for the tests of every evaluator."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Expressions = st.SearchStrategy[Any]
WORDS = st.sampled_from(["a", "prod", "x,y", "${!kept}", "80", "true", "ü"])
SCALARS = st.one_of(WORDS, st.sampled_from([80, 0, True, False]))
MAPPINGS = {"Sizes": {"a": {"Cpu": 256, "Names": ["n", "m"]}, "prod": {"Cpu": "1024", "Names": ["o", "p"]}}}
PARAMETERS: dict[str, dict[str, Any]] = {
    "Stage": {"Type": "String", "AllowedValues": ["a", "prod"]},
    "Words": {"Type": "CommaDelimitedList"},
    "Count": {"Type": "Number", "Default": 3},
}
CONDITIONS = ["First", "Second", "Third"]


def texts(awaited: Expressions | None = None) -> Expressions:
    """Expressions that give a text; `awaited` are further ones, which only the execution knows."""
    plain = st.one_of(
        WORDS,
        st.sampled_from([{"Ref": name} for name in ("Stage", "Count", "AWS::Region", "AWS::AccountId")]),
        st.just({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Cpu"]}),
        st.just({"Fn::Sub": "${Stage}-${!Literal}-${AWS::Region}-${ Count }"}),
    )
    return st.recursive(plain if awaited is None else st.one_of(plain, awaited), _computed, max_leaves=6)


def _computed(inner: Expressions) -> Expressions:
    items = lists(inner)
    return st.one_of(
        st.builds(lambda value: {"Fn::Sub": ["<${V}|${Stage}>", {"V": value}]}, inner),
        st.builds(lambda delimiter, value: {"Fn::Join": [delimiter, value]}, st.sampled_from(["", "-", ","]), items),
        st.builds(lambda value: {"Fn::Select": [0, value]}, items),
        st.builds(lambda value: {"Fn::Base64": value}, inner),
        st.builds(lambda name, *both: {"Fn::If": [name, *both]}, st.sampled_from(CONDITIONS), inner, inner),
    )


def lists(inner: Expressions) -> Expressions:
    """Expressions that give a list of one or more texts."""
    nothing: Expressions = st.just({"Fn::If": ["First", {"Ref": "AWS::NoValue"}, "z"]})
    return st.one_of(
        st.sampled_from([{"Ref": "Words"}, {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Names"]}]),
        st.builds(lambda bits: {"Fn::Cidr": ["10.0.0.0/16", 2, bits]}, st.sampled_from([4, "8"])),
        st.builds(lambda delimiter, value: {"Fn::Split": [delimiter, value]}, st.sampled_from([",", "-"]), inner),
        st.builds(lambda first, rest: [first, *rest], inner, st.lists(st.one_of(inner, nothing), max_size=2)),
    )


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Three conditions, of which each may build on those before it."""
    return st.fixed_dictionaries({name: _condition(CONDITIONS[:place]) for place, name in enumerate(CONDITIONS)})


def _condition(before: list[str]) -> Expressions:
    values = st.one_of(WORDS, st.sampled_from([{"Ref": "Stage"}, {"Ref": "Count"}, {"Ref": "Words"}, 3]))
    equals = st.builds(lambda *both: {"Fn::Equals": [*both]}, values, values)
    single = st.one_of(equals, st.sampled_from([{"Condition": name} for name in before])) if before else equals
    pair = st.lists(single, min_size=2, max_size=3)
    return st.one_of(
        equals,
        st.builds(lambda value: {"Fn::Not": [value]}, single),
        st.builds(lambda operation, both: {operation: both}, st.sampled_from(["Fn::And", "Fn::Or"]), pair),
    )


def given() -> st.SearchStrategy[dict[str, str]]:
    """What the parameters are given."""
    return st.fixed_dictionaries(
        {"Stage": st.sampled_from(["a", "prod"]), "Words": st.sampled_from(["x", "x, y", "80,z "])},
        optional={"Count": st.sampled_from(["1", "80"])},
    )
