"""Rules that hold over every rendered template, whatever its layer."""

import re
from typing import Any

import pytest
from cloudformation_validate import CompositeEngine  # type: ignore[import-untyped]  # it ships no types

from templates.layers import LAYERS
from templates.rendering.yaml_writer import MARK, SECTIONS
from tests.templates.resolved import RENDERED, document

CHILDREN = list(LAYERS)
EVERY = ["root", *CHILDREN, "ci-role"]
CONSTRAINTS = {"AllowedPattern", "AllowedValues", "MinLength", "MaxLength", "MinValue", "MaxValue"}


def fed_by_siblings() -> dict[str, set[str]]:
    """Give, for each layer, the parameters that root fills from another layer's output."""
    stacks = document("root")["Resources"].values()
    return {
        stack["Properties"]["TemplateURL"].removesuffix(".yaml"): {
            name for name, value in stack["Properties"]["Parameters"].items() if "Fn::GetAtt" in str(value)
        }
        for stack in stacks
    }


def uses(node: Any, name: str, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Give the paths of every Ref of `name` below `node`, and of every text that it is put into."""
    if isinstance(node, dict):
        if node == {"Ref": name} or f"${{{name}}}" in str(node.get("Fn::Sub", "")):
            return [path]
        return [found for key, item in node.items() for found in uses(item, name, (*path, key))]
    return [found for item in node for found in uses(item, name, (*path, "[]"))] if isinstance(node, list) else []


@pytest.mark.parametrize("layer", EVERY)
def test_every_parameter_and_output_is_described_for_the_person_in_the_console(layer: str) -> None:
    body = document(layer)
    for section in ("Parameters", "Outputs"):
        for name, entry in body[section].items():
            assert re.fullmatch(r"[A-Z].{10,}\.", entry["Description"], re.DOTALL), f"{layer} {name}"


@pytest.mark.parametrize("layer", EVERY)
def test_every_constraint_says_in_words_what_it_asks_for(layer: str) -> None:
    for name, entry in document(layer)["Parameters"].items():
        if CONSTRAINTS & set(entry):
            assert entry.get("ConstraintDescription"), f"{layer} {name}"


@pytest.mark.parametrize("layer", EVERY)
def test_every_default_is_allowed(layer: str) -> None:
    for name, entry in document(layer)["Parameters"].items():
        default = entry.get("Default")
        if default is None:
            continue
        assert re.fullmatch(entry.get("AllowedPattern", ".*"), str(default)), f"{layer} {name}"
        assert default in entry.get("AllowedValues", [default]), f"{layer} {name}"
        assert entry.get("MinValue", 0) <= (default if isinstance(default, int) else 0) <= entry.get("MaxValue", 10**6)


@pytest.mark.parametrize("layer", CHILDREN)
def test_what_a_sibling_feeds_is_unconstrained_text(layer: str) -> None:
    parameters = document(layer)["Parameters"]
    for name in fed_by_siblings()[layer]:
        assert set(parameters[name]) == {"Type", "Description"}
        assert parameters[name]["Type"] == ("CommaDelimitedList" if name.endswith("SubnetIds") else "String")


@pytest.mark.parametrize("layer", CHILDREN)
def test_what_a_sibling_feeds_is_never_taken_apart(layer: str) -> None:
    body = document(layer)
    for name in fed_by_siblings()[layer]:
        assert not uses(body.get("Conditions", {}), name)
        assert "Rules" not in body
        found = uses(body["Resources"], name) + uses(body["Outputs"], name)
        assert found, f"{layer} does not use {name}"
        # It may be put into a text, and chosen or left out by what comes straight from root; never looked into.
        assert not [path for path in found if {key for key in path if key.startswith("Fn::")} - {"Fn::Sub", "Fn::If"}]
    # A dynamic reference is looked up while the change set is made; over a placeholder that finds nothing.
    assert "{{resolve:" not in str(body)


def test_joined_subnets_are_used_whole() -> None:
    for layer, name in (("alb", "AlbSubnetIds"), ("ecs", "TaskSubnetIds")):
        assert [path[-1] for path in uses(document(layer)["Resources"], name)] == ["Subnets"]


@pytest.mark.parametrize("layer", CHILDREN)
def test_look_ups_in_the_account_stand_in_root_only(layer: str) -> None:
    types = {entry["Type"] for entry in document(layer)["Parameters"].values()}
    assert types <= {"String", "Number", "CommaDelimitedList"}


def test_root_passes_no_list() -> None:
    assert not [name for name, entry in document("root")["Parameters"].items() if "List" in entry["Type"]]


@pytest.mark.parametrize("layer", CHILDREN)
def test_what_root_passes_straight_on_is_constrained_the_same_in_both(layer: str) -> None:
    root, child = document("root")["Parameters"], document(layer)["Parameters"]
    for name in set(child) - fed_by_siblings()[layer]:
        assert {**root[name], "Type": child[name]["Type"]} == child[name]


@pytest.mark.parametrize("layer", EVERY)
def test_there_is_no_transform_no_zone_by_index_and_no_parameter_left_over(layer: str) -> None:
    body = document(layer)
    text = (RENDERED / f"{layer}.yaml").read_text(encoding="utf-8")
    assert "Transform" not in body
    assert "GetAZs" not in text
    for name in body["Parameters"]:
        assert text.count(name) > 1, f"{layer} declares {name} and does not use it"


@pytest.mark.parametrize("layer", EVERY)
def test_sections_stand_in_the_order_of_the_guide_below_a_header(layer: str) -> None:
    lines = (RENDERED / f"{layer}.yaml").read_text(encoding="utf-8").splitlines()
    room = "pipelines" if layer == "ci-role" else "layers"
    assert lines[0].startswith(f"{MARK}templates/{room}/{layer.replace('-', '_')}.py")
    sections = [line.split(":")[0] for line in lines[1:] if line[:1].isalpha()]
    assert sections == [name for name in SECTIONS if name in sections]


@pytest.mark.parametrize("layer", EVERY)
def test_nothing_carries_a_name_that_stands_in_the_way_of_a_replacement(layer: str) -> None:
    named = {
        entry["Type"]
        for entry in document(layer)["Resources"].values()
        for key in entry.get("Properties", {})
        if key in {"Name", "ServiceName", "LogGroupName", "GroupName", "BucketName", "ClusterName", "Family"}
    }
    assert named <= {
        "AWS::ECS::Cluster",
        "AWS::ECS::TaskDefinition",
        "AWS::Route53::RecordSet",
        "AWS::EC2::FlowLog",  # its LogGroupName says where it writes
        "AWS::EC2::VPCEndpoint",  # its ServiceName says where it leads
        "AWS::RDS::DBParameterGroup",  # its Family is no name
        "AWS::RDS::DBClusterParameterGroup",
        *(["AWS::Logs::LogGroup"] if layer == "data" else []),  # RDS writes into groups of these names
    }


@pytest.mark.slow
@pytest.mark.parametrize("layer", EVERY)
def test_the_offline_validator_finds_nothing_but_defaults_under_conditions(layer: str) -> None:
    # W3002: nested templates are siblings. W1030: an empty or zero default that a condition keeps from being used.
    # W1001: it does not see that a value in an output is under Fn::If of the condition (cfn-lint does). W9052: it gives
    # up on so many parameters.
    report = CompositeEngine().validate_template(str(RENDERED / f"{layer}.yaml"))
    found = {
        (item.rule_id, item.severity.name, item.rule_id == "W1001" and (item.property_path or "").partition("/")[0])
        for item in report.diagnostics
        if item.severity.name != "INFO"
    }
    assert found <= {
        *(("W3002", "WARN", False), ("W1030", "WARN", False), ("W9052", "WARN", False), ("W1001", "WARN", "Outputs"))
    }
