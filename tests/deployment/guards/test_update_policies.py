"""What an update in place really does, by its template's UpdatePolicy; an unknown value is the worst case."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.guards.update_policies import is_spared, update_effect
from deployment.review.review import Kind, PropertyChange, ResourceChange
from deployment.template.resource_path import ROOT

_CACHE = "AWS::ElastiCache::ReplicationGroup"
_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_IF = {"Fn::If": ["Prod", True, False]}


def _change(type_: str, *properties: str, kind: Kind = Kind.CHANGED) -> ResourceChange:
    changes = tuple(PropertyChange(name, "1", "2", True, True, RequiresRecreation.NEVER, None) for name in properties)
    return ResourceChange(ROOT / "X", type_, kind, "id", None, changes)


def _effect(change: ResourceChange, policy: Any) -> bool | None:
    """Whether the resource itself is replaced; None where nothing happens beyond the update."""
    effect = update_effect(change, {"UpdatePolicy": policy})
    return effect.replaces if effect else None


@pytest.mark.parametrize(
    ("type_", "name", "policy"),
    [
        (_CACHE, "NumNodeGroups", "UseOnlineResharding"),
        (_CACHE, "NodeGroupConfiguration/0/Slots", "UseOnlineResharding"),
        ("AWS::OpenSearchService::Domain", "EngineVersion", "EnableVersionUpgrade"),
        ("AWS::Elasticsearch::Domain", "ElasticsearchVersion", "EnableVersionUpgrade"),
    ],
)
def test_without_the_policy_that_keeps_it_the_resource_is_replaced(type_: str, name: str, policy: str) -> None:
    change = _change(type_, name)
    assert _effect(change, {policy: True}) is None
    assert _effect(change, {policy: "true"}) is None
    others: tuple[Any, ...] = (None, {}, {policy: False}, {policy: _IF}, {policy: {"Ref": "Keep"}}, {"Fn::If": []}, "")
    for other in others:
        assert _effect(change, other) is True, other
    assert _effect(_change(type_, "Tags"), {}) is None


@pytest.mark.parametrize("properties", [(), ("Properties",), ("Tags", "NumNodeGroups")])
def test_a_row_that_does_not_say_what_changes_may_change_it(properties: tuple[str, ...]) -> None:
    assert _effect(_change(_CACHE, *properties), {}) is True


def test_a_resource_whose_template_is_not_at_hand_is_doubted() -> None:
    for change in (_change(_CACHE, "NumNodeGroups"), _change(_GROUP, "LaunchTemplate/Version")):
        effect = update_effect(change, None)
        assert effect is not None
        assert effect.replaces


@pytest.mark.parametrize(
    ("policy", "replaces"),
    [
        (None, None),
        ({}, None),
        ({"AutoScalingScheduledAction": {"IgnoreUnmodifiedGroupSizeProperties": True}}, None),
        ({"AutoScalingReplacingUpdate": {"WillReplace": True}}, True),
        ({"AutoScalingReplacingUpdate": {"WillReplace": "true"}, "AutoScalingRollingUpdate": {}}, True),
        ({"AutoScalingReplacingUpdate": {"WillReplace": "yes"}}, True),
        ({"AutoScalingReplacingUpdate": {"WillReplace": _IF}}, True),
        ({"AutoScalingReplacingUpdate": _IF}, True),
        (_IF, True),
        ({"AutoScalingReplacingUpdate": {"WillReplace": False}}, None),
        ({"AutoScalingRollingUpdate": {}}, False),
        ({"AutoScalingRollingUpdate": {"MinInstancesInService": 0, "MaxBatchSize": 9}}, False),
        ({"AutoScalingRollingUpdate": {"MinInstancesInService": {"Ref": "Least"}}}, False),
        ({"AutoScalingRollingUpdate": _IF}, False),
        ({"AutoScalingRollingUpdate": {"MinInstancesInService": "1"}}, None),
        ({"AutoScalingInstanceRefresh": {"Strategy": "Rolling"}}, None),
        ({"AutoScalingInstanceRefresh": {"Preferences": {"MinHealthyPercentage": 90}}}, None),
        ({"AutoScalingInstanceRefresh": {"Preferences": {"MinHealthyPercentage": 0}}}, False),
        ({"AutoScalingInstanceRefresh": {"Preferences": _IF}}, False),
    ],
)
def test_the_instances_of_a_group_go_as_its_policy_says(policy: Any, replaces: bool | None) -> None:
    for name in ("LaunchTemplate/Version", "LaunchConfigurationName", "VPCZoneIdentifier"):
        assert _effect(_change(_GROUP, name), policy) is replaces
    assert _effect(_change(_GROUP, "DesiredCapacity"), policy) is None


def test_a_fleet_that_stops_for_an_update_ends_its_sessions() -> None:
    change = _change("AWS::AppStream::Fleet", "ImageName")
    assert _effect(change, {"StopBeforeUpdate": True}) is False
    assert _effect(change, {"StopBeforeUpdate": _IF}) is False
    assert _effect(change, {"StartAfterUpdate": True}) is None


@pytest.mark.parametrize("kind", [Kind.ADDED, Kind.REPLACED, Kind.REMOVED])
def test_what_is_no_update_in_place_is_left_as_it_is_told(kind: Kind) -> None:
    assert update_effect(_change(_CACHE, "NumNodeGroups", kind=kind), {}) is None


def test_types_without_such_a_policy_are_left_as_they_are_told() -> None:
    assert _effect(_change("AWS::Lambda::Alias", "FunctionVersion"), {"CodeDeployLambdaAliasUpdate": _IF}) is None


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("AWS::ElastiCache::CacheCluster", "NumCacheNodes"),
        ("AWS::ElastiCache::CacheCluster", "AZMode"),
        ("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions/Enabled"),
        ("AWS::Elasticsearch::Domain", "NodeToNodeEncryptionOptions"),
        ("AWS::Elasticsearch::Domain", "AdvancedSecurityOptions"),
        ("AWS::RDS::DBInstance", "StorageType"),
    ],
)
def test_what_the_specification_calls_conditional_may_replace_whatever_a_change_set_says(type_: str, name: str) -> None:
    assert _effect(_change(type_, name), {"EnableVersionUpgrade": True}) is True
    assert _effect(_change(type_, "Tags"), None) is None


def _conditional(*properties: str) -> ResourceChange:
    never, conditionally = RequiresRecreation.NEVER, RequiresRecreation.CONDITIONALLY
    changes = tuple(
        PropertyChange(name, "1", "2", True, True, never if name == "Tags" else conditionally, None)
        for name in properties
    )
    return ResourceChange(ROOT / "X", _CACHE, Kind.MAY_BE_REPLACED, "id", None, changes)


@pytest.mark.parametrize(
    ("properties", "policy", "spared"),
    [
        (("NumNodeGroups",), {"UseOnlineResharding": True}, True),
        (("NumNodeGroups", "Tags"), {"UseOnlineResharding": "true"}, True),
        (("NumNodeGroups", "AuthToken"), {"UseOnlineResharding": True}, False),
        (("NumNodeGroups",), {"UseOnlineResharding": _IF}, False),
        (("NumNodeGroups",), None, False),
        ((), {"UseOnlineResharding": True}, False),
    ],
)
def test_a_policy_spares_what_it_is_surely_about_and_nothing_else(
    properties: tuple[str, ...], policy: Any, spared: bool
) -> None:
    assert is_spared(_conditional(*properties), {"UpdatePolicy": policy}) is spared
    assert not is_spared(_conditional(*properties), None)
