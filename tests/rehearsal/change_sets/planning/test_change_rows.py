"""Rows of a change set in the API's shape."""

import json
from dataclasses import replace

import pytest

from cloudformation.unknown import ABSENT, KNOWN_AFTER_APPLY, awaited
from rehearsal.change_sets.planning.change_rows import Cause, add_row, modify_row, remove_row
from rehearsal.resources.differences import Difference
from rehearsal.resources.resource_types import ResourceType, ResourceTypes
from rehearsal.state.stacks import StackResource
from tests.rehearsal.play import Play


@pytest.fixture(scope="module")
def topic() -> ResourceType:
    found = ResourceTypes("ap-northeast-1").get("AWS::SNS::Topic")
    assert found is not None
    return found


def entry(**more: object) -> StackResource:
    return StackResource("Topic", "AWS::SNS::Topic", "arn:topic", **more)  # type: ignore[arg-type]


def row(
    kind: ResourceType,
    *found: tuple[Difference, tuple[Cause, ...]],
    valued: bool = True,
    resource: StackResource | None = None,
) -> dict[str, object]:
    made = modify_row(resource or entry(), kind, list(found), {}, [], valued=valued, automatic=False)
    assert made is not None
    change: dict[str, object] = made["ResourceChange"]
    return change


def test_an_added_resource_has_no_physical_id_no_scope_and_no_details() -> None:
    assert add_row("Topic", "AWS::SNS::Topic", None) == {
        "Type": "Resource",
        "ResourceChange": {
            "Action": "Add",
            "LogicalResourceId": "Topic",
            "ResourceType": "AWS::SNS::Topic",
            "Scope": [],
            "Details": [],
        },
    }


def test_an_added_resource_shows_with_values_only_what_comes() -> None:
    change = add_row("Topic", "AWS::SNS::Topic", {"Properties": {"FifoTopic": True}})["ResourceChange"]
    assert json.loads(change["AfterContext"]) == {"Properties": {"FifoTopic": "true"}}
    assert "BeforeContext" not in change


@pytest.mark.parametrize(
    ("policy", "action"), [("Delete", "Delete"), ("Retain", "Retain"), ("RetainExceptOnCreate", "Retain")]
)
def test_a_removed_resource_says_what_its_deletion_policy_does(policy: str, action: str) -> None:
    change = remove_row(entry(), policy, None)["ResourceChange"]
    assert change["PolicyAction"] == action
    assert change["PhysicalResourceId"] == "arn:topic"
    assert "Replacement" not in change
    assert "BeforeContext" not in change


def test_a_snapshot_policy_is_named() -> None:
    change = remove_row(entry(), "Snapshot", {"Properties": {}})["ResourceChange"]
    assert change["PolicyAction"] == "Snapshot"
    assert change["BeforeContext"] == '{"Properties":{}}'


def test_a_resource_in_which_nothing_differs_has_no_row(topic: ResourceType) -> None:
    assert modify_row(entry(), topic, [], {}, [], valued=True, automatic=False) is None


def test_a_literal_change_has_one_static_detail_with_path_and_values(topic: ResourceType) -> None:
    change = row(topic, (Difference(("DisplayName",), "a", "b"), ()))
    assert change["Replacement"] == "False"
    assert change["Scope"] == ["Properties"]
    assert "PolicyAction" not in change
    assert change["Details"] == [
        {
            "Target": {
                "Attribute": "Properties",
                "Name": "DisplayName",
                "RequiresRecreation": "Never",
                "Path": "/Properties/DisplayName",
                "AttributeChangeType": "Modify",
                "BeforeValue": "a",
                "AfterValue": "b",
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
    ]


def test_without_values_a_target_has_neither_path_nor_values(topic: ResourceType) -> None:
    change = row(topic, (Difference(("DisplayName",), "a", "b"), ()), valued=False)
    assert change["Details"] == [
        {
            "Target": {"Attribute": "Properties", "Name": "DisplayName", "RequiresRecreation": "Never"},
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
    ]


def test_a_parameter_gives_a_pair_of_details(topic: ResourceType) -> None:
    cause = Cause("ParameterReference", "Name")
    change = row(topic, (Difference(("DisplayName",), "a", "b"), (cause,)), valued=False)
    target = {"Attribute": "Properties", "Name": "DisplayName", "RequiresRecreation": "Never"}
    assert change["Details"] == [
        {"Target": target, "Evaluation": "Static", "ChangeSource": "ParameterReference", "CausingEntity": "Name"},
        {"Target": target, "Evaluation": "Dynamic", "ChangeSource": "DirectModification"},
    ]


def test_an_unknown_attribute_gives_a_pair_with_values_and_one_detail_without(topic: ResourceType) -> None:
    found = (Difference(("DisplayName",), "a", awaited((), "New")), (Cause("ResourceAttribute", "Other.Name"),))
    sources = [(d["Evaluation"], d["ChangeSource"]) for d in row(topic, found)["Details"]]  # type: ignore[attr-defined]
    assert sources == [("Static", "ResourceAttribute"), ("Dynamic", "DirectModification")]
    plain = [(d["Evaluation"], d["ChangeSource"]) for d in row(topic, found, valued=False)["Details"]]  # type: ignore[attr-defined]
    assert plain == [("Static", "ResourceAttribute")]


def test_a_create_only_property_replaces_and_says_what_becomes_of_the_old_resource(topic: ResourceType) -> None:
    change = row(topic, (Difference(("TopicName",), "a", "b"), ()))
    assert (change["Replacement"], change["PolicyAction"]) == ("True", "ReplaceAndDelete")


@pytest.mark.parametrize(
    ("type_name", "policy", "action"),
    [
        ("AWS::SNS::Topic", "Delete", "ReplaceAndDelete"),
        ("AWS::SNS::Topic", "Retain", "ReplaceAndRetain"),
        ("AWS::EC2::Volume", "Snapshot", "ReplaceAndSnapshot"),
        ("AWS::SNS::Topic", "Snapshot", "ReplaceAndDelete"),  # it has no snapshots
    ],
)
def test_the_update_replace_policy_decides_what_becomes_of_the_old_resource(
    topic: ResourceType, type_name: str, policy: str, action: str
) -> None:
    kept = replace(entry(update_replace_policy=policy), type=type_name)
    change = row(topic, (Difference(("TopicName",), "a", "b"), ()), resource=kept)
    assert change["PolicyAction"] == action


def test_the_most_intrusive_of_two_details_decides(topic: ResourceType) -> None:
    change = row(topic, (Difference(("DisplayName",), "a", "b"), ()), (Difference(("TopicName",), "a", "b"), ()))
    recreations = [detail["Target"]["RequiresRecreation"] for detail in change["Details"]]  # type: ignore[attr-defined]
    assert recreations == ["Never", "Always"]
    assert change["Replacement"] == "True"


def test_a_create_only_property_that_may_not_change_replaces_conditionally(topic: ResourceType) -> None:
    phantom: dict[tuple[str, ...], tuple[Cause, ...]] = {
        ("TopicName",): (Cause("ResourceAttribute", "Other.Name", dynamic=True),)
    }
    made = modify_row(entry(), topic, [], phantom, [], valued=False, automatic=False)
    assert made is not None
    assert made["ResourceChange"]["Replacement"] == "Conditional"
    assert "PolicyAction" not in made["ResourceChange"]


def test_a_conditionally_create_only_property_replaces_conditionally() -> None:
    kind = ResourceTypes("ap-northeast-1").get("AWS::RDS::DBInstance")
    assert kind is not None
    [name, *_] = kind.schema["conditionalCreateOnlyProperties"][0].split("/")[2:]
    database = StackResource("Database", "AWS::RDS::DBInstance", "database")
    made = modify_row(database, kind, [(Difference((name,), "a", "b"), ())], {}, [], valued=True, automatic=False)
    assert made is not None
    assert made["ResourceChange"]["Replacement"] == "Conditional"


def test_policies_and_metadata_are_attributes_of_their_own(topic: ResourceType) -> None:
    members = [
        (Difference(("Metadata",), ABSENT, {"a": 1}), ()),
        (Difference(("DeletionPolicy",), "Retain", ABSENT), ()),
    ]
    made = modify_row(
        entry(), topic, [(Difference(("DisplayName",), "a", "b"), ())], {}, members, valued=True, automatic=False
    )
    assert made is not None
    change = made["ResourceChange"]
    assert change["Scope"] == ["DeletionPolicy", "Metadata", "Properties"]
    assert change["Details"][1]["Target"] == {
        "Attribute": "Metadata",
        "RequiresRecreation": "Never",
        "Path": "/Metadata",
        "AttributeChangeType": "Add",
        "AfterValue": '{"a":"1"}',
    }
    assert change["Details"][2]["Target"]["AttributeChangeType"] == "Remove"
    assert "AfterValue" not in change["Details"][2]["Target"]


def test_without_values_changes_below_one_property_are_one_detail(topic: ResourceType) -> None:
    found = [(Difference(("Tags", str(index), "Value"), "a", "b"), ()) for index in range(3)]
    assert len(row(topic, *found, valued=False)["Details"]) == 1  # type: ignore[arg-type]
    assert len(row(topic, *found)["Details"]) == 3  # type: ignore[arg-type]


def test_without_values_the_most_intrusive_path_below_a_property_stays() -> None:
    kind = ResourceTypes("ap-northeast-1").get("AWS::DynamoDB::Table")
    assert kind is not None
    table = StackResource("Table", "AWS::DynamoDB::Table", "table")
    found = [
        (Difference(("ImportSourceSpecification", "S3BucketSource", "S3Bucket"), "a", "b"), ()),
        (Difference(("ImportSourceSpecification", "InputFormat"), "a", "b"), ()),
    ]
    made = modify_row(table, kind, found, {}, [], valued=False, automatic=False)
    assert made is not None
    assert [d["Target"]["RequiresRecreation"] for d in made["ResourceChange"]["Details"]] == ["Always"]


def test_a_nested_stack_is_always_asked(topic: ResourceType) -> None:
    made = modify_row(entry(), topic, [], {}, [], valued=False, automatic=True)
    assert made is not None
    assert made["ResourceChange"]["Details"] == [
        {
            "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
            "Evaluation": "Dynamic",
            "ChangeSource": "Automatic",
        }
    ]


def test_contexts_are_json_text_with_a_marker_for_what_is_not_known() -> None:
    properties = {"Size": 3, "On": True, "Arn": awaited((), "Other", "Arn"), "List": [awaited((), "New")]}
    row = add_row("A", "AWS::SNS::Topic", {"Properties": properties})["ResourceChange"]
    assert json.loads(row["AfterContext"])["Properties"] == {
        "Size": "3",
        "On": "true",
        "Arn": KNOWN_AFTER_APPLY,
        "List": [KNOWN_AFTER_APPLY],
    }


def test_databases_that_stand_alone_leave_a_snapshot_without_being_told() -> None:
    play = Play()
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql"}}
    replica = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"DBClusterIdentifier": {"Ref": "Data"}, "DBInstanceClass": "db.r5.large"},
    }
    topic = {"Type": "AWS::SNS::Topic"}
    play.deploy({"Resources": {"Data": cluster, "Replica": replica, "Topic": topic}})
    change_set = play.change_set({"Resources": {"Topic": topic}}, name="without")
    rows = [row["ResourceChange"] for row in play.described(change_set)["Changes"]]
    assert {row["LogicalResourceId"]: row["PolicyAction"] for row in rows} == {"Data": "Snapshot", "Replica": "Delete"}


def test_a_policy_that_does_not_exist_does_with_the_old_resource_what_none_does(topic: ResourceType) -> None:
    change = row(topic, (Difference(("TopicName",), "a", "b"), ()), resource=entry(update_replace_policy="Keep"))
    assert change["PolicyAction"] == "ReplaceAndDelete"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_without_values_the_path_that_replaces_stays_wherever_it_stands_among_mild_ones(order: tuple[int, ...]) -> None:
    kind = ResourceTypes("ap-northeast-1").get("AWS::Batch::ComputeEnvironment")
    assert kind is not None
    below = [("ComputeResources", name) for name in ("MinvCpus", "Type", "SpotIamFleetRole")]
    differences = [(Difference(below[index], "a", "b"), ()) for index in order]
    resource = StackResource("Batch", kind.name, "batch")
    made = modify_row(resource, kind, differences, {}, [], valued=False, automatic=False)
    assert made is not None
    assert [detail["Target"]["RequiresRecreation"] for detail in made["ResourceChange"]["Details"]] == ["Always"]
    assert made["ResourceChange"]["Replacement"] == "True"


def test_without_values_an_attribute_of_a_resource_has_neither_path_nor_values(topic: ResourceType) -> None:
    members = [(Difference(("Metadata",), ABSENT, {"a": 1}), ())]
    made = modify_row(entry(), topic, [], {}, members, valued=False, automatic=False)
    assert made is not None
    assert [detail["Target"] for detail in made["ResourceChange"]["Details"]] == [
        {"Attribute": "Metadata", "RequiresRecreation": "Never"}
    ]


@pytest.mark.parametrize(
    ("causes", "after", "valued", "evaluations"),
    [
        (("ResourceAttribute",), "b", True, ["Static"]),
        (("ResourceAttribute",), awaited((), "Other", "Arn"), True, ["Static", "Dynamic"]),
        (("ResourceAttribute",), awaited((), "Other", "Arn"), False, ["Static"]),
        (("ParameterReference",), "b", False, ["Static", "Dynamic"]),
        (("ResourceAttribute", "ParameterReference"), "b", False, ["Static", "Static", "Dynamic"]),
    ],
)
def test_that_a_value_changes_is_a_detail_of_its_own_for_a_parameter_and_with_values_for_what_is_not_known(
    topic: ResourceType, causes: tuple[str, ...], after: object, valued: bool, evaluations: list[str]
) -> None:
    why = tuple(Cause(source, f"Entity{number}") for number, source in enumerate(causes))
    change = row(topic, (Difference(("DisplayName",), "a", after), why), valued=valued)
    assert [detail["Evaluation"] for detail in change["Details"]] == evaluations  # type: ignore[attr-defined]
