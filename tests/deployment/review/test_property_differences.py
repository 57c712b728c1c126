"""How one resource differs between two sides: each innermost value that changes, or may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from cloudformation.unknown import Source, sources
from deployment.review.property_differences import Differences
from deployment.review.review import PropertyChange, WillChange
from deployment.template.resource_path import ROOT
from deployment.template.stored_by_tree import StoredByTree
from deployment.template.template import parse_document
from deployment.template.values import Values

NEVER, MAYBE, ALWAYS = RequiresRecreation.NEVER, RequiresRecreation.CONDITIONALLY, RequiresRecreation.ALWAYS
_APP, _DEEP = ROOT / "App", ROOT / "App" / "Deep"
_ROOT = """
Parameters: {Stage: {Type: String, Default: dev}, Size: {Type: String, Default: small}}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue}
  App: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app, Tags: [{Key: team, Value: !Ref Stage}]}}
"""
_APP_TEXT = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Deep: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deep, Tags: [{Key: part, Value: one}]}}
"""


def _differences(
    *pairs: tuple[str, str], moving: Collection[str] = (), stages: tuple[str, str] = ("dev", "dev")
) -> Differences:
    """Two sides whose templates differ by what is in the pairs; the resources of which names are `moving` may."""
    sides = []
    for side, stage in enumerate(stages):
        texts = [_ROOT, _APP_TEXT]
        for pair in pairs:
            assert any(pair[0] in text for text in texts)
            texts = [text.replace(pair[0], pair[side]) for text in texts]
        documents = dict(zip((ROOT, _APP), map(parse_document, texts), strict=True))
        sides.append(Values({**documents, _DEEP: parse_document("Resources: {}")}, {"Stage": stage}, {}))

    def moves(value: Any) -> WillChange:
        return WillChange.MAY if any(source.name in moving for source in sources(value)) else WillChange.NO

    before, after = sides
    return Differences(before, after, moves, StoredByTree(before, after))


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def test_the_innermost_value_that_differs_is_named_with_the_way_to_it() -> None:
    old = {"Same": 1, "Deep": {"List": [{"A": "a", "B": "b"}, "x"]}, "Short": ["a"], "Gone": "g"}
    new = {"Same": 1, "Deep": {"List": [{"A": "a", "B": "c"}, "x"]}, "Short": ["a", "b"], "Come": {"a": "b"}}
    assert list(_differences().properties(ROOT, old, new)) == [
        PropertyChange("Come", None, '{"a": "b"}', known=True, certain=True, recreation=MAYBE, cause=None),
        PropertyChange("Deep/List/0/B", "b", "c", known=True, certain=True, recreation=MAYBE, cause=None),
        PropertyChange("Gone", "g", None, known=True, certain=True, recreation=MAYBE, cause=None),
        PropertyChange("Short", '["a"]', '["a", "b"]', known=True, certain=True, recreation=MAYBE, cause=None),
    ]


def test_what_a_type_is_known_to_update_in_place_replaces_nothing() -> None:
    old, new = {"DisplayName": "a", "TopicName": "a"}, {"DisplayName": "b", "TopicName": "b"}
    found = {change.name: change.recreation for change in _differences().properties(ROOT, old, new, "AWS::SNS::Topic")}
    assert found == {"DisplayName": NEVER, "TopicName": MAYBE}


def test_what_moves_is_a_doubt_with_what_it_waits_for_and_what_stays_is_none() -> None:
    both = {"Fed": {"Fn::Sub": "a-${Topic}"}, "Other": _ref("Queue")}
    assert list(_differences().properties(ROOT, both, both)) == []
    assert list(_differences(moving=["Topic"]).properties(ROOT, both, both)) == [
        PropertyChange("Fed", "a-${Topic}", None, known=False, certain=False, recreation=MAYBE, cause="Topic")
    ]


def test_values_that_read_alike_and_are_not_the_same_change_for_sure_to_what_is_not_known() -> None:
    """One is written out, the other one a reference: what it comes to is not known."""
    [change] = _differences().properties(ROOT, {"Fed": "${Topic}"}, {"Fed": _ref("Topic")})
    assert (change.before, change.after, change.known, change.certain) == ("${Topic}", None, False, True)
    assert change.cause == "Topic", "nothing that it waits for moves: then it is what it waits for"
    several = {"Fed": '["${Queue}", "${Topic}"]'}, {"Fed": [_ref("Queue"), _ref("Topic")]}
    [change] = _differences(moving=["Topic"]).properties(ROOT, *several)
    assert (change.certain, change.cause) == (True, "Topic"), "of several, what moves"


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        (_ref("Stage"), "Stage"),
        ({"Fn::Sub": "${Size}-${Stage}"}, "Stage"),
        ({"Fn::If": ["Prod", "a", "b"]}, None),
        ({"Fn::Join": ["", [_ref("Stage"), {"Fn::GetAtt": ["Topic", "TopicName"]}]]}, "Stage"),
    ],
)
def test_a_parameter_that_gets_another_value_is_the_cause_of_what_reads_it(expression: Any, cause: str | None) -> None:
    value = {"Name": expression}
    changes = list(_differences(stages=("dev", "prod")).properties(ROOT, value, value))
    assert [change.cause for change in changes] == [cause]


def test_a_parameter_that_is_new_is_no_cause() -> None:
    differences = _differences(("Size: {", "Other: {"))
    [change] = differences.properties(ROOT, {"Name": "a"}, {"Name": _ref("Other")})
    assert (change.before, change.after, change.cause) == ("a", "small", None)


def test_another_type_replaces_and_policies_and_metadata_never_do() -> None:
    old: dict[str, Any] = {
        "Type": "AWS::SNS::Topic",
        "DeletionPolicy": "Retain",
        "Metadata": {"Note": "a"},
        "Condition": "Prod",
    }
    new: dict[str, Any] = {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "Metadata": {"Note": "b"},
        "Properties": {"A": "b"},
    }
    assert list(_differences().beside(ROOT, old, new)) == [
        PropertyChange("Type", old["Type"], new["Type"], known=True, certain=True, recreation=ALWAYS, cause=None),
        PropertyChange("DeletionPolicy", "Retain", "Delete", known=True, certain=True, recreation=NEVER, cause=None),
        PropertyChange("Metadata/Note", "a", "b", known=True, certain=True, recreation=NEVER, cause=None),
    ]
    assert list(_differences().beside(ROOT, old, old)) == []


def test_a_condition_that_may_turn_is_named_after_what_it_will_be() -> None:
    plain, conditional = "Topic: {Type: AWS::SNS::Topic}", "Topic: {Type: AWS::SNS::Topic, Condition: Prod}"
    text = _ROOT.replace(plain, conditional)
    with_it, without = (Values({ROOT: parse_document(side)}, {}, {}) for side in (text, _ROOT))

    def told(before: Values, after: Values) -> PropertyChange:
        differences = Differences(before, after, lambda _: WillChange.NO, StoredByTree(before, after))
        return differences.condition(ROOT / "Topic")

    unknown = PropertyChange("Condition", None, None, known=False, certain=False, recreation=NEVER, cause="Prod")
    assert told(without, with_it) == unknown
    assert told(with_it, without) == replace(unknown, before="Prod")


def test_tags_of_a_nested_stack_reach_all_that_is_in_it_and_below() -> None:
    differences = _differences(("Value: one", "Value: two"), stages=("dev", "prod"))
    own = PropertyChange("Tags/0/Value", "dev", "prod", known=True, certain=False, recreation=NEVER, cause="Stage")
    deep = PropertyChange("Tags/0/Value", "one", "two", known=True, certain=False, recreation=NEVER, cause=None)
    assert differences.own_tags(ROOT) == ()
    assert differences.own_tags(_APP) == (own,)
    assert differences.own_tags(_DEEP) == (own, deep)
    assert _differences().own_tags(_DEEP) == ()


def test_tags_that_a_nested_stack_loses_are_lost_to_all_that_is_in_it() -> None:
    [gone] = _differences((", Tags: [{Key: part, Value: one}]", "")).own_tags(_DEEP)
    assert (gone.name, gone.before, gone.after) == ("Tags", '[{"Key": "part", "Value": "one"}]', None)


def test_values_differ_where_anything_in_them_does_or_may() -> None:
    value = _differences(moving=["Topic"]).after.value(ROOT, {"A": [_ref("Topic")]})
    assert _differences(moving=["Topic"]).differ(value, value)
    assert not _differences().differ(value, value)
    assert _differences().differ({"A": 1}, {"A": 2})
    assert not _differences().differ({"A": 1}, {"A": "1"})
    assert _differences().differ({1: "a", "b": "c"}, {1: "b", "b": "c"})
    for old, new in (("ab", ["a", "b"]), (["a", "b"], "ab"), (["a"], ["a", "b"]), ({"A": 1}, ["A"]), (["A"], {"A": 1})):
        assert _differences().differ(old, new)


def test_who_is_updated_reads_its_secrets_again_as_far_as_the_tree_writes_them() -> None:
    read = "{{resolve:secretsmanager:key}}"
    reader = f"Topic: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: '{read}', TopicName: '{read}', Tags: []}}}}"
    text = _ROOT.replace("  Topic: {Type: AWS::SNS::Topic}", f"  {reader}").replace(
        "  Queue: {Type: AWS::SQS::Queue}",
        "  Key: {Type: AWS::SecretsManager::Secret, Properties: {Name: key}}",
    )
    side = Values({ROOT: parse_document(text)}, {}, {})
    differences = Differences(side, side, lambda _: WillChange.NO, StoredByTree(side, side))
    asked: list[frozenset[Source]] = []

    def moves(writers: frozenset[Source]) -> WillChange:
        asked.append(writers)
        return WillChange.MAY if writers else WillChange.NO

    said = (PropertyChange("Subscription/0", "a", "b", known=True, certain=True, recreation=NEVER, cause=None),)
    found = list(differences.secrets(ROOT / "Topic", "AWS::SNS::Topic", said, moves))
    assert found == [
        PropertyChange("DisplayName", read, None, known=False, certain=False, recreation=NEVER, cause="Key"),
        PropertyChange("TopicName", read, None, known=False, certain=False, recreation=MAYBE, cause="Key"),
    ]
    told = (PropertyChange("DisplayName", "a", "b", known=True, certain=True, recreation=NEVER, cause=None),)
    further = differences.secrets(ROOT / "Topic", "AWS::SNS::Topic", told, moves)
    assert [change.name for change in further] == ["TopicName"]
