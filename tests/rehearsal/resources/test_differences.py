"""Differences between resolved values, by property path."""

import pytest

from cloudformation.unknown import ABSENT, Unknown, awaited
from rehearsal.resources.differences import Difference, differences, node_at, pointer
from rehearsal.resources.resource_types import ResourceType
from tests.rehearsal.resources.types_of_tokyo import known


@pytest.fixture(scope="module")
def bucket() -> ResourceType:
    return known("AWS::S3::Bucket")


def paths(kind: ResourceType, before: object, after: object) -> list[tuple[str, str]]:
    return [("/".join(found.path), found.change_type) for found in differences(kind, before, after)]


def test_equal_values_do_not_differ(bucket: ResourceType) -> None:
    value = {"BucketName": "a", "Tags": [{"Key": "k", "Value": "v"}]}
    assert paths(bucket, value, dict(value)) == []


def test_every_leaf_is_named_by_its_own_path(bucket: ResourceType) -> None:
    before = {"BucketName": "a", "VersioningConfiguration": {"Status": "Enabled"}}
    after = {"BucketName": "b", "VersioningConfiguration": {"Status": "Suspended"}}
    assert paths(bucket, before, after) == [
        ("BucketName", "Modify"),
        ("VersioningConfiguration/Status", "Modify"),
    ]


def test_what_one_side_lacks_is_added_or_removed(bucket: ResourceType) -> None:
    assert paths(bucket, {"BucketName": "a"}, {"AccessControl": "Private"}) == [
        ("BucketName", "Remove"),
        ("AccessControl", "Add"),
    ]


def test_lists_are_compared_item_by_item(bucket: ResourceType) -> None:
    before = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]}
    after = {"Tags": [{"Key": "a", "Value": "2"}]}
    assert paths(bucket, before, after) == [("Tags/0/Value", "Modify"), ("Tags/1", "Remove")]


def test_a_list_that_grows_has_its_new_items_added(bucket: ResourceType) -> None:
    before = {"Tags": [{"Key": "a", "Value": "1"}]}
    after = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]}
    assert paths(bucket, before, after) == [("Tags/1", "Add")]


def test_a_number_given_as_text_is_no_difference() -> None:
    queue = known("AWS::SQS::Queue")
    assert paths(queue, {"DelaySeconds": 80}, {"DelaySeconds": "80"}) == []
    assert paths(queue, {"FifoQueue": True}, {"FifoQueue": "true"}) == []


def test_an_unknown_value_always_differs(bucket: ResourceType) -> None:
    found = list(differences(bucket, {"BucketName": "a"}, {"BucketName": awaited((), "New")}))
    assert [difference.path for difference in found] == [("BucketName",)]
    assert isinstance(found[0].after, Unknown)


def test_an_unknown_item_of_a_list_differs_alone(bucket: ResourceType) -> None:
    before = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]}
    after = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": awaited((), "New")}]}
    assert paths(bucket, before, after) == [("Tags/1/Value", "Modify")]


def test_a_value_that_becomes_a_mapping_is_one_modification(bucket: ResourceType) -> None:
    found = list(differences(bucket, {"Tags": "a"}, {"Tags": {"b": "c"}}))
    assert found == [Difference(("Tags",), "a", {"b": "c"})]


def test_the_walk_to_a_node_ends_at_the_intrinsic_that_decides_it() -> None:
    properties = {"Name": {"Fn::Sub": "${A}"}, "List": [{"Value": {"Ref": "P"}}], "Plain": "x"}
    assert node_at(properties, ("Name",), {}) == {"Fn::Sub": "${A}"}
    assert node_at(properties, ("Name", "below"), {}) == {"Fn::Sub": "${A}"}
    assert node_at(properties, ("List", "0", "Value"), {}) == {"Ref": "P"}
    assert node_at(properties, ("Plain", "x"), {}) == "x"


def test_the_walk_follows_the_branch_that_a_condition_chooses() -> None:
    chosen = {"Fn::If": ["On", {"Value": {"Ref": "A"}}, {"Value": {"Ref": "B"}}]}
    assert node_at(chosen, ("Value",), {"On": True}) == {"Ref": "A"}
    assert node_at(chosen, ("Value",), {"On": False}) == {"Ref": "B"}


def test_there_is_no_node_where_the_template_has_nothing() -> None:
    assert node_at({"Name": "a"}, ("Other",), {}) is ABSENT
    assert node_at({"List": ["a"]}, ("List", "3"), {}) is ABSENT
    assert node_at({"List": ["a"]}, ("List", "word"), {}) is ABSENT


def test_a_path_is_written_as_a_json_pointer() -> None:
    assert pointer(("Environment", "Variables", "X")) == "/Environment/Variables/X"
    assert pointer(("Tags", "team/web", "~")) == "/Tags/team~1web/~0"
