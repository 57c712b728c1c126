"""What a change set promises, held over generated templates: it announces what happens, and then all is done."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.change_sets.making import NO_CHANGES
from tests.examples import examples
from tests.rehearsal.play import Play

NAMES = ["A", "B", "C", "D"]
WORDS = st.sampled_from(["one", "two", "three"])


def value(earlier: list[str]) -> st.SearchStrategy[Any]:
    """A property's value: a word, a parameter, or something of a resource that comes earlier."""
    plain = st.one_of(WORDS, st.just({"Ref": "P"}), st.builds(lambda word: {"Fn::Sub": word + "-${P}"}, WORDS))
    if not earlier:
        return plain
    before = st.sampled_from(earlier)
    return st.one_of(
        plain,
        st.builds(lambda name: {"Fn::GetAtt": [name, "TopicName"]}, before),
        st.builds(lambda name: {"Fn::Sub": f"x-${{{name}}}"}, before),
        st.builds(lambda name, word: {"Fn::Join": ["-", [word, {"Fn::GetAtt": [name, "TopicName"]}]]}, before, WORDS),
        st.builds(lambda name, word: {"Fn::If": ["On", {"Fn::GetAtt": [name, "TopicName"]}, word]}, before, WORDS),
    )


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    """Topics that refer to earlier ones; names are create-only, display names are not."""
    entries: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        properties = {"DisplayName": draw(value(list(entries)))}
        if draw(st.booleans()):
            properties["TopicName"] = {"Fn::Sub": [f"{name}-${{V}}", {"V": draw(WORDS)}]}
        entries[name] = {"Type": "AWS::SNS::Topic", "Properties": properties}
    return {
        "Parameters": {"P": {"Type": "String"}},
        "Conditions": {"On": {"Fn::Equals": [{"Ref": "P"}, "one"]}},
        "Resources": entries,
    }


def choose(word: str) -> list[dict[str, str]]:
    return [{"ParameterKey": "P", "ParameterValue": word}]


@settings(max_examples=examples(60), deadline=None)
@given(templates(), templates(), WORDS, WORDS)
def test_what_happens_was_announced_and_then_nothing_is_left_to_do(
    before: dict[str, Any], after: dict[str, Any], first: str, second: str
) -> None:
    play = Play()
    play.deploy(before, Parameters=choose(first))
    change_set = play.change_set(after, name="second", Parameters=choose(second))
    described = play.described(change_set, values=False)
    if described["Status"] == "CREATE_COMPLETE":
        rows = {row["ResourceChange"]["LogicalResourceId"]: row["ResourceChange"] for row in described["Changes"]}
        held = len(play.events())
        play("ExecuteChangeSet", ChangeSetName=change_set)
        play.settle()
        assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
        assert {name for name, _ in play.events()[held:]} <= {*rows, "demo"}
        kinds = {name: row["Action"] for name, row in rows.items()}
        assert {name for name, kind in kinds.items() if kind == "Add"} == {*after["Resources"]} - {*before["Resources"]}
        assert {name for name, kind in kinds.items() if kind == "Remove"} == {*before["Resources"]} - {
            *after["Resources"]
        }
    again = play.described(play.change_set(after, name="third", Parameters=choose(second)))
    assert (again["Status"], again.get("StatusReason")) == ("FAILED", NO_CHANGES)


@settings(max_examples=examples(40), deadline=None)
@given(templates(), templates(), WORDS)
def test_a_description_with_values_names_no_resource_that_the_plain_one_does_not(
    before: dict[str, Any], after: dict[str, Any], word: str
) -> None:
    play = Play()
    play.deploy(before, Parameters=choose(word))
    change_set = play.change_set(after, name="second", Parameters=choose(word))
    assert {*play.changes(change_set)} <= {*play.changes(change_set, values=False)}
