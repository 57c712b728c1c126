"""The change sets that one stack has, those of nested stacks, and what their root says of them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets.making import NO_CHANGES
from rehearsal.change_sets.stack_change_sets import (
    MAXIMUM_CHANGE_SETS,
    fail,
    find_change_set,
    new_change_set,
    refuse_too_many,
)
from rehearsal.state.stacks import ChangeSet, Stack, Target
from rehearsal.state.world import World
from tests.rehearsal.change_sets.trees import (
    TOPIC,
    Template,
    child,
    execute,
    nested,
    review,
    stack,
    statuses,
    topics,
)
from tests.rehearsal.play import REGION, Play


def one_stack() -> tuple[World, Stack]:
    return Play().cloud.world, Stack("arn", "demo", REGION, 0.0, "CREATE_COMPLETE")


def made(world: World, found: Stack, name: str) -> ChangeSet:
    return new_change_set(world, found, name, "UPDATE", Target(""))


def test_the_newest_of_a_name_is_meant() -> None:
    world, found = one_stack()
    sets = [made(world, found, name) for name in ("one", "two", "one")]
    assert find_change_set(found, "one") is sets[2]
    assert find_change_set(found, "two") is sets[1]
    assert find_change_set(found, "three") is None


def test_one_that_has_failed_says_why_and_cannot_be_executed() -> None:
    change_set = made(*one_stack(), "one")
    fail(change_set, "because")
    assert (change_set.status, change_set.execution, change_set.reason) == ("FAILED", "UNAVAILABLE", "because")


def test_a_stack_has_no_more_than_a_thousand() -> None:
    world, found = one_stack()
    for number in range(MAXIMUM_CHANGE_SETS - 1):
        made(world, found, f"set{number}")
    refuse_too_many(found)
    made(world, found, "last")
    with pytest.raises(CloudFormationError, match="ChangeSet limit exceeded for stack arn"):
        refuse_too_many(found)


def test_a_nested_change_set_has_one_for_every_child_with_parent_and_root() -> None:
    play = Play()
    root = review(play, nested(play))
    described = play.described(root)
    assert described["IncludeNestedStacks"] is True
    assert "ParentChangeSetId" not in described
    assert "RootChangeSetId" not in described
    rows = play.changes(root)
    for name in ("One", "Two"):
        assert rows[name]["Action"] == "Add"
        below = play.described(rows[name]["ChangeSetId"])
        assert below["ParentChangeSetId"] == below["RootChangeSetId"] == root
        assert re.fullmatch(f"review-{name}-[0-9A-Z]{{12}}", below["ChangeSetName"])
        assert re.fullmatch(f"demo-{name}-[0-9A-Z]{{12}}", below["StackName"])
        assert (below["Status"], below["ExecutionStatus"]) == ("CREATE_COMPLETE", "UNAVAILABLE")
        assert below["StatusReason"] == "Only executable from the root change set."
        assert play.stack(below["StackId"])["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_nested_change_sets_go_all_the_way_down_and_know_parent_and_root() -> None:
    play = Play()
    middle = play.put("middle.json", {"Resources": {"Inner": stack(play.put("inner.json", child()))}})
    root = review(play, {"Resources": {"Middle": stack(middle)}})
    below = play.changes(root)["Middle"]["ChangeSetId"]
    lowest = play.described(play.changes(below)["Inner"]["ChangeSetId"])
    assert (lowest["ParentChangeSetId"], lowest["RootChangeSetId"]) == (below, root)
    assert lowest["IncludeNestedStacks"] is True


def test_a_value_from_a_sibling_stands_in_the_childs_parameters_as_aws_writes_it() -> None:
    play = Play()
    rows = play.changes(review(play, nested(play)))
    below = play.described(rows["Two"]["ChangeSetId"])
    assert below["Parameters"] == [
        {
            "ParameterKey": "Name",
            "ParameterValue": "{{IntrinsicFunction:demo/One.Outputs.Name/Fn::GetAtt}}",
        }
    ]


def test_the_stacks_of_a_nested_change_set_become_the_nested_stacks() -> None:
    play = Play()
    root = review(play, nested(play))
    prepared = {play.described(row["ChangeSetId"])["StackId"] for row in play.changes(root).values()}
    execute(play, root)
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    made = play("DescribeStackResources", StackName="demo")["StackResources"]
    assert {resource["PhysicalResourceId"] for resource in made} == prepared
    for identifier in prepared:
        shown = play.stack(identifier)
        assert shown["ParentId"] == shown["RootId"] == play.stack()["StackId"]


def test_a_child_without_changes_fails_alone_and_loses_its_row() -> None:
    play = Play()
    execute(play, review(play, nested(play)))
    one = play.put("one-new.json", child("new"))
    template = nested(play)
    template["Resources"]["Three"] = stack(one)
    root = review(play, template, "second")
    assert statuses(play, root) == ("CREATE_COMPLETE", "AVAILABLE", None)
    assert list(play.changes(root)) == ["Three", "Two"]
    first = play("DescribeStackResource", StackName="demo", LogicalResourceId="One")["StackResourceDetail"]
    [failed] = [
        row
        for row in play("ListChangeSets", StackName=first["PhysicalResourceId"])["Summaries"]
        if row["Status"] == "FAILED"
    ]
    assert (failed["StatusReason"], failed["ExecutionStatus"]) == (NO_CHANGES, "UNAVAILABLE")


def test_a_changed_child_stands_in_the_root_as_an_automatic_change() -> None:
    play = Play()
    execute(play, review(play, nested(play)))
    root = review(play, nested(play, second="c"), "second")
    row = play.changes(root)["Two"]
    assert row["Replacement"] == "False"
    assert row["PhysicalResourceId"].startswith(f"arn:aws:cloudformation:{REGION}:")
    assert [d["ChangeSource"] for d in row["Details"]] == ["DirectModification", "Automatic"]
    assert row["Details"][-1] == {
        "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
        "Evaluation": "Dynamic",
        "ChangeSource": "Automatic",
    }


def test_a_child_that_changes_below_is_one_automatic_row_and_nothing_else() -> None:
    play = Play()
    url = play.put("one.json", child("a"))
    execute(play, review(play, {"Resources": {"One": stack(url)}}))
    play.put("one.json", child("b"))
    described = play.described(review(play, {"Resources": {"One": stack(url)}}, "second"), values=False)
    (inner,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    (below,) = [found for found in inner.change_sets.values() if found.name.startswith("second-One-")]
    assert described["Changes"] == [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Modify",
                "LogicalResourceId": "One",
                "PhysicalResourceId": inner.id,
                "ResourceType": "AWS::CloudFormation::Stack",
                "Replacement": "False",
                "Scope": ["Properties"],
                "Details": [
                    {
                        "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
                        "Evaluation": "Dynamic",
                        "ChangeSource": "Automatic",
                    }
                ],
                "ChangeSetId": below.id,
            },
        }
    ]


def test_another_template_for_a_child_stands_beside_the_automatic_change_and_replaces_nothing() -> None:
    play = Play()
    before = {"Resources": {"One": stack(play.put("a.json", child()))}}
    execute(play, review(play, before))
    after = {"Resources": {"One": stack(play.put("b.json", child("b")))}}
    row = play.changes(review(play, after, "second"), values=False)["One"]
    assert (row["Action"], row["Replacement"], row["Scope"]) == ("Modify", "False", ["Properties"])
    targets = [detail["Target"] for detail in row["Details"]]
    assert {"Attribute": "Properties", "Name": "TemplateURL", "RequiresRecreation": "Never"} in targets
    assert {"Attribute": "Properties", "RequiresRecreation": "Never"} in targets


def test_a_root_whose_every_child_is_unchanged_has_no_change_itself() -> None:
    play = Play()
    only = {"Resources": {"One": stack(play.put("a.json", child()))}}
    execute(play, review(play, only))
    found = play.described(review(play, only, "same"))
    assert (found["Status"], found["ExecutionStatus"], found["Changes"]) == ("FAILED", "UNAVAILABLE", [])
    assert found["StatusReason"] == (
        "The submitted information didn't contain changes. Submit different information to create a change set."
    )


def test_names_of_child_change_sets_and_child_stacks_stay_within_128_characters() -> None:
    play = Play()
    name = "n" * 128
    url = play.put("a.json", child())
    made = play.change_set({"Resources": {"One": stack(url)}}, "c" * 128, name, IncludeNestedStacks=True)
    below = play.described(play.changes(made)["One"]["ChangeSetId"])
    assert len(below["ChangeSetName"]) == len(below["StackName"]) == 128
    assert "-One-" in below["ChangeSetName"]
    assert "-One-" in below["StackName"]


def test_what_no_resource_can_see_is_no_change() -> None:
    play = Play()
    declared = {"P": {"Type": "String", "Default": "1"}}
    play.deploy({"Description": "one", "Parameters": declared, **topics(A="a")})
    declared = {"P": {"Type": "String", "Default": "2"}, "Q": {"Type": "String", "Default": "1"}}
    after = {"Description": "two", "Parameters": declared, "Metadata": {"x": 1}, **topics(A="a")}
    assert play.described(play.change_set(after, "second"))["Status"] == "FAILED"


def test_a_sibling_fed_parameter_shows_changes_that_may_not_come() -> None:
    play = Play()
    execute(play, review(play, nested(play)))
    root = review(play, nested(play, first="z"), "second")
    below = play.described(play.changes(root)["Two"]["ChangeSetId"])
    [row] = below["Changes"]
    details = row["ResourceChange"]["Details"]
    assert {(d["Evaluation"], d["ChangeSource"]) for d in details} == {
        ("Static", "ParameterReference"),
        ("Dynamic", "DirectModification"),
    }
    assert details[0]["Target"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"


def test_an_unchanged_child_that_a_sibling_feeds_has_a_replacement_that_never_comes() -> None:
    play = Play()
    fed = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"Topic": {"Type": TOPIC, "Properties": {"TopicName": {"Fn::Sub": "of-${Name}"}}}},
    }
    feeding = {"Name": {"Fn::GetAtt": ["One", "Outputs.Name"]}}
    root = {
        "Resources": {"One": stack(play.put("one.json", child())), "Two": stack(play.put("two.json", fed), **feeding)}
    }
    execute(play, review(play, root))
    second = review(play, root, "second")
    assert list(play.changes(second)) == ["Two"]
    below = play.changes(second)["Two"]["ChangeSetId"]
    row = play.changes(below)["Topic"]
    assert row["Replacement"] == "True"
    assert [(detail["Evaluation"], detail["ChangeSource"]) for detail in row["Details"]] == [
        ("Static", "ParameterReference"),
        ("Dynamic", "DirectModification"),
    ]
    assert {detail["Target"]["AfterValue"] for detail in row["Details"]} == {"{{changeSet:KNOWN_AFTER_APPLY}}"}
    arn = play.described(below)["StackId"]
    before = play.events(arn)
    execute(play, second)
    assert play.events(arn) == before


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({}, "Parameters: [Size] must have values"),
        ({"Size": "many"}, "Parameter 'Size' must be a number."),
        ({"Size": "1", "Other": "x"}, "Parameters: [Other] do not exist in the template"),
    ],
)
def test_parameters_that_do_not_fit_a_child_fail_its_change_set(parameters: dict[str, str], reason: str) -> None:
    play = Play()
    url = play.put("one.json", {"Parameters": {"Size": {"Type": "Number"}}, **topics(T="t")})
    _, execution, root_reason = statuses(play, review(play, {"Resources": {"One": stack(url, **parameters)}}))
    below = (root_reason or "").split("Nested change set ")[1].split(" was ")[0]
    assert statuses(play, below) == ("FAILED", "UNAVAILABLE", reason)
    assert execution == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        (
            {"Type": "CommaDelimitedList", "AllowedPattern": "arn:.+"},
            "Each value of parameter 'Name' must match pattern arn:.+",
        ),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>"},
            "Unable to fetch parameters [{{IntrinsicFunction:demo/One.Outputs.Name/Fn::GetAtt}}] "
            "from parameter store for this account.",
        ),
    ],
)
def test_a_siblings_output_is_held_as_it_stands_to_what_a_child_declares(declared: Template, reason: str) -> None:
    play = Play()
    fed = stack(play.put("two.json", {"Parameters": {"Name": declared}, **topics(T="t")}))
    fed["Properties"]["Parameters"] = {"Name": {"Fn::GetAtt": ["One", "Outputs.Name"]}}
    root = review(play, {"Resources": {"One": stack(play.put("one.json", child())), "Two": fed}})
    below = (statuses(play, root)[2] or "").split("Nested change set ")[1].split(" was ")[0]
    assert statuses(play, below) == ("FAILED", "UNAVAILABLE", reason)


def test_export_names_joined_from_a_siblings_output_do_not_collapse_into_one() -> None:
    play = Play()
    exports: dict[str, Any] = {
        key: {"Value": "x", "Export": {"Name": {"Fn::Join": [":", [{"Ref": "Name"}, key]]}}} for key in ("Id", "Size")
    }
    two = stack(play.put("two.json", child(**exports)), Name={"Fn::GetAtt": ["One", "Outputs.Name"]})
    root = review(play, {"Resources": {"One": stack(play.put("one.json", child())), "Two": two}})
    assert statuses(play, root) == ("CREATE_COMPLETE", "AVAILABLE", None)
    execute(play, root)
    assert sorted(row["Name"].rpartition(":")[2] for row in play("ListExports")["Exports"]) == ["Id", "Size"]


def test_a_child_that_cannot_be_planned_fails_the_root_which_names_it() -> None:
    play = Play()
    template = {"Resources": {"One": stack(play.put("bad.json", "Resources: {}"))}}
    root = review(play, template)
    status, execution, reason = statuses(play, root)
    assert (status, execution) == ("FAILED", "UNAVAILABLE")
    assert reason is not None
    assert reason.endswith("was not successfully created: Currently in FAILED.")
    below = reason.split("Nested change set ")[1].split(" was ")[0]
    assert statuses(play, below) == (
        "FAILED",
        "UNAVAILABLE",
        "Template format error: At least one Resources member must be defined.",
    )


def test_the_other_children_get_their_change_sets_beside_one_that_fails() -> None:
    play = Play()
    good, bad = play.put("good.json", child()), play.put("bad.json", "Resources: {}")
    root = review(play, {"Resources": {"A": stack(bad), "B": stack(good), "C": stack(bad), "D": stack(good)}})
    made = {
        found.parent_logical_id: statuses(play, next(iter(found.change_sets)))
        for found in play.cloud.world.state.stacks.values()
        if found.parent
    }
    refused = "Template format error: At least one Resources member must be defined."
    complete = ("CREATE_COMPLETE", "UNAVAILABLE", "Only executable from the root change set.")
    failed = ("FAILED", "UNAVAILABLE", refused)
    assert made == {"A": failed, "B": complete, "C": failed, "D": complete}
    reason = statuses(play, root)[2] or ""
    assert "changeSet/review-A-" in reason
    assert "changeSet/review-C-" not in reason


def test_a_change_set_of_one_nested_stack_alone_shows_rows_that_its_root_does_not() -> None:
    play = Play()
    leaf = stack(play.put("leaf.json", child()))
    middle = {"Resources": {"Leaf": leaf, **topics(T="1")["Resources"]}}
    execute(play, review(play, {"Resources": {"M": stack(play.put("m.json", middle))}}))
    (inner,) = [found for found in play.cloud.world.state.stacks.values() if found.parent_logical_id == "M"]
    middle["Resources"] |= topics(T="2")["Resources"]
    alone = play.change_set(middle, "alone", inner.id, ChangeSetType="UPDATE")
    assert sorted(play.changes(alone, values=False)) == ["Leaf", "T"]
    root = review(play, {"Resources": {"M": stack(play.put("m2.json", middle))}}, "second")
    assert sorted(play.changes(play.changes(root)["M"]["ChangeSetId"], values=False)) == ["T"]


def test_without_nested_change_sets_children_are_only_mentioned() -> None:
    play = Play()
    execute(play, review(play, nested(play)))
    plain = play.change_set(nested(play, second="c"), name="plain")
    assert all("ChangeSetId" not in row for row in play.changes(plain).values())


def test_without_nested_change_sets_children_are_updated_unseen() -> None:
    play = Play()
    url = play.put("one.json", child("a"))
    play.deploy({"Resources": {"One": stack(url)}})
    play.put("one.json", child("b"))
    plain = play.change_set({"Resources": {"One": stack(url)}}, name="plain")
    described = play.described(plain)
    assert described["IncludeNestedStacks"] is False
    assert [row["ResourceChange"]["LogicalResourceId"] for row in described["Changes"]] == ["One"]
    execute(play, plain)
    (inner,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert inner.resources["Topic"].properties == {"DisplayName": "b"}
    assert len(inner.change_sets) == 0


def test_a_root_that_fails_over_a_nested_set_still_names_them_all() -> None:
    play = Play()
    good, bad = play.put("good.json", child()), play.put("bad.json", "Resources: {}")
    root = review(play, {"Resources": {"A": stack(bad), "B": stack(good)}})
    assert statuses(play, root)[0] == "FAILED"
    below = {name: statuses(play, row["ChangeSetId"])[0] for name, row in play.changes(root).items()}
    assert below == {"A": "FAILED", "B": "CREATE_COMPLETE"}
