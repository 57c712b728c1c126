"""Which changes need an approval of their own, by type, by fate and by what the environment file protects."""

from __future__ import annotations

import pytest

from deployment.errors import UnknownAllowance
from deployment.guards.guards import (
    Held,
    guarded,
    protecting,
    refuse_unknown,
    removal_guard,
    unmatched,
    with_guards,
)
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ROOT, ResourcePath

_STACK = "AWS::CloudFormation::Stack"


def _guard(
    kind: Kind,
    type_: str,
    *,
    path: ResourcePath = ROOT / "Alb" / "X",
    policy: str | None = None,
    protect: tuple[str, ...] = (),
    held: tuple[Held, ...] = (),
) -> str | None:
    change = ResourceChange(path, type_, kind, "id", policy, ())
    inner = LayerReview(path.parent, None, (change,), (), ())
    review = Review(LayerReview(ROOT, None, (), (), (inner,)), ())
    [marked] = with_guards(review, protect, {path: held}).resources
    return marked.guard


@pytest.mark.parametrize(
    ("type_", "lost"),
    [
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "is public-facing: it is deleted, with its DNS name and all"),
        ("AWS::EC2::VPC", "is public-facing: it is deleted, with the network"),
        ("AWS::EC2::Subnet", "is public-facing: it is deleted"),
        ("AWS::CertificateManager::Certificate", "is public-facing: it is deleted"),
        ("AWS::Route53::RecordSet", "is public-facing: it is deleted, with the name that people use"),
        ("AWS::Logs::LogGroup", "holds data: it is deleted, with its logs"),
        ("AWS::S3::Bucket", "holds data: it is deleted, with the objects in it"),
        ("AWS::RDS::DBInstance", "holds data: it is deleted, with its data"),
        ("AWS::ECS::Cluster", "holds data: it is deleted, with what runs in it"),
        ("AWS::MemoryDB::Cluster", "holds data"),
    ],
)
def test_removing_what_holds_data_or_is_public_facing_is_guarded(type_: str, lost: str) -> None:
    guard = _guard(Kind.REMOVED, type_, policy="Delete")
    assert guard is not None
    assert guard.startswith(lost)


@pytest.mark.parametrize("kind", [Kind.ADDED, Kind.CHANGED, Kind.IMPORTED])
def test_what_loses_nothing_is_not_guarded(kind: Kind) -> None:
    assert _guard(kind, "AWS::EC2::VPC", protect=("Alb",)) is None


@pytest.mark.parametrize("kind", [Kind.REMOVED, Kind.REPLACED, Kind.MAY_BE_REPLACED])
@pytest.mark.parametrize(
    "type_",
    [
        "AWS::ECS::TaskDefinition",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::IAM::Policy",
        "AWS::CloudWatch::Alarm",
        "AWS::EC2::SubnetRouteTableAssociation",
    ],
)
def test_what_is_known_to_be_harmless_is_not_guarded(kind: Kind, type_: str) -> None:
    assert _guard(kind, type_, policy="ReplaceAndDelete") is None


@pytest.mark.parametrize("kind", [Kind.REMOVED, Kind.REPLACED, Kind.MAY_BE_REPLACED])
@pytest.mark.parametrize(
    ("type_", "because"),
    [
        ("Custom::Database", "is made by a function that alone knows what it is"),
        ("AWS::CloudFormation::CustomResource", "is made by a function that alone knows what it is"),
        ("MongoDB::Atlas::Project", "holds or serves something that is not known here"),
        ("My::S3::Bucket::MODULE", "holds or serves something that is not known here"),
        ("AWS::New::CloudWatch::Alarm", "holds or serves something that is not known here"),
        ("AWS::IAM::policy", "holds or serves something that is not known here"),
        ("", "holds or serves something that is not known here"),
    ],
)
def test_what_is_not_known_is_guarded_and_says_so(kind: Kind, type_: str, because: str) -> None:
    assert (_guard(kind, type_) or "").startswith(f"{because}: ")


@pytest.mark.parametrize(
    ("kind", "policy", "fate"),
    [
        (Kind.REMOVED, None, "it is deleted, with its logs"),
        (Kind.REMOVED, "Retain", "it leaves the stack and stays in the account"),
        (Kind.REMOVED, "Snapshot", "it is deleted after a snapshot"),
        (Kind.REPLACED, None, "a new one takes its place; the old one is deleted, with its logs"),
        (Kind.REPLACED, "ReplaceAndRetain", "a new one takes its place; the old one stays in the account"),
        (Kind.REPLACED, "ReplaceAndSnapshot", "a new one takes its place; the old one is deleted after a snapshot"),
        (Kind.MAY_BE_REPLACED, "ReplaceAndDelete", "a new one may take its place; the old one is deleted"),
    ],
)
def test_the_wording_says_what_becomes_of_the_old_one(kind: Kind, policy: str | None, fate: str) -> None:
    assert (_guard(kind, "AWS::Logs::LogGroup", policy=policy) or "").startswith(f"holds data: {fate}")


@pytest.mark.parametrize("entry", ["Ecs/Service", "Ecs", "/Ecs/Service/", "Ecs/*", "*/Service"])
def test_the_environment_file_protects_a_path_a_layer_or_a_pattern(entry: str) -> None:
    guard = _guard(Kind.REPLACED, "AWS::ECS::Service", path=ResourcePath(("Ecs", "Service")), protect=(entry,))
    assert guard == (
        f"serves others and is protected by the environment file ({entry}): a new one takes its place; the old one is "
        "deleted, with the tasks that run in it"
    )


def test_what_is_harmless_and_protected_is_guarded() -> None:
    guard = _guard(Kind.REMOVED, "AWS::CloudWatch::Alarm", protect=("Alb",))
    assert guard == "is protected by the environment file (Alb): it is deleted"


def test_what_is_public_facing_and_protected_says_both() -> None:
    guard = _guard(Kind.REMOVED, "AWS::EC2::VPC", protect=("Alb/X",))
    assert (guard or "").startswith("is public-facing and is protected by the environment file (Alb/X): it is deleted")


def test_a_path_is_not_protected_by_one_that_only_begins_alike() -> None:
    assert protecting(ResourcePath(("EcsBlue", "Service")), ["Ecs", "Ecs/Service"]) is None
    assert protecting(ResourcePath(("Ecs", "ServiceRole")), ["Ecs/Service"]) is None


def test_a_layer_that_goes_is_guarded_and_names_what_it_takes_and_what_stays() -> None:
    held = (
        Held(ResourcePath(("Db", "Data")), "AWS::RDS::DBCluster", "Snapshot"),
        Held(ResourcePath(("Db", "Logs")), "AWS::Logs::LogGroup", "Retain"),
        Held(ResourcePath(("Db", "Role")), "AWS::IAM::Role", "Delete"),
    )
    assert _guard(Kind.REMOVED, _STACK, path=ResourcePath(("Db",)), policy="Delete", held=held) == (
        "is a whole nested stack: it is deleted with its 3 resources, among them Db/Data (AWS::RDS::DBCluster, after a "
        "snapshot), Db/Role (AWS::IAM::Role); Db/Logs (AWS::Logs::LogGroup) stays in the account"
    )


def test_a_layer_that_goes_is_guarded_whatever_is_in_it() -> None:
    assert _guard(Kind.REMOVED, _STACK, path=ResourcePath(("Db",))) == "is a whole nested stack: it is removed"
    kept = _guard(Kind.REMOVED, _STACK, path=ResourcePath(("Db",)), policy="Retain")
    assert kept == "is a whole nested stack: it leaves the stack and stays in the account, with everything in it"


def test_a_layer_that_stays_is_not_guarded_by_its_own_row() -> None:
    assert _guard(Kind.CHANGED, _STACK, path=ResourcePath(("Db",))) is None


def test_a_layer_that_would_be_made_anew_is_guarded() -> None:
    assert _guard(Kind.REPLACED, _STACK, path=ResourcePath(("Db",))) == (
        "is a whole nested stack: a new one takes its place; the old one is deleted, with everything in it"
    )


def test_only_guarded_changes_are_listed() -> None:
    changes = (
        ResourceChange(ResourcePath(("Vpc",)), "AWS::EC2::VPC", Kind.REPLACED, "id", None, ()),
        ResourceChange(ResourcePath(("Policy",)), "AWS::IAM::Policy", Kind.REPLACED, "id", None, ()),
    )
    review = with_guards(Review(LayerReview(ROOT, None, changes, (), ()), ()), (), {})
    assert [change.path for change in guarded(review)] == [("Vpc",)]


def test_an_approval_for_what_is_not_guarded_is_refused_with_what_is() -> None:
    with pytest.raises(UnknownAllowance) as caught:
        refuse_unknown(["A/B", "A/C"], ["A/B", "D"])
    assert caught.value.unknown == ("A/C",)
    assert caught.value.findings == ("guarded: A/B, D",)
    with pytest.raises(UnknownAllowance) as caught:
        refuse_unknown(["A/B"], [])
    assert caught.value.remedy == "omit --allow"
    refuse_unknown(["A/B"], ["A/B"])


def test_entries_that_protect_nothing_are_found() -> None:
    assert unmatched(
        ["Ecs", "Ecs/Srevice", "Alb/*"], [ResourcePath(("Ecs", "Service")), ResourcePath(("Alb", "LoadBalancer"))]
    ) == ("Ecs/Srevice",)


def _cache_guard(body: dict[str, object] | None) -> ResourceChange:
    change = ResourceChange(ResourcePath(("Cache",)), "AWS::ElastiCache::ReplicationGroup", Kind.CHANGED, "c", None, ())
    templates = {ROOT: {"Resources": {"Cache": body}}}
    [marked] = with_guards(Review(LayerReview(ROOT, None, (change,), (), ()), ()), (), {}, templates).resources
    return marked


@pytest.mark.parametrize(
    ("body", "policy", "fate"),
    [
        ({}, "ReplaceAndDelete", "the old one is deleted, with its data"),
        ({"UpdateReplacePolicy": "Retain"}, "ReplaceAndRetain", "the old one stays in the account, outside the stack"),
        ({"UpdateReplacePolicy": "Snapshot"}, "ReplaceAndSnapshot", "the old one is deleted after a snapshot"),
        (None, "ReplaceAndDelete", "the old one is deleted, with its data"),
    ],
)
def test_an_update_that_cloudformation_makes_by_replacing_is_shown_and_guarded_as_one(
    body: dict[str, object] | None, policy: str, fate: str
) -> None:
    marked = _cache_guard(body)
    assert (marked.kind, marked.policy) == (Kind.MAY_BE_REPLACED, policy)
    assert marked.guard == (
        "holds data: no UpdatePolicy UseOnlineResharding keeps CloudFormation from replacing it: "
        f"a new one may take its place; {fate}"
    )


def test_an_update_policy_that_keeps_the_resource_keeps_the_change_in_place() -> None:
    marked = _cache_guard({"UpdatePolicy": {"UseOnlineResharding": True}})
    assert (marked.kind, marked.guard) == (Kind.CHANGED, None)


@pytest.mark.parametrize(
    ("type_", "policy", "guard"),
    [
        ("AWS::SQS::Queue", "Delete", "holds data: it is deleted, with its messages"),
        ("AWS::SQS::Queue", "Retain", None),
        ("AWS::SQS::Queue", "RetainExceptOnCreate", None),
        ("AWS::RDS::DBCluster", "Snapshot", "holds data: it is deleted after a snapshot"),
        ("AWS::SQS::Queue", "{'Fn::If': ['Prod', 'Retain', 'Delete']}", "holds data: it is deleted, with its messages"),
        ("AWS::CloudWatch::Alarm", "Delete", None),
        (_STACK, "Delete", "is a whole nested stack: it is removed"),
        (_STACK, "Retain", None),
    ],
)
def test_what_goes_with_a_whole_stack_says_what_is_lost(type_: str, policy: str, guard: str | None) -> None:
    assert removal_guard(Held(ROOT / "X", type_, policy), ()) == guard
