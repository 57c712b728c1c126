"""What change sets say, played through CreateChangeSet and DescribeChangeSet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import KNOWN_AFTER_APPLY
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.change_sets.planning.reviewed import (
    PARAMETER,
    TOPIC,
    Template,
    given,
    parameter,
    resources,
    reviewed,
    sources,
    topic,
)
from tests.rehearsal.play import Play


def test_a_first_change_set_adds_every_resource() -> None:
    play = Play()
    rows = play.changes(play.change_set(resources(B=topic(DisplayName="b"), A=parameter({"Ref": "B"}))))
    assert list(rows) == ["A", "B"]
    assert {row["Action"] for row in rows.values()} == {"Add"}
    assert json.loads(rows["A"]["AfterContext"])["Properties"]["Value"] == KNOWN_AFTER_APPLY
    assert "Replacement" not in rows["A"]


def test_a_literal_change_is_static_and_direct() -> None:
    rows = reviewed(resources(A=topic(DisplayName="a")), resources(A=topic(DisplayName="b")))
    assert sources(rows["A"]) == [("Static", "DirectModification", None)]
    target = rows["A"]["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("a", "b")
    assert json.loads(rows["A"]["BeforeContext"]) == {"Properties": {"DisplayName": "a"}}
    assert json.loads(rows["A"]["AfterContext"]) == {"Properties": {"DisplayName": "b"}}


def test_a_removed_resource_shows_what_goes() -> None:
    rows = reviewed(resources(A=topic(), B=topic(DisplayName="b")), resources(A=topic()))
    assert list(rows) == ["B"]
    assert (rows["B"]["Action"], rows["B"]["PolicyAction"]) == ("Remove", "Delete")
    assert json.loads(rows["B"]["BeforeContext"]) == {"Properties": {"DisplayName": "b"}}
    assert "Replacement" not in rows["B"]


def test_what_a_removed_resource_referred_to_is_not_looked_up() -> None:
    before = resources(A=topic(), B=parameter({"Ref": "A"}))
    rows = reviewed(before, resources(A=topic()))
    assert json.loads(rows["B"]["BeforeContext"])["Properties"]["Value"] == KNOWN_AFTER_APPLY


def test_a_resource_that_stays_by_policy_is_removed_and_retained() -> None:
    rows = reviewed(resources(A=topic(), B={"Type": TOPIC, "DeletionPolicy": "Retain"}), resources(A=topic()))
    assert rows["B"]["PolicyAction"] == "Retain"
    assert json.loads(rows["B"]["BeforeContext"]) == {"Properties": {}, "DeletionPolicy": "Retain"}


def test_a_renamed_resource_is_removed_and_added() -> None:
    rows = reviewed(resources(A=topic(DisplayName="a")), resources(B=topic(DisplayName="a")))
    assert {name: row["Action"] for name, row in rows.items()} == {"A": "Remove", "B": "Add"}


def test_metadata_is_a_scope_of_its_own() -> None:
    rows = reviewed(
        resources(A=topic(DisplayName="a")),
        resources(A={**topic(DisplayName="b"), "Metadata": {"team": "web"}}),
    )
    assert rows["A"]["Scope"] == ["Metadata", "Properties"]
    metadata = [d["Target"] for d in rows["A"]["Details"] if d["Target"]["Attribute"] == "Metadata"]
    assert metadata == [
        {
            "Attribute": "Metadata",
            "RequiresRecreation": "Never",
            "Path": "/Metadata",
            "AttributeChangeType": "Add",
            "AfterValue": '{"team":"web"}',
        }
    ]


@pytest.mark.parametrize("member", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_a_policy_is_a_scope_of_its_own(member: str) -> None:
    rows = reviewed(resources(A=topic()), resources(A={**topic(), member: "Retain"}))
    assert rows["A"]["Scope"] == [member]
    assert json.loads(rows["A"]["AfterContext"])[member] == "Retain"


@pytest.mark.parametrize("transform", [{}, {"Transform": "AWS::LanguageExtensions"}])
def test_a_policy_may_be_an_intrinsic(transform: dict[str, Any]) -> None:
    template = {
        **transform,
        "Parameters": {"Keep": {"Type": "String"}},
        **resources(A={**topic(), "DeletionPolicy": {"Ref": "Keep"}}),
    }
    rows = reviewed(template, template, first=given(Keep="Delete"), Parameters=given(Keep="Retain"))
    assert rows["A"]["Scope"] == ["DeletionPolicy"]


def test_a_longer_list_of_dependencies_alone_is_no_change() -> None:
    play = Play()
    play.deploy(resources(A=topic(), B=topic()))
    after = resources(A=topic(), B={**topic(), "DependsOn": ["A"]})
    assert play.described(play.change_set(after, name="alone"))["Status"] == "FAILED"
    after["Resources"]["A"] = topic(DisplayName="changed")
    for values in (True, False):
        assert list(play.changes(play.change_set(after, name=f"beside-{values}".lower()), values)) == ["A"]


def test_a_condition_that_turns_adds_and_removes_and_is_never_named() -> None:
    template = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {
            "Production": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
            "Test": {"Fn::Not": [{"Condition": "Production"}]},
        },
        **resources(
            A=topic(),
            P={**topic(), "Condition": "Production"},
            T={**topic(), "Condition": "Test"},
        ),
    }
    rows = reviewed(template, template, first=given(Stage="test"), Parameters=given(Stage="prod"))
    assert {name: row["Action"] for name, row in rows.items()} == {"P": "Add", "T": "Remove"}
    assert rows["P"]["Details"] == rows["T"]["Details"] == []


def test_a_condition_put_on_an_existing_resource_changes_nothing_while_it_holds() -> None:
    after = {
        "Conditions": {"Always": {"Fn::Equals": ["a", "a"]}},
        **resources(A={**topic(DisplayName="a"), "Condition": "Always"}, B=topic()),
    }
    rows = reviewed(resources(A=topic(DisplayName="a")), after)
    assert list(rows) == ["B"]


def test_the_branch_that_a_condition_chooses_is_compared() -> None:
    template = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"Production": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        **resources(
            A=topic(
                DisplayName={"Fn::If": ["Production", "big", "small"]},
                Tags={"Fn::If": ["Production", [{"Key": "a", "Value": "b"}], {"Ref": "AWS::NoValue"}]},
            )
        ),
    }
    rows = reviewed(template, template, first=given(Stage="test"), Parameters=given(Stage="prod"))
    targets = {d["Target"]["Name"]: d["Target"] for d in rows["A"]["Details"]}
    assert targets["DisplayName"]["AfterValue"] == "big"
    assert targets["Tags"]["AttributeChangeType"] == "Add"
    assert "BeforeValue" not in targets["Tags"]


def test_another_spelling_of_the_same_value_is_no_change() -> None:
    play = Play()
    play.deploy(resources(Q={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5}}))
    after = resources(Q={"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": "5"}})
    assert play.described(play.change_set(after, name="second"))["Status"] == "FAILED"


def test_a_new_item_of_a_list_is_an_addition_at_its_place() -> None:
    rows = reviewed(
        resources(A=topic(Tags=[{"Key": "a", "Value": "1"}])),
        resources(A=topic(Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])),
    )
    target = rows["A"]["Details"][0]["Target"]
    assert (target["Path"], target["AttributeChangeType"]) == ("/Properties/Tags/1", "Add")
    assert target["AfterValue"] == '{"Key":"b","Value":"2"}'
    assert "BeforeValue" not in target


def test_a_path_leads_to_the_value_and_the_name_is_that_of_the_property_above() -> None:
    def template(role: str, variable: str) -> Template:
        code = {"ZipFile": "x"}
        function = {"Role": "arn:aws:iam::123456789012:role/r", "Code": code, "Handler": "h", "Runtime": "python3.13"}
        environment = {"Environment": {"Variables": {"LEVEL": variable}}}
        policy = {"PolicyName": "p", "PolicyDocument": {}, "Roles": [role]}
        return resources(
            F={"Type": "AWS::Lambda::Function", "Properties": function | environment},
            P={"Type": "AWS::IAM::Policy", "Properties": policy},
        )

    play = Play()
    allowed = ["CAPABILITY_IAM"]
    play.deploy(template("a", "1"), Capabilities=allowed)
    rows = play.changes(play.change_set(template("b", "2"), name="second", Capabilities=allowed))
    targets = {name: row["Details"][0]["Target"] for name, row in rows.items()}
    assert (targets["F"]["Path"], targets["F"]["Name"]) == ("/Properties/Environment/Variables/LEVEL", "Environment")
    assert (targets["P"]["Path"], targets["P"]["Name"]) == ("/Properties/Roles/0", "Roles")


def test_a_slash_in_a_name_is_no_step_of_the_path() -> None:
    def tagged(value: str) -> Template:
        properties = {"Type": "String", "Value": "x", "Tags": {"team/web": value}}
        return resources(A={"Type": PARAMETER, "Properties": properties})

    target = reviewed(tagged("a"), tagged("b"))["A"]["Details"][0]["Target"]
    assert target["Path"] == "/Properties/Tags/team~1web"


def test_the_rows_of_a_replacement_and_of_what_takes_its_name_are_those_of_aws() -> None:
    def template(name: str) -> Template:
        return resources(Foo=topic(TopicName=name), Parameter=parameter({"Fn::GetAtt": ["Foo", "TopicName"]}))

    play = Play()
    play.deploy(template("topic-1"))
    change_set = play.change_set(template("topic-2"), name="second")
    rows = play.changes(change_set)
    target = {
        "Attribute": "Properties",
        "Name": "TopicName",
        "RequiresRecreation": "Always",
        "Path": "/Properties/TopicName",
        "BeforeValue": "topic-1",
        "AfterValue": "topic-2",
        "AttributeChangeType": "Modify",
    }
    assert rows["Foo"] == {
        "PolicyAction": "ReplaceAndDelete",
        "Action": "Modify",
        "LogicalResourceId": "Foo",
        "PhysicalResourceId": "arn:aws:sns:ap-northeast-1:123456789012:topic-1",
        "ResourceType": "AWS::SNS::Topic",
        "Replacement": "True",
        "Scope": ["Properties"],
        "Details": [{"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}],
        "BeforeContext": '{"Properties":{"TopicName":"topic-1"}}',
        "AfterContext": '{"Properties":{"TopicName":"topic-2"}}',
    }
    target = {
        "Attribute": "Properties",
        "Name": "Value",
        "RequiresRecreation": "Never",
        "Path": "/Properties/Value",
        "BeforeValue": "topic-1",
        "AfterValue": "{{changeSet:KNOWN_AFTER_APPLY}}",
        "AttributeChangeType": "Modify",
    }
    row = {key: rows["Parameter"][key] for key in ("Action", "LogicalResourceId", "Replacement", "Scope")}
    assert row == {
        "Action": "Modify",
        "LogicalResourceId": "Parameter",
        "Replacement": "False",
        "Scope": ["Properties"],
    }
    details = sorted(rows["Parameter"]["Details"], key=lambda detail: str(detail["Evaluation"]))
    assert details == [
        {"Target": target, "Evaluation": "Dynamic", "ChangeSource": "DirectModification"},
        {
            "Target": target,
            "Evaluation": "Static",
            "ChangeSource": "ResourceAttribute",
            "CausingEntity": "Foo.TopicName",
        },
    ]
    assert "PolicyAction" not in rows["Parameter"]


def test_without_values_a_row_has_no_contexts_and_its_targets_no_values() -> None:
    rows = reviewed(
        resources(A=topic(DisplayName="a", TopicName="one"), Gone=topic()),
        resources(A=topic(DisplayName="b", TopicName="two"), New=topic()),
        values=False,
    )
    assert sorted(rows) == ["A", "Gone", "New"]
    members = {member for row in rows.values() for member in row}
    targets = {member for detail in rows["A"]["Details"] for member in detail["Target"]}
    assert not {"BeforeContext", "AfterContext"} & members
    assert targets == {"Attribute", "Name", "RequiresRecreation"}


def test_two_properties_of_which_one_is_create_only_replace_and_give_two_details() -> None:
    rows = reviewed(
        resources(A=topic(DisplayName="a", TopicName="one")), resources(A=topic(DisplayName="b", TopicName="two"))
    )
    found = {d["Target"]["Name"]: d["Target"]["RequiresRecreation"] for d in rows["A"]["Details"]}
    assert found == {"DisplayName": "Never", "TopicName": "Always"}
    assert (rows["A"]["Replacement"], rows["A"]["PolicyAction"]) == ("True", "ReplaceAndDelete")


def test_contexts_hold_metadata_and_policies_beside_the_properties() -> None:
    members = {"Metadata": {"a": "b"}, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Snapshot"}
    before = resources(A={**topic(DisplayName="a"), **members})
    rows = reviewed(before, resources(A={**topic(DisplayName="b"), **members}))
    assert json.loads(rows["A"]["BeforeContext"]) == {"Properties": {"DisplayName": "a"}, **members}
    assert json.loads(rows["A"]["AfterContext"]) == {"Properties": {"DisplayName": "b"}, **members}


def test_the_type_of_a_resource_cannot_change() -> None:
    play = Play()
    play.deploy(resources(A=topic()))
    described = play.described(play.change_set(resources(A=parameter("x")), name="second"))
    assert described["Status"] == "FAILED"
    assert described["StatusReason"] == (
        "Update of resource type is not permitted. "
        "The new template modifies resource type of the following resources: [A]"
    )


def test_rows_stand_in_the_order_of_logical_ids() -> None:
    play = Play()
    change_set = play.change_set(resources(C=topic(), A=parameter({"Ref": "C"}), B=topic()))
    assert list(play.changes(change_set)) == ["A", "B", "C"]


def subnet(**properties: Any) -> Template:
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", **properties}}


def test_tags_of_a_bucket_are_a_property_and_of_a_subnet_an_attribute() -> None:
    def template(value: str) -> Template:
        tags = [{"Key": "Name", "Value": value}]
        return resources(B={"Type": "AWS::S3::Bucket", "Properties": {"Tags": tags}}, S=subnet(Tags=tags))

    rows = reviewed(template("a"), template("b"))
    assert (rows["B"]["Scope"], rows["S"]["Scope"]) == (["Properties"], ["Tags"])
    values = {
        "RequiresRecreation": "Never",
        "Path": "/Properties/Tags/0/Value",
        "AttributeChangeType": "Modify",
        "BeforeValue": "a",
        "AfterValue": "b",
    }
    assert rows["B"]["Details"][0]["Target"] == {"Attribute": "Properties", "Name": "Tags", **values}
    assert rows["S"]["Details"][0]["Target"] == {"Attribute": "Tags", **values}


def test_tags_that_a_subnet_gets_for_the_first_time_are_added_as_one() -> None:
    rows = reviewed(resources(S=subnet()), resources(S=subnet(Tags=[{"Key": "Name", "Value": "a"}])))
    assert [detail["Target"] for detail in rows["S"]["Details"]] == [
        {
            "Attribute": "Tags",
            "RequiresRecreation": "Never",
            "Path": "/Properties/Tags",
            "AttributeChangeType": "Add",
            "AfterValue": '[{"Key":"Name","Value":"a"}]',
        }
    ]


def test_without_values_the_tags_of_a_subnet_are_one_detail_without_a_name() -> None:
    def template(value: str) -> Template:
        return resources(S=subnet(Tags=[{"Key": value, "Value": value}]))

    row = reviewed(template("a"), template("b"), values=False)["S"]
    assert (row["Scope"], row["Replacement"]) == (["Tags"], "False")
    assert [detail["Target"] for detail in row["Details"]] == [{"Attribute": "Tags", "RequiresRecreation": "Never"}]


def test_other_changes_of_a_subnet_stand_beside_its_tags() -> None:
    before = resources(S=subnet(Tags=[{"Key": "a", "Value": "b"}], MapPublicIpOnLaunch=False))
    rows = reviewed(before, resources(S=subnet(Tags=[], MapPublicIpOnLaunch=True)))
    assert rows["S"]["Scope"] == ["Properties", "Tags"]


@pytest.mark.parametrize("change", [{"Tags": [{"Key": "a", "Value": "2"}]}, {"Tags": []}])
def test_tags_alone_change_a_stack_in_which_no_resource_is_active(change: dict[str, Any]) -> None:
    template = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        **resources(A=topic() | {"Condition": "Never"}),
    }
    play = Play()
    play.deploy(template, Tags=[{"Key": "a", "Value": "1"}])
    change_set = play.change_set(template, name="tags", **change)
    described = play.described(change_set)
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])
    play("UpdateStack", StackName="demo", UsePreviousTemplate=True, **change)
    play.settle()
    assert (play.stack()["StackStatus"], play.stack()["Tags"]) == ("UPDATE_COMPLETE", change["Tags"])
    with pytest.raises(CloudFormationError, match=r"No updates are to be performed\."):
        play("UpdateStack", StackName="demo", UsePreviousTemplate=True, **change)


def test_what_failed_to_be_created_and_was_kept_is_added_again_by_the_same_template() -> None:
    """The guide's "stack failure options": the next operation retries what could not be provisioned."""
    play = Play(Scenario(resources=(ResourceFault("Bad", times=1, hangs=True, minutes=0.0),)))
    body = resources(A=topic(), Bad=topic(), C=parameter({"Ref": "Bad"}))
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(body), DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_FAILED"
    made = play.change_set(body)
    rows = play.changes(made)
    assert {name: row["Action"] for name, row in rows.items()} == {"Bad": "Add", "C": "Add"}
    assert json.loads(rows["C"]["AfterContext"])["Properties"]["Value"] == KNOWN_AFTER_APPLY
    play("ExecuteChangeSet", ChangeSetName=made, DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert play.changes(play.change_set(body)) == {}


def test_an_update_retries_with_the_template_that_the_failed_creation_had() -> None:
    play = Play(Scenario(resources=(ResourceFault("Bad", times=1),)))
    body = json.dumps(resources(A=topic(), Bad=topic()))
    play("CreateStack", StackName="demo", TemplateBody=body, DisableRollback=True)
    play.settle()
    play("UpdateStack", StackName="demo", UsePreviousTemplate=True, DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    found = play("DescribeStackResources", StackName="demo")["StackResources"]
    statuses = {row["LogicalResourceId"]: row["ResourceStatus"] for row in found}
    assert statuses == {"A": "CREATE_COMPLETE", "Bad": "CREATE_COMPLETE"}


_COPIED = {
    "Target": {"Attribute": "Tags", "RequiresRecreation": "Never"},
    "Evaluation": "Static",
    "ChangeSource": "DirectModification",
}
_AUTOMATIC = {
    "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
    "Evaluation": "Dynamic",
    "ChangeSource": "Automatic",
}


@pytest.mark.parametrize("values", [True, False])
def test_other_tags_of_the_stack_are_a_change_of_every_resource_that_has_tags(values: bool) -> None:
    play = Play()
    url = play.put("child.json", resources(A=topic()))
    policy = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"PolicyDocument": {}, "Topics": ["arn"]}}
    child = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    template = resources(A=topic(), Policy=policy, Child=child)
    play.deploy(template, Tags=[{"Key": "a", "Value": "1"}])
    rows = play.changes(play.change_set(template, name="tags", Tags=[{"Key": "a", "Value": "2"}]), values)
    assert {name: row["Details"] for name, row in rows.items()} == {"A": [_COPIED], "Child": [_AUTOMATIC]}
    assert (rows["A"]["Scope"], rows["A"]["Replacement"]) == (["Tags"], "False")
    same = play.change_set(template, name="same", Tags=[{"Key": "a", "Value": "1"}])
    assert list(play.changes(same, values)) == ["Child"]


@pytest.mark.parametrize(
    ("before", "after", "carried_out"),
    [
        ({"Out": {"Value": "one"}}, {"Out": {"Value": "two"}}, True),
        ({"Out": {"Value": "one"}}, {}, True),
        ({}, {"Out": {"Value": "one"}}, True),
        ({"Out": {"Value": {"Ref": "Fed"}}}, {"Out": {"Value": {"Ref": "Fed"}}}, False),
        ({"Out": {"Value": "one"}}, {"Out": {"Value": "one"}}, False),
    ],
)
def test_outputs_that_change_alone_and_are_known_have_the_layers_above_theirs_executed(
    before: Template, after: Template, carried_out: bool
) -> None:
    """No row is about them; of an output that waits for another layer it is not known whether it changes."""

    def layer(url: str, **parameters: Any) -> Template:
        return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": parameters}}

    def root(show: str, outputs: Template) -> Template:
        one = play.put("one.json", resources(A=topic()) | {"Outputs": {"Name": {"Value": "one"}}})
        fed = {"Parameters": {"Fed": {"Type": "String"}}, **resources(A=topic()), "Outputs": outputs}
        two = play.put("two.json", fed)
        both = resources(One=layer(one), Two=layer(two, Fed={"Fn::GetAtt": ["One", "Outputs.Name"]}))
        return resources(Own=topic(DisplayName=show), Above=layer(play.put("above.json", both)))

    play = Play()
    play.deploy(root("a", before), IncludeNestedStacks=True)
    above = play("DescribeStackResource", StackName="demo", LogicalResourceId="Above")["StackResourceDetail"]
    events = len(play.events(above["PhysicalResourceId"]))
    play.deploy(root("b", after), IncludeNestedStacks=True)
    assert (len(play.events(above["PhysicalResourceId"])) > events) is carried_out


def test_a_change_of_outputs_alone_has_no_rows_and_is_executed() -> None:
    play = Play()
    play.deploy(resources(A=topic()) | {"Outputs": {"Out": {"Value": "one"}}})
    made = play.change_set(resources(A=topic()) | {"Outputs": {"Out": {"Value": "two"}}}, name="outputs")
    described = play.described(made)
    assert (described["Status"], described["ExecutionStatus"], described["Changes"]) == (
        "CREATE_COMPLETE",
        "AVAILABLE",
        [],
    )
    play("ExecuteChangeSet", ChangeSetName=made)
    play.settle()
    assert play.stack()["Outputs"] == [{"OutputKey": "Out", "OutputValue": "two"}]


def test_the_first_of_several_incomplete_resources_is_the_one_that_is_warned_of() -> None:
    play = Play()
    absent = {name: parameter({"Fn::ImportValue": f"no-{name}"}) for name in ("P", "Q")}
    reason = play.described(play.change_set(resources(**absent)))["StatusReason"]
    assert reason.endswith("ChangeSet creation failed for resource [P] because: No export named no-P")


def test_an_output_that_is_a_list_fails_the_set() -> None:
    play = Play()
    outputs = {"Out": {"Value": {"Fn::Split": [",", "a,b"]}}}
    described = play.described(play.change_set(resources(A=topic()) | {"Outputs": outputs}))
    assert (described["Status"], described["StatusReason"]) == (
        "FAILED",
        "Template format error: The Value field of every Outputs member must evaluate to a String.",
    )


def test_what_an_earlier_update_left_behind_is_not_removed_again() -> None:
    play = Play()
    play.deploy(resources(A=topic(), B=topic() | {"DeletionPolicy": "Retain"}))
    play.deploy(resources(A=topic()))
    assert list(play.changes(play.change_set(resources(A=topic(DisplayName="b")), name="next"))) == ["A"]


def test_what_an_earlier_update_could_not_delete_is_removed_with_what_it_was() -> None:
    play = Play(Scenario((ResourceFault("B", "delete", "in use"),)))
    play.deploy(resources(A=topic(), B=topic(DisplayName="b")))
    play.deploy(resources(A=topic()))
    rows = play.changes(play.change_set(resources(A=topic(DisplayName="c")), name="next"))
    assert json.loads(rows["B"]["BeforeContext"]) == {"Properties": {"DisplayName": "b"}}


@pytest.mark.parametrize("values", [True, False])
def test_what_is_imported_beside_other_changes_has_its_row_with_and_without_values(values: bool) -> None:
    play = Play()
    play.services.made_by_hand.add(("AWS::S3::Bucket", "found"))
    found = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "found"}, "DeletionPolicy": "Retain"}
    rows = play.changes(play.change_set(resources(A=topic(), Found=found), ImportExistingResources=True), values)
    assert (list(rows), rows["Found"]["Action"], rows["Found"]["Replacement"]) == (["A", "Found"], "Import", "True")


def test_a_fault_that_meets_no_resource_of_what_was_planned_is_told() -> None:
    play = Play(Scenario((ResourceFault("Topik"), ResourceFault("Topic"))))
    play.change_set(resources(Topic=topic()))
    [unmet] = play.cloud.world.scenario.unmet()
    assert "Topik" in unmet
