"""What two environments of one tree cannot both have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.checks.neighbours import overlapping, shared_names, with_values
from cloudformation.environment.environment_file import Environment, read_file
from cloudformation.template.tree import PlainTree

PARAMETERS = {"Name": {"Type": "String", "Default": "shop"}, "VpcCidr": {"Type": "String", "Default": "10.0.0.0/16"}}


def tree(**resource: Any) -> PlainTree:
    return PlainTree({"Parameters": PARAMETERS, "Resources": {"R": resource}})


CLUSTER = tree(Type="AWS::ECS::Cluster", Properties={"ClusterName": {"Ref": "Name"}})
BUCKET = tree(Type="AWS::S3::Bucket", Properties={"BucketName": {"Fn::Sub": "${Name}-${AWS::Region}"}})


def environment(
    folder: Path, name: str, *, account: str = "1" * 12, region: str = "eu-west-1", **values: str
) -> Environment:
    file = folder / f"{name}.yaml"
    given = "".join(f"  {key}: {value}\n" for key, value in values.items()) or "  {}\n"
    file.write_text(f'account: "{account}"\nregion: {region}\nstack: {name}\nparameters:\n{given}', encoding="utf-8")
    return read_file(file, file.name).environment


def shared(template: PlainTree, own: Environment, *others: Environment) -> list[tuple[str, bool]]:
    return [(str(problem), certain) for problem, certain in shared_names(template, with_values(template, own), others)]


def test_a_name_that_two_would_give_is_told_where_it_is_written(tmp_path: Path) -> None:
    one, other = environment(tmp_path, "one", Name="shop"), environment(tmp_path, "other")
    told = "R (AWS::ECS::Cluster) would be shop, as in other (other.yaml:4); AWS has only one of that name"
    assert shared(CLUSTER, one, other) == [(f"one.yaml:5: Name: {told}", True)]
    assert shared(CLUSTER, one, environment(tmp_path, "other", Name="Shop")) == []


def test_what_may_not_be_made_is_told_as_uncertain(tmp_path: Path) -> None:
    maybe = tree(Type="AWS::ECS::Cluster", Condition="C", Properties={"ClusterName": {"Ref": "Name"}})
    [(_, certain)] = shared(maybe, environment(tmp_path, "one"), environment(tmp_path, "other"))
    assert not certain


@pytest.mark.parametrize(
    ("template", "elsewhere", "clash"),
    [
        (CLUSTER, {"region": "eu-west-2"}, False),
        (CLUSTER, {"account": "2" * 12}, False),
        (BUCKET, {"region": "eu-west-2"}, False),  # the Region is part of the name
        (BUCKET, {}, True),
        (tree(Type="AWS::IAM::Role", Properties={"RoleName": {"Ref": "Name"}}), {"region": "eu-west-2"}, True),
        (tree(Type="AWS::ECS::Cluster", Properties={"ClusterName": "fixed"}), {}, False),  # no parameter's to decide
        (tree(Type="AWS::ECS::Cluster", Properties={"ClusterName": {"Fn::Join": ["", [{"Ref": "Name"}]]}}), {}, False),
        (tree(Type="AWS::ECS::Service", Properties={"ServiceName": {"Ref": "Name"}}), {}, False),
    ],
)
def test_a_name_is_counted_where_aws_counts_it(
    tmp_path: Path, template: PlainTree, elsewhere: dict[str, str], clash: bool
) -> None:
    one, other = environment(tmp_path, "one"), environment(tmp_path, "other", **elsewhere)
    assert bool(shared(template, one, other)) is clash


def test_ranges_are_compared_within_an_account(tmp_path: Path) -> None:
    own = with_values(CLUSTER, environment(tmp_path, "one", VpcCidr="10.0.128.0/17"))
    same, apart = environment(tmp_path, "same"), environment(tmp_path, "apart", VpcCidr="10.1.0.0/16")
    foreign = environment(tmp_path, "foreign", account="2" * 12)
    told = "VpcCidr (10.0.128.0/17) overlaps that of same (same.yaml:4), 10.0.0.0/16: the two can never be peered"
    assert [str(problem) for problem in overlapping(CLUSTER, own, [same, apart, foreign])] == [f"one.yaml:5: {told}"]
    odd = with_values(CLUSTER, environment(tmp_path, "odd", VpcCidr="everything"))
    assert list(overlapping(CLUSTER, odd, [same])) == []


@pytest.mark.parametrize("source", ["{keep: true}", "{from_environment: NAME}"])
def test_a_value_that_is_not_known_is_compared_with_none(tmp_path: Path, source: str) -> None:
    one, other = (environment(tmp_path, name, Name=source, VpcCidr=source) for name in ("one", "other"))
    assert shared(CLUSTER, one, other) == shared(CLUSTER, environment(tmp_path, "third"), other) == []
    assert list(overlapping(CLUSTER, with_values(CLUSTER, one), [other, environment(tmp_path, "third")])) == []
