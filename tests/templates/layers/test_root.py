"""root: parameters in groups, rules between them, exports for other stacks."""

import pytest
from troposphere import Parameter, Template

from templates.layers import LAYERS, root
from templates.parts.wiring import WiringError, logical_id
from templates.service.parameters import FARGATE_SIZES
from tests.templates.resolved import document, tree


def layers() -> list[tuple[str, Template]]:
    return [(name, template()) for name, template in LAYERS.items()]


def test_the_layers_are_nested_in_build_order() -> None:
    assert list(document("root")["Resources"]) == [logical_id(layer) for layer in LAYERS]


def test_every_parameter_is_in_one_group_and_stands_in_its_order() -> None:
    groups = document("root")["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert grouped == list(document("root")["Parameters"])
    assert len(set(grouped)) == len(grouped)
    assert all(group["Label"]["default"] for group in groups)


def test_what_has_no_default_comes_first_in_the_form() -> None:
    parameters = document("root")["Parameters"]
    needed = [name for name, body in parameters.items() if "Default" not in body]
    groups = document("root")["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    # The hosted zone may be empty, but a Rule asks for it in nearly every system.
    assert groups[0]["Parameters"] == [*needed, "HostedZoneId"] == list(parameters)[: len(needed) + 1]


def test_a_parameter_without_a_group_is_an_error_that_says_where_to_put_it() -> None:
    changed = layers()
    changed[0][1].add_parameter(Parameter("New", Type="String"))
    with pytest.raises(WiringError, match=r"New is in no group: add it to GROUPS in templates/layers/root_form.py"):
        root.template(changed)


def test_a_group_that_names_a_parameter_nobody_asks_for_is_an_error() -> None:
    with pytest.raises(WiringError, match=r"GROUPS in templates/layers/root_form.py has \w+, which no layer declares"):
        root.template(layers()[:1])


def test_an_export_that_no_layer_gives_is_an_error() -> None:
    changed = layers()
    del changed[0][1].outputs["VpcId"]
    for _, template in changed:
        template.parameters.pop("VpcId", None)
    with pytest.raises(
        WiringError, match=r"EXPORTS in templates/layers/root.py has VpcId, which is not an output of any layer"
    ):
        root.template(changed)


def test_values_of_the_account_are_looked_up_by_root() -> None:
    types = {name: entry["Type"] for name, entry in document("root")["Parameters"].items() if "::" in entry["Type"]}
    assert types == {
        "AvailabilityZone1": "AWS::EC2::AvailabilityZone::Name",
        "AvailabilityZone2": "AWS::EC2::AvailabilityZone::Name",
    }


def test_outputs_are_exported_under_the_stack_s_name() -> None:
    outputs = document("root")["Outputs"]
    assert {name: entry["Export"]["Name"] for name, entry in outputs.items()} == {
        name: {"Fn::Sub": f"${{AWS::StackName}}-{name}"} for name in outputs
    }
    platform = {"VpcId", "PublicSubnetIds", "ClusterName", "ExecutionRoleArn", "HttpsListenerArn", "AlbFullName"}
    assert set(outputs) >= platform | {"AppSecurityGroupId"}


def test_no_child_exports_because_its_name_carries_a_random_end() -> None:
    for layer in LAYERS:
        assert not [entry for entry in document(layer)["Outputs"].values() if "Export" in entry]


def test_outputs_say_what_the_layers_give() -> None:
    outputs = tree()["root"].outputs
    assert outputs["Url"] == "https://dev.example.com"
    assert outputs["PublicSubnetIds"] == "network.PublicSubnet1,network.PublicSubnet2"
    assert outputs["HttpsListenerArn"] == "alb.HttpsListener"


def test_the_two_zones_must_differ() -> None:
    rule = document("root")["Rules"]["TwoDistinctZones"]
    assert "RuleCondition" not in rule
    zones = [{"Ref": "AvailabilityZone1"}, {"Ref": "AvailabilityZone2"}]
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": zones}]}


def test_an_existing_bucket_must_be_named() -> None:
    rule = document("root")["Rules"]["ExistingLogBucketNamed"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "AccessLogsMode"}, "existing"]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AccessLogsBucketName"}, ""]}]}


@pytest.mark.parametrize("cpu", FARGATE_SIZES)
def test_every_cpu_that_is_offered_has_its_rule_of_memory(cpu: str) -> None:
    rule = document("root")["Rules"][f"Cpu{cpu}"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "TaskCpu"}, cpu]}
    sizes, asked = rule["Assertions"][0]["Assert"]["Fn::Contains"]
    assert asked == {"Ref": "TaskMemory"}
    assert sizes == FARGATE_SIZES[cpu]
    assert set(sizes) <= set(document("root")["Parameters"]["TaskMemory"]["AllowedValues"])


def test_the_certificate_has_an_hour() -> None:
    assert document("root")["Resources"]["Cert"]["Properties"]["TimeoutInMinutes"] == 60
