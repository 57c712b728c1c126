"""What a second change set may change: found by comparing two sides, and nothing else passes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deployment.guards.announced import Announced, announced, unannounced
from deployment.review.review import Kind, LayerReview, Local, OutputChange, ResourceChange, Review
from deployment.settings.setting_change import SettingChange
from deployment.template.resource_path import ROOT
from deployment.template.values import Values
from tests.deployment.report.examples import change, resource

_DATA = ROOT / "Data"
_ROOT = {
    "Parameters": {"Mode": {"Type": "String"}, "Other": {"Type": "String", "Default": "x"}},
    "Conditions": {"On": {"Fn::Equals": [{"Ref": "Mode"}, "on"]}, "Off": {"Fn::Not": [{"Condition": "On"}]}},
    "Resources": {
        "Data": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Mode": {"Ref": "Mode"}}}},
        "More": {"Type": "AWS::CloudFormation::Stack", "Condition": "On", "Properties": {}},
    },
    "Outputs": {"Mode": {"Value": {"Ref": "Mode"}}, "Other": {"Value": {"Ref": "Other"}}},
}
_LAYER = {
    "Parameters": {"Mode": {"Type": "String"}},
    "Conditions": {"On": {"Fn::Equals": [{"Ref": "Mode"}, "on"]}, "Off": {"Fn::Not": [{"Condition": "On"}]}},
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "Condition": "On"},
        "Old": {"Type": "AWS::SNS::Topic", "Condition": "Off"},
        "Balancer": {"Type": "T", "Properties": {"Mode": {"Ref": "Mode"}, "Name": "n", "Arn": {"Ref": "Same"}}},
        "Same": {"Type": "AWS::SNS::Topic", "Properties": {"Name": {"Ref": "AWS::StackName"}}},
    },
}
_MORE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


def _side(mode: str) -> Values:
    documents: dict[Any, Any] = {ROOT: _ROOT, _DATA: _LAYER, ROOT / "More": _MORE}
    return Values(documents, {"Mode": mode}, {})


def _announced() -> Announced:
    return announced(_side("off"), _side("on"))


def test_every_resource_that_comes_to_another_value_is_announced_with_what_changes_of_it() -> None:
    announcement = _announced()
    assert {str(change.path): change.kind for change in announcement.changes} == {
        "Data/Bucket": Kind.ADDED,
        "Data/Old": Kind.REMOVED,
        "Data/Balancer": Kind.CHANGED,
        "More/Topic": Kind.ADDED,
    }
    assert announcement.properties == {_DATA / "Balancer": frozenset({"Mode"})}
    assert announcement.outputs == {ROOT / "Mode"}
    assert announcement.note.endswith(
        "Data/Bucket added, Data/Old removed, Data/Balancer changed in place (Mode), More/Topic added"
    )


def _review(*changes: ResourceChange, **more: Any) -> Review:
    return replace(Review(LayerReview(ROOT, None, changes, (), ()), ()), **more)


def _changed(name: str, kind: Kind = Kind.CHANGED, **more: Any) -> ResourceChange:
    return replace(resource(f"Data/{name}", kind), path=_DATA / name, **more)


def _lines(review: Review, *settings: str) -> list[str]:
    return list(unannounced(review, _announced(), frozenset(settings)))


def test_what_was_announced_passes() -> None:
    assert _lines(_review(_changed("Bucket", Kind.ADDED), _changed("Balancer", properties=()))) == []


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (_changed("Same", properties=()), "Data/Same: changed in place"),
        (_changed("Balancer", Kind.REPLACED), "Data/Balancer: replaced"),
        (_changed("Bucket", Kind.REMOVED, certain=False), "Data/Bucket: removed, perhaps"),
        (_changed("Old", Kind.REMOVED, guard="holds data"), "Data/Old holds data"),
    ],
)
def test_a_resource_that_was_not_announced_so_is_told(told: ResourceChange, line: str) -> None:
    assert _lines(_review(told)) == [line]


def test_a_property_that_was_not_announced_is_told() -> None:
    changed = _changed("Balancer", properties=tuple(change(name) for name in ("Mode/0", "Name", "Tags")))
    assert _lines(_review(changed)) == ["Data/Balancer: Name, Tags changes"]


def test_templates_outputs_settings_and_what_is_only_noted_are_told() -> None:
    output = OutputChange(ROOT / "Other", "x", "y", known=True, certain=True)
    review = _review(
        rewritten=(_DATA,),
        outputs=(output, replace(output, path=ROOT / "Mode")),
        settings=(SettingChange("role", "a", "b", "with"), SettingChange("stack-policy", None, "p", "after")),
        local=Local(("why",), ("tags change",)),
    )
    assert _lines(review, "stack-policy") == [
        "Data: its template says something else",
        "output Other changes",
        "setting role",
        "tags change",
    ]
