"""Parents and children: what goes down, what comes back up."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.s3_object import read_url
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, nested, ref, template, topic, value


def child_of(play: Play, logical_id: str = "C") -> Stack:
    return [found for found in play.cloud.world.state.stacks.values() if found.parent_logical_id == logical_id][-1]


def family(play: Play, scenario_child: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
    url = play.put("child.yaml", scenario_child or template({"Out": attribute("T", "TopicName")}, T=topic("one")))
    return url, template(C=nested(url), B=value(attribute("C", "Outputs.Out")))


def own_times(play: Play, arn: str) -> dict[str, datetime]:
    """When the stack itself entered each status."""
    rows = play("DescribeStackEvents", StackName=arn)["StackEvents"]
    return {row["ResourceStatus"]: row["Timestamp"] for row in rows if row["PhysicalResourceId"] == arn}


def test_a_nested_stack_is_named_after_its_parent_its_logical_id_and_chance() -> None:
    play = Play()
    play.deploy(family(play)[1])
    assert re.fullmatch(r"demo-C-[0-9A-Z]{12}", child_of(play).name)


def test_a_nested_stacks_row_has_no_physical_id_first_and_then_the_arn() -> None:
    play = Play()
    play.deploy(family(play)[1])
    rows = list(play("DescribeStackEvents", StackName="demo")["StackEvents"][::-1])
    own = [(row["PhysicalResourceId"], row["ResourceStatus"]) for row in rows if row["LogicalResourceId"] == "C"]
    arn = child_of(play).id
    assert own == [("", "CREATE_IN_PROGRESS"), (arn, "CREATE_IN_PROGRESS"), (arn, "CREATE_COMPLETE")]
    assert [row for row in play.reasons() if row[0] == "C"] == [
        ("C", "CREATE_IN_PROGRESS", "Resource creation Initiated")
    ]
    assert own_times(play, arn)["CREATE_COMPLETE"] < rows[-2]["Timestamp"]


def test_a_nested_stack_knows_its_parent_and_its_root() -> None:
    play = Play()
    grandchild = play.put("grandchild.yaml", template(T=topic()))
    url = play.put("child.yaml", template(G=nested(grandchild)))
    root = play.deploy(template(C=nested(url)))
    child, inner = play.stack(child_of(play).id), play.stack(child_of(play, "G").id)
    assert (child["ParentId"], child["RootId"]) == (root["StackId"], root["StackId"])
    assert (inner["ParentId"], inner["RootId"]) == (child["StackId"], root["StackId"])
    assert "ParentId" not in root
    assert "RootId" not in root


def test_outputs_of_a_child_feed_its_parent() -> None:
    play = Play()
    play.deploy(family(play)[1])
    stack = play.cloud.world.find("demo", "ap-northeast-1")
    assert stack is not None
    assert stack.resources["B"].properties["Value"] == child_of(play).resources["T"].attributes["TopicName"]


def test_parameters_and_stack_tags_go_down_to_nested_stacks() -> None:
    play = Play()
    url = play.put("child.yaml", template(parameters={"Text": "default"}, T=topic(ref("Text"))))
    root = template(C=nested(url, parameters={"Text": "given"}, Tags=[{"Key": "own", "Value": "1"}]))
    play.deploy(root, Tags=[{"Key": "application", "Value": "demo"}], NotificationARNs=["arn:aws:sns:::t"])
    child = play.stack(child_of(play).id)
    assert child["Parameters"] == [{"ParameterKey": "Text", "ParameterValue": "given"}]
    assert child["Tags"] == [{"Key": "application", "Value": "demo"}, {"Key": "own", "Value": "1"}]
    assert child["NotificationARNs"] == ["arn:aws:sns:::t"]


def test_stack_tags_go_down_to_every_level_and_so_does_their_change() -> None:
    play = Play()
    grandchild = play.put("grandchild.yaml", template(T=topic()))
    root = template(C=nested(play.put("child.yaml", template(G=nested(grandchild)))))
    for release in "12":
        play.deploy(root, Tags=[{"Key": "release", "Value": release}])
        tags = [stack["Tags"] for stack in play("DescribeStacks")["Stacks"]]
        assert tags == [[{"Key": "release", "Value": release}]] * 3


def test_a_nested_stack_may_have_notifications_of_its_own() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    play.deploy(template(C=nested(url, NotificationARNs=["arn:aws:sns:::own"])), NotificationARNs=["arn:aws:sns:::t"])
    assert play.stack(child_of(play).id)["NotificationARNs"] == ["arn:aws:sns:::own"]


@pytest.mark.parametrize(
    ("passed", "status"), [(ref("Ids"), "ROLLBACK_COMPLETE"), ({"Fn::Join": [",", ref("Ids")]}, "CREATE_COMPLETE")]
)
def test_a_list_reaches_a_child_as_a_joined_text_alone(passed: Any, status: str) -> None:
    play = Play()
    listed = {"Type": "CommaDelimitedList", "Default": "a,b"}
    url = play.put(
        "child.yaml", {"Parameters": {"Ids": listed}} | template({"All": {"Fn::Join": ["+", ref("Ids")]}}, T=topic())
    )
    root = {"Parameters": {"Ids": listed | {"Default": "x,y"}}} | template(C=nested(url, parameters={"Ids": passed}))
    assert play.deploy(root)["StackStatus"] == status
    if status == "CREATE_COMPLETE":
        assert play.stack(child_of(play).id)["Outputs"] == [{"OutputKey": "All", "OutputValue": "x+y"}]
    else:
        assert [row for row in play.reasons() if row[:2] == ("C", "CREATE_FAILED") and "property Parameters" in row[2]]


def test_a_nested_stack_that_fails_cancels_its_siblings_and_lists_all_that_failed_in_it() -> None:
    play = Play(Scenario((ResourceFault("A/T", reason="refused"),)))
    one = play.put("one.yaml", template(T=topic(), U={"Type": "AWS::SQS::Queue"}))
    two = play.put("two.yaml", template(T={"Type": "AWS::SQS::Queue"}))
    play.deploy(template(A=nested(one), B=nested(two), Q={"Type": "AWS::SQS::Queue"}))
    first = child_of(play, "A").id
    told = [row for row in play.reasons() if row[1] == "CREATE_FAILED"]
    assert told == [
        (
            "A",
            "CREATE_FAILED",
            f"Embedded stack {first} was not successfully created: The following resource(s) failed to create: [T, U].",
        ),
        ("B", "CREATE_FAILED", "Resource creation cancelled"),
        ("Q", "CREATE_FAILED", "Resource creation cancelled"),
    ]


def test_a_failed_nested_creation_names_the_child_and_what_failed_in_it() -> None:
    play = Play(Scenario((ResourceFault("C/T", reason="refused"),)))
    stack = play.deploy(family(play)[1])
    child = child_of(play)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = f"Embedded stack {child.id} was not successfully created: The following resource(s) failed to create: [T]."
    assert ("C", "CREATE_FAILED", reason) in play.reasons()
    assert child.status == "DELETE_COMPLETE"
    assert ("T", "CREATE_FAILED", "refused") in play.reasons(child.id)


def test_another_template_url_updates_the_nested_stack_and_never_replaces_it() -> None:
    play = Play()
    play.deploy(template(C=nested(play.put("one.yaml", template(T=topic("1"))))))
    before = child_of(play).id
    play.deploy(template(C=nested(play.put("two.yaml", template(T=topic("2"))))))
    (row,) = play("DescribeStackResources", StackName="demo")["StackResources"]
    assert (row["PhysicalResourceId"], row["ResourceStatus"]) == (before, "UPDATE_COMPLETE")
    assert child_of(play).resources["T"].properties == {"DisplayName": "2"}


def test_a_failed_nested_update_names_the_childs_status_and_reason() -> None:
    play = Play(Scenario((ResourceFault("C/T", "update", "refused"),)))
    _url, root = family(play)
    play.deploy(root)
    play.put("child.yaml", template({"Out": attribute("T", "TopicName")}, T=topic("two")))
    stack = play.deploy(root | {"Description": "changed"}, IncludeNestedStacks=True)
    child = child_of(play)
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert child.status == "UPDATE_ROLLBACK_COMPLETE"
    reason = (
        f"Embedded stack {child.id} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS "
        "with reason: The following resource(s) failed to update: [T]."
    )
    assert ("C", "UPDATE_FAILED", reason) in play.reasons()
    assert child.resources["T"].properties == {"DisplayName": "one"}


def test_a_child_holds_in_its_cleanup_until_its_root_cleans() -> None:
    play = Play()
    url, _ = family(play)
    play.deploy(template(C=nested(url), Z=topic("one", after="C")))
    play.put("child.yaml", template({"Out": attribute("T", "TopicName")}, T=topic("two")))
    play.deploy(template(C=nested(url), Z=topic("two", after="C")))
    child = child_of(play)
    inner, outer = own_times(play, child.id), own_times(play, play.stack()["StackId"])
    cleanup = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    assert inner[cleanup] < outer[cleanup] < inner["UPDATE_COMPLETE"] < outer["UPDATE_COMPLETE"]


def test_no_child_leaves_its_cleanup_before_every_nested_stack_has_updated() -> None:
    play = Play()
    urls = [play.put(f"{name}.yaml", template(T=topic("1"))) for name in "ab"]
    root = template(A=nested(urls[0]), B=nested(urls[1], after="A"))
    play.deploy(root)
    for name in "ab":
        play.put(f"{name}.yaml", template(T=topic("2")))
    play.deploy(root)
    first, second = (own_times(play, child_of(play, name).id) for name in "AB")
    assert first["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"] < second["UPDATE_IN_PROGRESS"]
    assert second["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"] < first["UPDATE_COMPLETE"]


def test_a_child_with_nothing_to_do_is_asked_all_the_same_and_writes_no_event() -> None:
    play = Play()
    url, _ = family(play)
    play.deploy(template(C=nested(url), Z=topic("one")))
    before = len(play.events(child_of(play).id))
    play.deploy(template(C=nested(url), Z=topic("two")))
    assert ("C", "UPDATE_COMPLETE") in play.events()
    assert len(play.events(child_of(play).id)) == before


def test_a_child_is_deleted_with_its_parent() -> None:
    play = Play()
    play.deploy(family(play)[1])
    play("DeleteStack", StackName="demo")
    play.settle()
    assert child_of(play).status == "DELETE_COMPLETE"


def test_a_child_that_cannot_be_deleted_stops_its_parents_deletion() -> None:
    play = Play(Scenario((ResourceFault("C/T", "delete", "in use"),)))
    play.deploy(family(play)[1])
    play("DeleteStack", StackName="demo")
    play.settle()
    child = child_of(play)
    assert (play.stack()["StackStatus"], child.status) == ("DELETE_FAILED", "DELETE_FAILED")
    reason = f"Embedded stack {child.id} was not successfully deleted: The following resource(s) failed to delete: [T]."
    assert ("C", "DELETE_FAILED", reason) in play.reasons()


def test_a_child_that_could_not_be_deleted_is_left_behind_by_a_parent_that_goes_without_it() -> None:
    play = Play(Scenario((ResourceFault("C/T", "delete", "in use", times=1),)))
    arn = play.deploy(family(play)[1])["StackId"]
    for more in ({}, {"RetainResources": ["C"]}):
        play("DeleteStack", StackName=arn, **more)
        play.settle()
    child = child_of(play)
    assert (play.stack(arn)["StackStatus"], child.status) == ("DELETE_COMPLETE", "DELETE_FAILED")
    play("DeleteStack", StackName=child.id)
    play.settle()
    assert child.status == "DELETE_COMPLETE"


def test_a_template_that_is_not_there_fails_the_nested_stack_not_the_call() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    review = play.change_set(template(C=nested(url)))
    del play.services.objects[read_url(url)]
    play("ExecuteChangeSet", ChangeSetName=review)
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [row for row in play.reasons() if row[:2] == ("C", "CREATE_FAILED")]


def test_parameters_that_do_not_fit_the_childs_template_fail_the_nested_stack() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    play.deploy(template(C=nested(url, parameters={"Unknown": "x"})))
    assert ("C", "CREATE_FAILED", "Parameters: [Unknown] do not exist in the template") in play.reasons()


def test_an_update_that_the_childs_template_refuses_rolls_the_parent_back() -> None:
    play = Play()
    url, root = family(play)
    play.deploy(root)
    play.put("child.yaml", template(T=topic(ref("Missing"))))
    play.deploy(template(C=nested(url), B=value("other")))
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert [row for row in play.reasons() if row[:2] == ("C", "UPDATE_FAILED")]


def test_a_nested_change_set_leaves_the_stack_that_execution_then_uses() -> None:
    play = Play()
    review = play.change_set(family(play)[1], IncludeNestedStacks=True)
    prepared = child_of(play)
    assert prepared.status == "REVIEW_IN_PROGRESS"
    play("ExecuteChangeSet", ChangeSetName=review)
    play.settle()
    assert prepared.status == "CREATE_COMPLETE"
    assert len([found for found in play.cloud.world.state.stacks.values() if found.parent]) == 1


def test_a_nested_change_set_of_which_only_outputs_change_is_carried_out_on_every_level() -> None:
    play = Play()
    inner = play.put("inner.yaml", template({"Out": "one"}, T=topic()))
    outer = play.put("outer.yaml", template({"Out": attribute("G", "Outputs.Out")}, G=nested(inner)))
    play.deploy(template(C=nested(outer)), IncludeNestedStacks=True)
    play.put("inner.yaml", template({"Out": "two"}, T=topic()))
    play.deploy(template(C=nested(outer)), IncludeNestedStacks=True)
    assert {name: found.outputs["Out"].value for name in ("C", "G") for found in [child_of(play, name)]} == {
        "C": "two",
        "G": "two",
    }


def test_an_output_that_only_waits_for_a_sibling_carries_nothing_out() -> None:
    play = Play()
    first = play.put("first.yaml", template({"Out": "fed"}, T=topic()))
    second = play.put("second.yaml", template({"Out": ref("Text")}, {"Text": "x"}, T=topic()))
    root = template(A=nested(first), C=nested(second, parameters={"Text": attribute("A", "Outputs.Out")}), Z=topic("a"))
    play.deploy(root, IncludeNestedStacks=True)
    before = len(play.events(child_of(play).id))
    root["Resources"]["Z"] = topic("b")
    play.deploy(root, IncludeNestedStacks=True)
    assert len(play.events(child_of(play).id)) == before


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"TemplateURL": {"Fn::ImportValue": "Nobody"}}, "No export named Nobody found"),
        ({"TemplateURL": ["x"]}, "TemplateURL must be a supported URL."),
        ({"Parameters": ["x"]}, "{/Parameters} does not match type {Map}"),
        ({"Parameters": {"Text": ["x"]}}, "Value of property Parameters must be an object with String"),
    ],
)
def test_properties_that_make_no_nested_stack_fail_it(properties: dict[str, Any], reason: str) -> None:
    play = Play()
    url = play.put("child.yaml", template(parameters={"Text": "x"}, T=topic(ref("Text"))))
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url} | properties}
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(C=stack)))
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [row for row in play.reasons() if row[:2] == ("C", "CREATE_FAILED") and reason in row[2]]


def test_a_child_that_went_back_once_is_updated_well_the_next_time() -> None:
    play = Play(Scenario((ResourceFault("C/T", "update", "refused", 1),)))
    url, _ = family(play)
    play.deploy(template(C=nested(url)))
    for number in (2, 3):
        play.put("child.yaml", template({"Out": attribute("T", "TopicName")}, T=topic(str(number))))
        play.deploy(template(C=nested(url), Z=topic(str(number))))
    assert (play.stack()["StackStatus"], child_of(play).status) == ("UPDATE_COMPLETE",) * 2
    assert child_of(play).resources["T"].properties == {"DisplayName": "3"}


def looped_child(play: Play, names: str = "a,b") -> dict[str, Any]:
    child = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Names": {"Type": "CommaDelimitedList"}},
        "Resources": {"Fn::ForEach::L": ["X", {"Ref": "Names"}, {"T${X}": topic({"Ref": "X"})}]},
    }
    return template(C=nested(play.put("looped.yaml", child), parameters={"Names": names}))


@pytest.mark.parametrize("operation", ["CreateStack", "CreateChangeSet"])
def test_a_nested_stack_may_have_a_transform_that_its_root_acknowledges(operation: str) -> None:
    """aws/copilot-cli#1024: the acknowledgement of a change set counts for the nested stacks that it leads to."""
    for capabilities, status in ((["CAPABILITY_AUTO_EXPAND"], "CREATE_COMPLETE"), ([], "ROLLBACK_COMPLETE")):
        play = Play()
        document = looped_child(play)
        if operation == "CreateStack":
            body = json.dumps(document)
            play("CreateStack", StackName="demo", TemplateBody=body, Capabilities=capabilities)
            play.settle()
        else:
            play.deploy(document, Capabilities=capabilities)
        assert play.stack()["StackStatus"] == status
        failures = [reason for name, state, reason in play.reasons() if (name, state) == ("C", "CREATE_FAILED")]
        assert failures == ([] if capabilities else ["Requires capabilities : [CAPABILITY_AUTO_EXPAND]"])


def test_a_nested_stack_whose_transform_fails_tells_its_parent() -> None:
    play = Play()
    play.deploy(looped_child(play, "a-b"), Capabilities=["CAPABILITY_AUTO_EXPAND"])
    reason = next(reason for name, state, reason in play.reasons() if (name, state) == ("C", "CREATE_FAILED"))
    failed = "Transform AWS::LanguageExtensions failed with: OutputKey 'Ta-b' should be alphanumeric"
    assert reason.startswith(f"Embedded stack {child_of(play).id} was not successfully created: {failed}")
