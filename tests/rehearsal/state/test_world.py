"""The world of an account: finding stacks, ARNs, paths, exports."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.state import world as world_module
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import export, nested, template, topic


def test_partitions_have_their_own_arns_and_url_suffixes() -> None:
    world = Play().cloud.world
    assert world.arn("eu-west-1", "stack/a/b") == "arn:aws:cloudformation:eu-west-1:123456789012:stack/a/b"
    assert world.arn("cn-north-1", "stack/a/b").startswith("arn:aws-cn:")
    assert world.arn("us-gov-west-1", "stack/a/b").startswith("arn:aws-us-gov:")
    assert world.arn("eusc-de-east-1", "stack/a/b").startswith("arn:aws-eusc:")
    assert (world.url_suffix("eusc-de-east-1"), world.url_suffix("us-iso-east-1")) == ("amazonaws.eu", "c2s.ic.gov")
    assert (world.url_suffix("cn-north-1"), world.url_suffix("eu-west-1")) == ("amazonaws.com.cn", "amazonaws.com")


def test_a_parameter_that_a_stack_stores_is_read_by_its_name_or_arn_till_it_is_cleaned_up() -> None:
    def stores(name: str) -> dict[str, Any]:
        properties = {"Name": name, "Type": "String", "Value": "red"}
        return template(A={"Type": "AWS::SSM::Parameter", "Properties": properties})

    play = Play()
    play.deploy(stores("/app/colour"))
    stored = play.cloud.world.stored
    assert stored("/app/colour", REGION) == "red"
    assert stored(f"arn:aws:ssm:{REGION}:123456789012:parameter/app/colour", REGION) == "red"
    assert (stored("/app/size", REGION), stored("/app/colour", "eu-central-1")) == (None, None)
    assert (stored("/app/colour:1", REGION), stored("/app/colour:2", REGION)) == ("red", None)
    play.deploy(stores("/app/hue"))
    assert (stored("/app/colour", REGION), stored("/app/hue", REGION)) == (None, "red")


def test_what_a_stack_of_another_account_stores_is_known_there_alone_and_without_its_versions() -> None:
    other, play = "210987654321", Play()
    properties = {"Name": "/app/colour", "Type": "String", "Value": "red"}
    body = json.dumps(template(A={"Type": "AWS::SSM::Parameter", "Properties": properties}))
    play.at(other, REGION, "CreateStack", StackName="demo", TemplateBody=body)
    play.settle()
    world = play.cloud.world
    assert (world.of(other).stored("/app/colour", REGION), world.stored("/app/colour", REGION)) == ("red", None)
    with pytest.raises(CloudFormationError, match="not simulated"):
        world.of(other).stored("/app/colour:1", REGION)


def test_a_deleted_stack_is_found_by_its_arn_alone() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    world = play.cloud.world
    assert world.find("demo", REGION) is None
    found = world.find(arn, REGION)
    assert found is not None
    assert found.gone


def test_a_deleted_stack_is_forgotten_after_90_days() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    play.cloud.world.clock.offset += 89 * 24 * 3600
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert [row["StackId"] for row in play("ListStacks")["StackSummaries"]] == [arn]
    play.cloud.world.clock.offset += 2 * 24 * 3600
    with pytest.raises(CloudFormationError) as refused:
        play.stack(arn)
    assert refused.value.message == f"Stack with id {arn} does not exist"
    assert play("ListStacks")["StackSummaries"] == []


def test_a_region_holds_so_many_stacks_and_those_in_review_and_nested_ones_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(world_module, "MAXIMUM_STACKS", 3)
    play = Play()
    play.change_set(template(A=topic()), stack="in-review")
    url = play.put("child.json", template(T=topic()))
    parent = play.deploy(template(C=nested(url)), stack="parent")
    assert parent["StackStatus"] == "CREATE_COMPLETE"
    body = json.dumps(template(A=topic()))
    create = {"StackName": "more", "TemplateBody": body}
    for operation, more in (
        ("CreateStack", {}),
        ("CreateChangeSet", {"ChangeSetName": "review", "ChangeSetType": "CREATE"}),
    ):
        with pytest.raises(CloudFormationError) as refused:
            play(operation, **create, **more)
        assert (refused.value.code, refused.value.message) == (
            "LimitExceededException",
            "Limit for stack has been exceeded",
        )
    assert play.deploy(template(C=nested(url), D=nested(url)), stack="parent")["StackStatus"] == (
        "UPDATE_ROLLBACK_COMPLETE"
    )
    assert ("D", "CREATE_FAILED", "Limit for stack has been exceeded") in play.reasons("parent")
    play("DeleteStack", StackName="in-review")
    assert play("CreateStack", **create)["StackId"]


def test_a_name_leads_to_the_living_one_of_its_incarnations() -> None:
    play = Play()
    first = play.deploy(template(A=topic()))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    second = play.deploy(template(A=topic()))["StackId"]
    assert first != second
    assert play.stack()["StackId"] == second


def test_names_are_found_again_after_loading(tmp_path: object) -> None:
    play = Play()
    first = play.deploy(template(A=topic()))["StackId"]
    play.cloud.world._names.clear()
    found = play.cloud.world.find("demo", REGION)
    assert found is not None
    assert found.id == first


def test_regions_do_not_see_each_other() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    assert play.cloud.world.find("demo", "eu-west-1") is None
    assert list(play.cloud.world.living("eu-west-1")) == []


def test_what_stands_in_a_region_is_what_its_living_stacks_have() -> None:
    play = Play()
    play.deploy(template(A=topic(), B=topic()), stack="one")
    play.deploy(template(C=topic()), stack="two")
    play("DeleteStack", StackName="two")
    play.settle()
    play.deploy(template(B=topic()), stack="one")
    world = play.cloud.world
    assert [(stack.name, resource.logical_id) for stack, resource in world.standing(REGION)] == [("one", "B")]
    assert list(world.standing("eu-west-1")) == []


def test_a_path_leads_from_the_root_to_the_resource() -> None:
    play = Play()
    inner = play.put("inner.yaml", template(T=topic()))
    play.deploy(template(C=nested(play.put("child.yaml", template(G=nested(inner))))))
    stacks = {stack.parent_logical_id: stack for stack in play.cloud.world.state.stacks.values()}
    grandchild, root = stacks["G"], stacks[None]
    assert play.cloud.world.path(grandchild, "T") == "C/G/T"
    assert play.cloud.world.path(root, "C") == "C"
    assert play.cloud.world.path(root) == ""


def test_exports_are_known_by_region_with_the_stack_that_has_them() -> None:
    play = Play()
    play.deploy(template({"Name": export("1", "Shared")}, A=topic()))
    ((name, (stack, output)),) = play.cloud.world.exports(REGION).items()
    assert (name, stack.name, output.value) == ("Shared", "demo", "1")
    assert play.cloud.world.exports("eu-west-1") == {}


def test_chance_comes_from_the_seed() -> None:
    first, second = Play(seed=5).cloud.world, Play(seed=5).cloud.world
    assert first.token(12) == second.token(12)
    assert first.uuid() == second.uuid()
    assert re.fullmatch(r"[A-Za-z0-9]{20}", first.token(20))
    assert uuid.UUID(first.uuid()).version == 4


def test_an_account_that_nobody_named_has_nothing_in_it() -> None:
    play = Play()
    play.deploy(template({"Name": export("1", "Shared")}, A=topic(name="mine")))
    other = play.cloud.world.of("111122223333")
    assert play.at("111122223333", REGION, "DescribeStacks") == {"Stacks": []}
    assert (other.find("demo", REGION), other.exports(REGION)) == (None, {})


def test_every_account_has_stacks_of_its_own_under_one_clock() -> None:
    play = Play()
    here = play.deploy(template(A=topic(name="same")))
    body = json.dumps(template(A=topic(name="same")))
    play.at("111122223333", REGION, "CreateStack", StackName="demo", TemplateBody=body)
    play.settle()
    [there] = play.at("111122223333", REGION, "DescribeStacks", StackName="demo")["Stacks"]
    assert there["StackId"].startswith(f"arn:aws:cloudformation:{REGION}:111122223333:stack/demo/")
    assert (play.stack(), there["StackStatus"]) == (here, "CREATE_COMPLETE")
    assert there["CreationTime"] > here["CreationTime"]
    with pytest.raises(CloudFormationError) as refused:
        play.stack(there["StackId"])
    assert refused.value.message == f"Stack with id {there['StackId']} does not exist"


def test_an_account_is_the_same_whoever_names_it() -> None:
    world = Play().cloud.world
    other = world.of("111122223333")
    assert other.of(world.state.account) is world
    assert world.of("111122223333") is other.of("111122223333") is other
    assert other.of("444455556666").state is world.state.accounts["444455556666"]
    names = [world.state.account, "111122223333", "444455556666"]
    assert [each.state.account for each in other.accounts()] == names
