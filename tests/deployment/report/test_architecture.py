"""Any nested tree of templates is read as layers in the order in which they can be built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deployment.report.architecture import Block, architecture, service_and_noun
from deployment.template.template import read_template

ROOT = """\
Resources:
  Last:
    Type: AWS::CloudFormation::Stack
    DependsOn: [Between]
    Properties: {TemplateURL: leaf.yaml}
  First:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: leaf.yaml}
  Second:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: branch.yaml
      Parameters:
        Text: !Sub "${First.Outputs.A}-${AWS::Region}"
  Between:
    Type: AWS::SNS::Topic
    DependsOn: Other
    Properties: {TopicName: !GetAtt Second.Outputs.B}
  Other:
    Type: AWS::SNS::Topic
    Condition: Wanted
  Beside:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: leaf.yaml}
"""
BRANCH = """\
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: leaf.yaml}
"""
LEAF = "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n"
CIRCLE = """\
Resources:
  A:
    Type: AWS::CloudFormation::Stack
    DependsOn: B
    Properties: {TemplateURL: leaf.yaml}
  B:
    Type: AWS::CloudFormation::Stack
    DependsOn: A
    Properties: {TemplateURL: leaf.yaml}
"""


def _read(folder: Path, root: str = ROOT) -> Block:
    for name, text in (("root", root), ("branch", BRANCH), ("leaf", LEAF)):
        (folder / f"{name}.yaml").write_text(text)
    return architecture(read_template(folder / "root.yaml"))


def test_layers_stand_in_build_order_with_what_they_wait_for(tmp_path: Path) -> None:
    root = _read(tmp_path)
    assert [(block.path[-1], block.step, block.after) for block in root.blocks] == [
        ("First", 1, ()),
        ("Beside", 1, ()),
        ("Second", 2, ("First",)),
        ("Last", 3, ("Second",)),
    ]


def test_resources_stand_in_their_layer_with_their_condition(tmp_path: Path) -> None:
    root = _read(tmp_path)
    assert [(part.path, part.type, part.condition) for part in root.parts] == [
        (("Between",), "AWS::SNS::Topic", None),
        (("Other",), "AWS::SNS::Topic", "Wanted"),
    ]
    deepest = [part.path for block in root.walk() for part in block.parts][-2:]
    assert deepest == [("Second", "Inner", "Queue"), ("Last", "Queue")]


def test_a_circle_that_cloudformation_would_refuse_is_still_drawn(tmp_path: Path) -> None:
    assert {block.path[-1] for block in _read(tmp_path, CIRCLE).blocks} == {"A", "B"}


def test_every_layer_of_the_project_is_built_after_the_layers_that_it_is_given_values_of() -> None:
    template = read_template(Path(__file__).parents[3] / "rendered/root.yaml")
    steps = {block.path[-1]: block.step for block in architecture(template).blocks}
    bodies = template.section("Resources")
    given = {name: json.dumps(bodies[name]).replace('", "Outputs.', ".Outputs.") for name in steps}
    before = {name: {source for source in steps if f"{source}.Outputs." in given[name]} for name in steps}
    assert any(before.values())
    assert steps == {name: 1 + max((steps[source] for source in before[name]), default=0) for name in steps}


@pytest.mark.parametrize(
    ("resource_type", "said"),
    [
        ("AWS::EC2::Subnet", ("EC2", "Subnet")),
        ("AWS::ECS::Service", ("ECS", "Service")),
        ("Custom::Thing", ("Custom", "Thing")),
        ("Vendor::Service::Thing", ("Vendor", "Thing")),
        ("odd", ("", "odd")),
    ],
)
def test_a_type_is_a_service_and_a_noun(resource_type: str, said: tuple[str, str]) -> None:
    assert service_and_noun(resource_type) == said
