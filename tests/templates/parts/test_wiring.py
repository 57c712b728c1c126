"""The wiring: an output named X feeds every later parameter named X, and one name means one thing."""

from typing import Any

import pytest
from troposphere import Output, Parameter, Template

from templates.parts.wiring import Chosen, Wiring, WiringError, logical_id, wire


def layer(*parameters: Parameter, outputs: tuple[str, ...] = ()) -> Template:
    template = Template()
    for parameter in parameters:
        template.add_parameter(parameter)
    for name in outputs:
        template.add_output(Output(name, Value="x"))
    return template


def text(name: str, **more: Any) -> Parameter:
    return Parameter(name, Type=more.pop("Type", "String"), **more)


def passed(wiring: Wiring, name: str) -> Any:
    stack = next(stack for stack in wiring.stacks if stack.title == name)
    return stack.to_dict()["Properties"]["Parameters"]


def test_an_output_feeds_every_later_parameter_of_its_name() -> None:
    wiring = wire(
        [("network", layer(outputs=("VpcId",))), ("alb", layer(text("VpcId"))), ("app-sg", layer(text("VpcId")))]
    )
    fed = {"VpcId": {"Fn::GetAtt": ["Network", "Outputs.VpcId"]}}
    assert passed(wiring, "Alb") == passed(wiring, "AppSg") == fed
    assert wiring.parameters == {}


def test_an_output_does_not_feed_its_own_layer_nor_an_earlier_one() -> None:
    wiring = wire([("a", layer(text("X"))), ("b", layer(text("X"), outputs=("X",))), ("c", layer(text("X")))])
    assert passed(wiring, "A") == passed(wiring, "B") == {"X": {"Ref": "X"}}
    assert passed(wiring, "C") == {"X": {"Fn::GetAtt": ["B", "Outputs.X"]}}


def test_what_no_output_feeds_is_a_parameter_of_root_in_order_of_first_use() -> None:
    wiring = wire([("a", layer(text("Q"), text("P"))), ("b", layer(text("R"), text("P")))])
    assert list(wiring.parameters) == ["Q", "P", "R"]


def test_two_layers_that_declare_a_parameter_differently_are_both_named() -> None:
    layers = [
        ("network", layer(text("AppName", Default="a", Description="one"))),
        ("ecs", layer(text("AppName", Default="b", Description="one", MaxLength=3))),
    ]
    with pytest.raises(
        WiringError, match=r"AppName is declared by network and by ecs with different Default, MaxLength"
    ):
        wire(layers)


@pytest.mark.parametrize(
    "different", [{"Type": "Number"}, {"Default": "x"}, {"AllowedPattern": "x"}, {"Description": "two"}]
)
def test_every_part_of_a_declaration_counts(different: dict[str, str]) -> None:
    first = {"Type": "String", "Description": "one"}
    layers = [("a", layer(text("X", **first))), ("b", layer(text("X", **{**first, **different})))]
    with pytest.raises(WiringError, match=rf"X is declared by a and by b with different {next(iter(different))}"):
        wire(layers)


def test_the_same_declaration_twice_is_one_parameter() -> None:
    wiring = wire([("a", layer(text("X", Default="1"))), ("b", layer(text("X", Default="1")))])
    assert passed(wiring, "B") == {"X": {"Ref": "X"}}


def test_two_layers_that_give_the_same_output_are_both_named() -> None:
    with pytest.raises(WiringError, match=r"output VpcId is defined by a and by b"):
        wire([("a", layer(outputs=("VpcId",))), ("b", layer(outputs=("VpcId",)))])


@pytest.mark.parametrize("constraint", [{"AllowedPattern": "vpc-.*"}, {"Default": "vpc-1"}, {"MinLength": 1}])
def test_what_a_sibling_feeds_cannot_be_constrained(constraint: dict[str, Any]) -> None:
    layers = [("network", layer(outputs=("VpcId",))), ("alb", layer(text("VpcId", **constraint)))]
    with pytest.raises(WiringError, match=rf"VpcId of alb comes from an output of network .* {next(iter(constraint))}"):
        wire(layers)


def test_what_a_sibling_feeds_cannot_be_looked_up_in_the_account() -> None:
    layers = [("network", layer(outputs=("VpcId",))), ("alb", layer(text("VpcId", Type="AWS::EC2::VPC::Id")))]
    with pytest.raises(WiringError, match=r"VpcId of alb .* must be a String, not AWS::EC2::VPC::Id"):
        wire(layers)


@pytest.mark.parametrize("type_", ["CommaDelimitedList", "List<Number>", "List<AWS::EC2::Subnet::Id>"])
def test_root_cannot_pass_a_list_on(type_: str) -> None:
    with pytest.raises(WiringError, match=r"Paths of ecs is a .*List.* make it a String"):
        wire([("ecs", layer(text("Paths", Type=type_)))])


def test_joined_text_may_arrive_as_a_list() -> None:
    layers = [("network", layer(outputs=("Ids",))), ("alb", layer(text("Ids", Type="CommaDelimitedList")))]
    assert passed(wire(layers), "Alb") == {"Ids": {"Fn::GetAtt": ["Network", "Outputs.Ids"]}}


def test_a_nested_stack_is_deleted_with_root_and_may_have_a_time_limit() -> None:
    stacks = {stack.title: stack.to_dict() for stack in wire([("a", layer()), ("cert", layer())], {"cert": 60}).stacks}
    assert stacks["A"] == {
        "Type": "AWS::CloudFormation::Stack",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"TemplateURL": "a.yaml", "Parameters": {}},
    }
    assert stacks["Cert"]["Properties"]["TimeoutInMinutes"] == 60


def test_the_logical_id_is_the_layer_s_name() -> None:
    assert [logical_id(name) for name in ("network", "app-sg")] == ["Network", "AppSg"]


CHOSEN = {"Ids": Chosen("Inside", "PrivateIds", "PublicIds")}


def layers_to_choose_from() -> list[tuple[str, Template]]:
    giver, taker = Template(), Template()
    for name in ("PrivateIds", "PublicIds"):
        giver.add_output(Output(name, Value=name))
    taker.add_parameter(Parameter("Ids", Type="CommaDelimitedList"))
    return [("giver", giver), ("taker", taker)]


def test_what_is_chosen_between_two_outputs_is_chosen_in_root() -> None:
    wiring = wire(layers_to_choose_from(), chosen=CHOSEN)
    assert wiring.stacks[1].to_dict()["Properties"]["Parameters"]["Ids"] == {
        "Fn::If": [
            "Inside",
            {"Fn::GetAtt": ["Giver", "Outputs.PrivateIds"]},
            {"Fn::GetAtt": ["Giver", "Outputs.PublicIds"]},
        ]
    }
    assert wiring.parameters == {}


def test_a_parameter_of_root_may_be_one_of_the_two() -> None:
    own = Parameter("GivenIds", Type="String")
    chosen = {"Ids": Chosen("Inside", "PrivateIds", "GivenIds")}
    wiring = wire(layers_to_choose_from(), own=[own], chosen=chosen)
    assert wiring.stacks[1].to_dict()["Properties"]["Parameters"]["Ids"]["Fn::If"][2] == {"Ref": "GivenIds"}
    assert list(wiring.parameters) == ["GivenIds"]


def test_what_is_chosen_from_nothing_that_there_is_is_an_error() -> None:
    with pytest.raises(
        WiringError, match="Ids of taker is chosen from Nowhere, which is neither a parameter nor an output"
    ):
        wire(layers_to_choose_from(), chosen={"Ids": Chosen("Inside", "PrivateIds", "Nowhere")})


def test_a_conditional_layer_is_read_only_where_it_is_there() -> None:
    layers = layers_to_choose_from()
    wiring = wire(
        layers,
        own=[Parameter("GivenIds", Type="String")],
        chosen={"Ids": Chosen("Inside", "PrivateIds", "GivenIds")},
        conditional={"giver": "Inside"},
    )
    assert wiring.stacks[0].to_dict()["Condition"] == "Inside"
    with pytest.raises(WiringError, match="Ids of taker reads giver under a condition where it does not exist"):
        wire(layers, chosen=CHOSEN, conditional={"giver": "Inside"})


def test_a_conditional_layer_feeds_nothing_directly() -> None:
    layers = [("giver", layer(outputs=("Arn",))), ("taker", layer(text("Arn")))]
    with pytest.raises(WiringError, match="Arn of taker comes from an output of giver, which exists only under Inside"):
        wire(layers, conditional={"giver": "Inside"})
