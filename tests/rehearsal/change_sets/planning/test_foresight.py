"""What a change set knows of values before anything is executed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.unknown import KNOWN_AFTER_APPLY
from tests.rehearsal.play import Play
from tests.rehearsal.properties.filled import ZONES, played

SELECT = "Template error: Fn::Select"


def parameter(value: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def first(value: Any) -> dict[str, Any]:
    """The answer about a new stack whose parameter has a value taken from a new topic."""
    play = Play()
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "P": parameter(value)}}
    return play.described(play.change_set(template))


def shown(answer: dict[str, Any]) -> str:
    rows = {row["ResourceChange"]["LogicalResourceId"]: row["ResourceChange"] for row in answer["Changes"]}
    value: str = json.loads(rows["P"]["AfterContext"])["Properties"]["Value"]
    return value


def warning(reason: str) -> str:
    return (
        "[WARN] --include-property-values option can return incomplete ChangeSet data because: "
        f"ChangeSet creation failed for resource [P] because: {reason}"
    )


def test_a_missing_export_is_warned_of_with_values_only() -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"P": parameter({"Fn::ImportValue": "shared"})}})
    valued = play.described(change_set)
    assert (valued["Status"], valued["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert valued["StatusReason"] == warning("No export named shared")
    assert shown(valued) == KNOWN_AFTER_APPLY
    assert "StatusReason" not in play.described(change_set, values=False)


def test_a_missing_export_is_blamed_on_the_resource_that_imports_it_alone_and_of_several_on_the_first() -> None:
    play = Play()
    absent = [{"Fn::ImportValue": name} for name in ("first", "second")]
    resources = {"P": parameter({"Fn::Join": ["-", absent]}), "Q": parameter("plain"), "R": parameter("plain")}
    answer = play.described(play.change_set({"Resources": resources}))
    assert answer["StatusReason"] == warning("No export named first")
    rows = {row["ResourceChange"]["LogicalResourceId"]: row["ResourceChange"] for row in answer["Changes"]}
    assert set(rows) == {"P", "Q", "R"}


def test_an_export_that_exists_is_known() -> None:
    play = Play()
    exporting = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O": {"Value": "exported", "Export": {"Name": "shared"}}},
    }
    play.deploy(exporting, stack="source")
    answer = play.described(play.change_set({"Resources": {"P": parameter({"Fn::ImportValue": "shared"})}}))
    assert shown(answer) == "exported"
    assert "StatusReason" not in answer


def test_what_is_made_of_an_unknown_value_is_unknown() -> None:
    arn = {"Ref": "Topic"}
    for value in ({"Fn::Sub": "x-${Topic}"}, {"Fn::Join": ["-", ["x", arn]]}, {"Fn::Base64": arn}):
        assert shown(first(value)) == KNOWN_AFTER_APPLY


def test_an_unknown_item_of_a_list_may_be_selected() -> None:
    answer = first({"Fn::Select": ["0", [{"Fn::GetAtt": ["Topic", "TopicName"]}, "b"]]})
    assert shown(answer) == KNOWN_AFTER_APPLY
    assert shown(first({"Fn::Select": ["1", [{"Ref": "Topic"}, "b"]]})) == "b"
    assert "StatusReason" not in answer


def test_splitting_an_unknown_value_is_warned_of() -> None:
    answer = first({"Fn::Join": ["_", {"Fn::Split": [":", {"Ref": "Topic"}]}]})
    assert shown(answer) == KNOWN_AFTER_APPLY
    assert answer["StatusReason"].startswith(warning("Template error: every Fn::Split object requires two parameters"))


def test_a_later_piece_of_an_unknown_value_does_not_exist() -> None:
    answer = first({"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Topic"}]}]})
    assert answer["Status"] == "CREATE_COMPLETE"
    assert answer["StatusReason"].startswith(warning(SELECT))


def test_only_the_branch_that_a_condition_chooses_is_looked_at() -> None:
    play = Play()
    split = {"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Topic"}]}]}
    template = {
        "Conditions": {"On": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "P": parameter({"Fn::If": ["On", split, "plain"]})},
    }
    assert "StatusReason" not in play.described(play.change_set(template))


def test_pieces_of_known_values_are_no_matter() -> None:
    answer = first({"Fn::Select": [1, {"Fn::Split": [":", "a:b"]}]})
    assert shown(answer) == "b"
    assert "StatusReason" not in answer


def nested(value: Any) -> tuple[Play, str]:
    """A root whose second child uses, as the value of a parameter, what its first child gives out."""
    play = Play()
    one = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}
    two = {"Parameters": {"Arn": {"Type": "String"}}, "Resources": {"P": parameter(value)}}
    fed = {"TemplateURL": play.put("two.json", two), "Parameters": {"Arn": {"Fn::GetAtt": ["One", "Outputs.Arn"]}}}
    root = {
        "Resources": {
            "One": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": play.put("one.json", one)}},
            "Two": {"Type": "AWS::CloudFormation::Stack", "Properties": fed},
        }
    }
    return play, play.change_set(root, IncludeNestedStacks=True)


def test_a_later_piece_of_a_siblings_output_fails_the_nested_set() -> None:
    play, change_set = nested({"Fn::Select": [1, {"Fn::Split": [":", {"Ref": "Arn"}]}]})
    root = play.described(change_set)
    assert root["Status"] == "FAILED"
    broken = root["StatusReason"].split("Nested change set ")[1].split(" was ")[0]
    assert play.described(broken)["StatusReason"].startswith(SELECT)


def test_the_first_piece_of_a_siblings_output_is_taken_for_the_whole() -> None:
    play, change_set = nested({"Fn::Select": [0, {"Fn::Split": [":", {"Ref": "Arn"}]}]})
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"


def test_values_of_new_resources_reach_a_child_as_placeholders() -> None:
    play = Play()
    two = {"Parameters": {"Arn": {"Type": "String"}}, "Resources": {"P": parameter({"Ref": "Arn"})}}
    fed = {"TemplateURL": play.put("two.json", two), "Parameters": {"Arn": {"Fn::GetAtt": ["Topic", "TopicArn"]}}}
    root = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Two": {"Type": "AWS::CloudFormation::Stack", "Properties": fed},
        }
    }
    rows = play.changes(play.change_set(root, IncludeNestedStacks=True))
    below = play.described(rows["Two"]["ChangeSetId"])
    assert below["Parameters"][0]["ParameterValue"] == "{{IntrinsicFunction:demo/Topic.TopicArn/Fn::GetAtt}}"
    assert shown(below) == KNOWN_AFTER_APPLY


def test_an_output_that_a_nested_stack_gets_only_now_is_unknown() -> None:
    play = Play()

    def root(url: str, value: Any) -> dict[str, Any]:
        child = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
        return {"Resources": {"One": child, "P": parameter(value)}}

    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    play.deploy(root(play.put("old.json", topic), "x"))
    new = play.put("new.json", topic | {"Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}})
    answer = play.described(play.change_set(root(new, {"Fn::GetAtt": ["One", "Outputs.Arn"]}), name="second"))
    assert answer["Status"] == "CREATE_COMPLETE"
    assert shown(answer) == KNOWN_AFTER_APPLY


def test_an_attribute_of_a_resource_that_stays_is_known() -> None:
    play = Play()
    topic = {"Type": "AWS::SNS::Topic"}
    play.deploy({"Resources": {"Topic": topic}})
    change_set = play.change_set(
        {"Resources": {"Topic": topic, "P": parameter({"Fn::GetAtt": ["Topic", "TopicArn"]})}}, name="known"
    )
    assert shown(play.described(change_set)).startswith("arn:aws:sns:")


def test_an_import_that_is_handed_to_a_child_is_left_to_the_execution() -> None:
    play = Play()
    exporting = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O": {"Value": "exported", "Export": {"Name": "shared"}}},
    }
    play.deploy(exporting, stack="source")
    two = {"Parameters": {"Arn": {"Type": "String"}}, "Resources": {"P": parameter({"Ref": "Arn"})}}
    fed = {"TemplateURL": play.put("two.json", two), "Parameters": {"Arn": {"Fn::ImportValue": "shared"}}}
    root = {"Resources": {"Two": {"Type": "AWS::CloudFormation::Stack", "Properties": fed}}}
    below = play.described(play.changes(play.change_set(root, IncludeNestedStacks=True))["Two"]["ChangeSetId"])
    assert below["Parameters"][0]["ParameterValue"] == "{{IntrinsicFunction:demo//Fn::ImportValue}}"


def test_a_template_url_that_is_imported_works_without_nested_change_sets_only() -> None:
    play = Play()
    url = play.put("child.json", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    exporting = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O": {"Value": url, "Export": {"Name": "shared"}}},
    }
    play.deploy(exporting, stack="source")
    imported = {"TemplateURL": {"Fn::ImportValue": "shared"}}
    root = {"Resources": {"Two": {"Type": "AWS::CloudFormation::Stack", "Properties": imported}}}
    assert play.described(play.change_set(root, name="plain"))["Status"] == "CREATE_COMPLETE"
    nested_set = play.change_set(root, name="nested", ChangeSetType="CREATE", IncludeNestedStacks=True)
    broken = play.described(nested_set)["StatusReason"].split("Nested change set ")[1].split(" was ")[0]
    assert play.described(broken)["StatusReason"] == "TemplateURL must be a supported URL."


def test_a_missing_export_passes_review_and_fails_the_execution() -> None:
    play = Play()
    change_set = play.change_set({"Resources": {"P": parameter({"Fn::ImportValue": "shared"})}})
    assert play.described(change_set)["ExecutionStatus"] == "AVAILABLE"
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("P", "CREATE_FAILED", "No export named shared found") in play.reasons()


def test_a_split_of_an_unknown_value_inside_a_list_that_is_written_out_is_warned_of_too() -> None:
    inside = {"Fn::Join": ["", {"Fn::Split": [":", {"Ref": "Topic"}]}]}
    reason = "Template error: every Fn::Split object requires two parameters"
    assert first({"Fn::Select": ["1", [inside, "b"]]})["StatusReason"].startswith(warning(reason))


def test_the_branch_that_a_condition_chooses_is_looked_at_whether_it_holds_or_not() -> None:
    split = {"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Topic"}]}]}

    def answered(left: str, *branches: Any) -> bool:
        template = {
            "Conditions": {"Is": {"Fn::Equals": [left, "a"]}},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "P": parameter({"Fn::If": ["Is", *branches]})},
        }
        play = Play()
        reason: str = play.described(play.change_set(template)).get("StatusReason", "")
        return reason.startswith(warning(SELECT))

    assert answered("a", split, "x")
    assert not answered("a", "x", split)
    assert answered("b", "x", split)
    assert not answered("b", split, "x")


def test_a_zone_is_selected_from_those_of_the_region() -> None:
    play = played()
    answer = play.described(play.change_set({"Resources": {"P": parameter({"Fn::Select": [1, {"Fn::GetAZs": ""}]})}}))
    assert shown(answer) == ZONES[1]
    assert "StatusReason" not in answer


_STACK_OUTPUT = {"Fn::GetStackOutput": {"StackName": "source", "OutputName": "O"}}


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [(None, "Stack with id source does not exist"), ({"Other": {"Value": "x"}}, "Output O not found in stack source")],
)
def test_an_output_of_another_stack_that_is_not_there_is_warned_of_and_left_to_the_execution(
    outputs: dict[str, Any] | None, reason: str
) -> None:
    play = Play()
    if outputs:
        play.deploy({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}, stack="source")
    answer = play.described(play.change_set({"Resources": {"P": parameter(_STACK_OUTPUT)}}))
    assert answer["StatusReason"] == warning(reason)
    assert shown(answer) == KNOWN_AFTER_APPLY


def test_an_output_of_another_stack_that_is_there_is_known() -> None:
    play = Play()
    source = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"O": {"Value": "given"}}}
    play.deploy(source, stack="source")
    answer = play.described(play.change_set({"Resources": {"P": parameter(_STACK_OUTPUT)}}))
    assert (shown(answer), "StatusReason" in answer) == ("given", False)


def block(pool: str) -> dict[str, Any]:
    properties = {"VpcId": {"Ref": "V"}, "Ipv6CidrBlock": "2001:db8::/56", "Ipv6Pool": pool}
    return {"Type": "AWS::EC2::VPCCidrBlock", "Properties": properties}


def ranges(*, read: str = "Ipv6CidrBlocks", show: str = "", after: str = "V", **more: Any) -> dict[str, Any]:
    """A VPC with ranges, and a parameter that shows an attribute of it, after another resource."""
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    joined = {"Fn::Join": [",", [show, {"Fn::Join": [",", {"Fn::GetAtt": ["V", read]}]}]]}
    return {"Resources": {"V": vpc, "P": parameter(joined) | {"DependsOn": after}, **more}}


def in_review(before: dict[str, Any], after: dict[str, Any]) -> str:
    play = played()
    play.deploy(before)
    return shown(play.described(play.change_set(after, name="second")))


def test_ranges_of_a_vpc_are_known_where_none_of_them_is_still_to_be_made() -> None:
    assert in_review(ranges(B=block("one")), ranges(show="new", B=block("one"))) == "new,2001:db8::/56"
    assert in_review(ranges(), ranges(show="new", Other={"Type": "AWS::SNS::Topic"})) == "new,"


def test_ranges_of_a_vpc_are_not_known_while_one_of_them_is_made_or_replaced() -> None:
    assert in_review(ranges(), ranges(B=block("one") | {"DependsOn": "P"})) == KNOWN_AFTER_APPLY
    assert in_review(ranges(B=block("one")), ranges(B=block("two"), after="B")) == KNOWN_AFTER_APPLY


def test_a_range_that_is_replaced_after_its_reader_in_the_order_of_creation_is_not_known_either() -> None:
    later: dict[str, Any] = {"T": {"Type": "AWS::SNS::Topic", "DependsOn": "V"}}
    later["U"] = {"Type": "AWS::SNS::Topic", "DependsOn": "T"}
    sets = [
        {"Resources": {**ranges(B=block(pool) | {"DependsOn": "U"})["Resources"], **later}} for pool in ("one", "two")
    ]
    assert in_review(*sets) == KNOWN_AFTER_APPLY


def test_a_range_that_is_replaced_when_its_reader_is_complete_does_not_change_what_is_read() -> None:
    late = {"DependsOn": "P"}
    play = played()
    play.deploy(ranges(B=block("one") | late))
    play.deploy(ranges(show="read", B=block("one") | late))
    change_set = play.change_set(ranges(show="read", B=block("two") | late), name="third")
    rows = [row["ResourceChange"]["LogicalResourceId"] for row in play.described(change_set)["Changes"]]
    assert rows == ["B"]


def test_an_attribute_that_nothing_else_adds_to_is_known_beside_what_is_still_to_be_made() -> None:
    play = played()
    play.deploy(ranges(read="CidrBlockAssociations"))
    vpc = {"Fn::GetAtt": ["V", "CidrBlock"]}
    resources = {**ranges()["Resources"], "P": parameter(vpc), "B": block("one")}
    assert shown(play.described(play.change_set({"Resources": resources}, name="second"))) == "10.0.0.0/16"


def test_a_split_of_a_siblings_output_is_one_piece_and_nothing_to_warn_of() -> None:
    play, change_set = nested({"Fn::Join": ["_", {"Fn::Split": [":", {"Ref": "Arn"}]}]})
    below = play.described(play.changes(change_set)["Two"]["ChangeSetId"])
    assert (below["Status"], below["StatusReason"]) == ("CREATE_COMPLETE", "Only executable from the root change set.")


def test_an_import_beside_a_layer_is_known_and_that_of_a_layer_without_a_change_set_is_warned_of() -> None:
    play = Play()
    exporting = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O": {"Value": "exported", "Export": {"Name": "shared"}}},
    }
    play.deploy(exporting, stack="source")
    url = play.put("two.json", {"Parameters": {"Arn": {"Type": "String"}}, "Resources": {"P": parameter("x")}})
    fed = {"TemplateURL": url, "Parameters": {"Arn": {"Fn::ImportValue": "missing"}}}
    imported = parameter({"Fn::ImportValue": "shared"})
    root = {"Resources": {"P": imported, "Two": {"Type": "AWS::CloudFormation::Stack", "Properties": fed}}}
    answer = play.described(play.change_set(root, IncludeNestedStacks=True))
    assert (shown(answer), "StatusReason" in answer) == ("exported", False)
    alone = play.described(play.change_set(root, stack="alone"))
    assert alone["StatusReason"] == warning("No export named missing").replace("[P]", "[Two]")


def test_what_stands_is_known_beside_layers_and_outputs_of_a_layer_without_a_change_set_are_too() -> None:
    play = Play()
    layer = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Name": {"Value": "one"}}}
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": play.put("one.json", layer)}}
    own = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "own"}}

    def values(read: str, *, nested: bool) -> str:
        resources = {"One": stack, "Own": own, "P": parameter({"Fn::Sub": read})}
        made = play.change_set({"Resources": resources}, name=f"n{nested}{len(read)}", IncludeNestedStacks=nested)
        return shown(play.described(made))

    play.deploy({"Resources": {"One": stack, "Own": own}})
    assert values("${Own.TopicName}", nested=True) == "own"
    assert values("${One.Outputs.Name}", nested=True) == KNOWN_AFTER_APPLY
    assert values("${One.Outputs.Name}", nested=False) == "one"


def test_an_attribute_that_the_type_has_not_fails_the_set() -> None:
    play = Play()
    topic = {"Type": "AWS::SNS::Topic"}
    play.deploy({"Resources": {"Topic": topic}})
    asked = {"Resources": {"Topic": topic, "P": parameter({"Fn::GetAtt": ["Topic", "Nonsense"]})}}
    answer = play.described(play.change_set(asked, name="second"))
    assert (answer["Status"], answer["StatusReason"]) == (
        "FAILED",
        "Resource type AWS::SNS::Topic does not support attribute {Nonsense}",
    )
