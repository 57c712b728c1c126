"""The templates with values put in: what is there, what is not, and what refers to what."""

from cloudformation.template.tree import PlainTree
from cloudformation.unknown import shown
from templates.pictures.facts.resolved_tree import Absent, resolved_tree
from tests.templates.pictures.systems import plain, system, templates
from tests.templates.resolved import document, tree
from tests.templates.test_capabilities import CAPABILITIES


def test_there_is_what_an_evaluator_of_its_own_says_there_is() -> None:
    for values in CAPABILITIES.values():
        wanted = {name: set(layer.resources) for name, layer in tree(**values).items() if name != "root"}
        resources = system(**values).resources.values()
        assert {resource.path.rpartition("/")[2] for resource in resources} == set().union(*wanted.values())


def test_a_reference_leads_through_outputs_and_parameters_to_the_resource_of_another_layer() -> None:
    resolved = system()
    balancer = resolved.resources["Alb/LoadBalancer"]
    subnets = resolved.referred(balancer.properties["Subnets"])
    assert [subnet.path for subnet in subnets] == ["Network/PublicSubnet1", "Network/PublicSubnet2"]
    service = resolved.resources["Ecs/Service"]
    assert service in resolved.users["AppSg/AppSecurityGroup"]


def test_a_value_that_is_known_is_put_in_and_a_branch_that_is_not_taken_is_not_there() -> None:
    resolved = system(AutoScaling="true", MinTasks="3")
    assert resolved.resources["Ecs/ScalableTarget"].properties["MinCapacity"] == "3"
    assert "DesiredCount" not in resolved.resources["Ecs/Service"].properties


def test_a_parameter_without_a_value_and_a_secret_keep_their_names() -> None:
    declared = {
        "Given": {"Type": "String"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "hunter2"},
        "Kept": {"Type": "String", "Default": "old"},
    }
    names = {"Fn::Sub": "${Given}-${Secret}-${Kept}"}
    one = PlainTree({"Parameters": declared, "Resources": {"Queue": {"Type": "A::B::C", "Properties": {"N": names}}}})
    properties = resolved_tree(one, {"Secret": "other", "Kept": None}, {}).resources["Queue"].properties
    assert shown(properties["N"]) == "${Given}-${Secret}-${Kept}"


def test_a_resource_and_a_parameter_of_one_name_are_not_taken_for_each_other() -> None:
    root = {
        "Parameters": {"Topic": {"Type": "String"}},
        "Resources": {
            "Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"N": {"Ref": "Topic"}}}}
        },
    }
    inner = {
        "Parameters": {"N": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "A::B::C"}, "Other": {"Type": "A::B::D", "Properties": {"N": {"Ref": "N"}}}},
    }
    resolved = resolved_tree(PlainTree(root, {"Inner": PlainTree(inner)}), {}, {})
    assert resolved.referred(resolved.resources["Inner/Other"].properties) == []


def test_what_is_switched_off_is_told_with_the_parameters_that_decide_also_through_other_conditions() -> None:
    absent = [entry for entry in system().absent if entry.type == "AWS::EC2::NatGateway"]
    assert Absent("Network", "AWS::EC2::NatGateway", ("NatGatewayMode", "PublicSubnet3Cidr")) in absent
    assert len(absent) == 4


def test_a_layer_that_is_switched_off_is_not_there() -> None:
    resolved = system(ExistingCertificateArn="arn:aws:acm:ap-northeast-1:123456789012:certificate/1")
    assert "Cert" not in resolved.layers
    assert "Cert/Certificate" not in resolved.resources


SEED = ["Network", "Cert", "Alb", "AppSg", "Ecs"]


def test_the_layers_stand_in_build_order_with_what_they_say_of_themselves() -> None:
    layers = resolved_tree(templates(), {}, {}).layers
    assert list(layers) == [name for name in document("root")["Resources"] if name in layers]
    assert [name for name in layers if name in SEED] == SEED
    assert layers["Ecs"].startswith("ECS: ")


def test_a_function_that_nobody_can_evaluate_here_is_left_unknown() -> None:
    resolved = plain(
        {"Queue": {"Type": "A::B::C", "Properties": {"Zones": {"Fn::GetAZs": ""}, "Import": {"Fn::ImportValue": "x"}}}}
    )
    assert shown(resolved.resources["Queue"].properties["Import"])
