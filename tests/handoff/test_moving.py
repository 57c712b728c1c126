"""bin/lib/awk/moving.awk: what of a template can change, checked against the evaluation of the same template."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cloudformation.unknown import canonical
from deployment.template.resource_path import ROOT
from deployment.template.template import parse_document
from deployment.template.values import Values
from tests.handoff.test_json_reading import AWKS, LIB

RENDERED = Path(__file__).resolve().parents[2] / "rendered"
LAYERS = sorted(path.name for path in RENDERED.glob("*.yaml"))
PSEUDO = {"AWS::AccountId": "123456789012", "AWS::Region": "eu-west-1", "AWS::Partition": "aws"}
SMALL = """\
AWSTemplateFormatVersion: "2010-09-09"

Parameters:
  Fed:
    Type: String

  Size:
    Type: Number
    Default: 1

Conditions:
  Large: !Equals [!Ref Size, "2"]

  Larger: !And [!Condition Large, !Equals [!Ref Fed, x]]

Resources:
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      # Size is only spoken of
      VpcId: !Ref Fed

  Service:
    Type: AWS::ECS::Service
    Properties:
      DesiredCount: !If [Large, 2, 1]
      TargetGroup: !Ref Group

  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ResourceId: !Sub service/${Service.Name}
      Role: !GetAtt Service.Other

Outputs:
  Name:
    Description: The Service and its Size.
    Value: !GetAtt Service.Name

  Group:
    Value: !GetAtt Group.TargetGroupArn
"""


@dataclass(frozen=True)
class Row:
    """A row of a change set; `details` are property and whether it requires recreation."""

    name: str
    type: str
    action: str = "Modify"
    replacement: str = "True"
    details: tuple[tuple[str, str], ...] = ()


ROWS = (
    Row("Group", "AWS::ElasticLoadBalancingV2::TargetGroup", details=(("VpcId", "Always"),)),
    Row(
        "Service",
        "AWS::ECS::Service",
        replacement="Conditional",
        details=(("DesiredCount", "Never"), ("TargetGroup", "Conditionally")),
    ),
    Row("Target", "AWS::ApplicationAutoScaling::ScalableTarget", details=(("ResourceId", "Always"), ("Role", "Never"))),
)


def moving(
    folder: Path,
    running: str,
    sent: str,
    rows: tuple[Row, ...],
    words: tuple[str, ...] = (),
    *,
    awk: tuple[str, ...] = AWKS[0],
    tags: bool = False,
    passed: tuple[str, ...] = (),
    unsure: tuple[str, ...] = (),
) -> list[list[str]]:
    """The lines that are printed, in their parts."""
    files = {
        "words": "".join(f"{word}\n" for word in words),
        "passed": "".join(f"{name}\n" for name in passed),
        "fed": "",
        "constant": "AWS::ECS::Service\tName\n",
        "rows": "".join(f"{row.name}\t{row.action}\t{row.replacement}\t{row.type}\n" for row in rows),
        "details": "".join(f"{row.name}\tProperties\t{name}\t{how}\n" for row in rows for name, how in row.details),
        "running": running,
        "sent": sent,
        "unsure": "".join(f"{name}\n" for name in unsure),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    parts = [word for at, name in enumerate(files, 1) for word in (f"part={at}", str(folder / name))]
    told = subprocess.run(
        [*awk, "-f", str(LIB / "moving.awk"), f"TAGS={'yes' if tags else 'no'}", *parts],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    return [line.split("\t") for line in told.stdout.splitlines()]


def verdicts(lines: list[list[str]]) -> dict[str, str]:
    return {line[1]: line[2] for line in lines if line[0] == "row"}


@pytest.mark.parametrize("awk", AWKS, ids=lambda words: words[0])
def test_what_names_nothing_that_moves_is_only_listed(tmp_path: Path, awk: tuple[str, ...]) -> None:
    lines = moving(tmp_path, SMALL, SMALL, ROWS, ("Size",), awk=awk)
    assert verdicts(lines) == {"Group": "listed", "Service": "in-place", "Target": "in-place"}
    assert ["row", "Target", "in-place", "Role"] in lines
    assert not [line for line in lines if line[0] == "output"]


def test_what_is_replaced_moves_all_that_names_it(tmp_path: Path) -> None:
    lines = moving(tmp_path, SMALL, SMALL, ROWS, ("Fed",))
    assert verdicts(lines) == {"Group": "replaced", "Service": "may-replace", "Target": "replaced"}
    assert {line[1] for line in lines if line[0] == "output"} == {"Name", "Group"}


def test_another_text_moves_too(tmp_path: Path) -> None:
    sent = SMALL.replace("!If [Large, 2, 1]", "!If [Large, 3, 1]")
    assert verdicts(moving(tmp_path, SMALL, sent, ROWS))["Service"] == "in-place"
    sent = SMALL.replace('!Equals [!Ref Size, "2"]', '!Equals [!Ref Size, "1"]')
    assert verdicts(moving(tmp_path, SMALL, sent, ROWS))["Service"] == "in-place"
    sent = SMALL.replace("Default: 1", "Default: 2")
    assert verdicts(moving(tmp_path, SMALL, sent, ROWS))["Service"] == "in-place"
    assert verdicts(moving(tmp_path, SMALL, sent, ROWS, passed=("Size",)))["Service"] == "listed"


def test_a_default_of_several_lines_is_read_whole(tmp_path: Path) -> None:
    running = SMALL.replace("Default: 1", "Default: |\n      one\n      two")
    assert verdicts(moving(tmp_path, running, running, ROWS))["Service"] == "listed"
    assert verdicts(moving(tmp_path, running, running.replace("two", "three"), ROWS))["Service"] == "in-place"


def test_an_address_of_a_template_moves_where_it_is_no_nested_stacks(tmp_path: Path) -> None:
    """A nested stack is judged by its own rows; a StackSet has none."""
    for kind, verdict in (("StackSet", "in-place"), ("Stack", "listed")):
        text = "      TemplateURL: https://one\n      DependsOn: a\n"
        running = SMALL.replace(
            "ElasticLoadBalancingV2::TargetGroup\n    Properties:\n", f"CloudFormation::{kind}\n    Properties:\n{text}"
        )
        rows = (Row("Group", f"AWS::CloudFormation::{kind}", replacement="False"),)
        assert verdicts(moving(tmp_path, running, running.replace("//one", "//two"), rows)) == {"Group": verdict}
        told = verdicts(moving(tmp_path, running, running.replace("DependsOn: a", "DependsOn: b"), rows))
        assert told == {"Group": "in-place"}


def test_a_line_of_a_text_that_looks_like_a_comment_is_part_of_it(tmp_path: Path) -> None:
    text = "DesiredCount: 1\n      Script: !Sub |\n        echo\n\n        # ${Size}"
    running = SMALL.replace("DesiredCount: !If [Large, 2, 1]", text)
    assert verdicts(moving(tmp_path, running, running, ROWS))["Service"] == "listed"
    assert verdicts(moving(tmp_path, running, running, ROWS, ("Size",)))["Service"] == "may-replace"
    for before, after in (("# ${Size}", "# ${Fed}"), ("echo\n\n", "echo\n")):
        sent = running.replace(before, after)
        assert verdicts(moving(tmp_path, running, sent, ROWS))["Service"] == "may-replace", after
    sent = running.replace("is only spoken of", "is spoken of")
    assert set(verdicts(moving(tmp_path, running, sent, ROWS)).values()) == {"listed"}


@pytest.mark.parametrize(
    "text", ["!GetAtt [Service, Other]", "!GetAtt\n        - Service\n        - Other", "!GetAtt Service.Other"]
)
def test_an_attribute_is_read_in_each_of_its_forms(tmp_path: Path, text: str) -> None:
    sent = SMALL.replace("!GetAtt Service.Other", text).replace("        Role: !GetAtt", "      Role: !GetAtt")
    assert verdicts(moving(tmp_path, sent, sent, ROWS, ("Size",)))["Target"] == "in-place"
    assert verdicts(moving(tmp_path, sent, sent, ROWS))["Target"] == "listed"


def test_what_a_condition_over_an_unknown_value_switches_off_may_go(tmp_path: Path) -> None:
    sent = SMALL.replace("  Group:\n    Type:", "  Group:\n    Condition: Larger\n    Type:", 1)
    sent = sent.replace("  Target:\n    Type:", "  Target:\n    Condition: Larger\n    Type:")
    rows = tuple(row for row in ROWS if row.name != "Target")
    told = moving(tmp_path, sent, sent, rows, ("Fed",), unsure=("Fed",))
    assert verdicts(told) == {"Group": "may-go", "Service": "may-replace", "Target": "may-go"}
    assert ["row", "Target", "may-go", "Condition", "AWS::ApplicationAutoScaling::ScalableTarget"] in told
    told = moving(tmp_path, sent, sent, rows, ("Size",), unsure=("Fed",))
    assert "may-go" not in verdicts(told).values()


def test_other_tags_of_the_stack_change_what_is_listed_in_place(tmp_path: Path) -> None:
    assert set(verdicts(moving(tmp_path, SMALL, SMALL, ROWS, tags=True)).values()) == {"in-place"}


@pytest.mark.parametrize(
    "sent",
    [
        SMALL + "Transform: AWS::LanguageExtensions\n",
        SMALL.replace("  Group:\n    Type", "  Group: {}\n  Fn::ForEach::X:\n    Type"),
        SMALL.replace("    Properties:", "\tProperties:"),
        SMALL.replace("  Service:", '  "Service":'),
        SMALL.replace("      VpcId: !Ref Fed\n", "").replace(
            "Properties:\n      # Size", "Properties: {VpcId: !Ref Fed}\n      # Size"
        ),
        SMALL.replace("      VpcId: !Ref Fed", "        VpcId: !Ref Fed"),
        SMALL.replace("VpcId: !Ref Fed", "VpcId: *fed"),
        SMALL.replace("Conditions:\n", "Conditions: {Other: !Equals [1, 1]}\nRules:\n"),
        "{}",
        "",
    ],
)
def test_a_template_of_another_form_is_not_taken_for_read(tmp_path: Path, sent: str) -> None:
    lines = moving(tmp_path, SMALL, sent, ROWS)
    assert ["unread"] in lines
    assert verdicts(lines) == {"Group": "replaced", "Service": "may-replace", "Target": "replaced"}


def test_what_is_resolved_elsewhere_always_moves(tmp_path: Path) -> None:
    sent = SMALL.replace("VpcId: !Ref Fed", 'VpcId: "{{resolve:ssm:/vpc}}"')
    assert verdicts(moving(tmp_path, sent, sent, ROWS))["Group"] == "replaced"


@pytest.mark.slow
@pytest.mark.parametrize("layer", LAYERS)
def test_every_value_that_another_parameter_changes_moves(tmp_path: Path, layer: str) -> None:
    """Each parameter of each rendered template, one after the other, with two values that no constraint is asked of."""
    text = (RENDERED / layer).read_text()
    document = parse_document(text)
    rows = tuple(Row(name, str(body["Type"])) for name, body in document["Resources"].items())
    marked = 0
    for name, declared in (document.get("Parameters") or {}).items():
        allowed = [str(value) for value in declared.get("AllowedValues", ("one", "two"))]
        told = moving(tmp_path, text, text, rows, (name,))
        moved = {(line[1], part) for line in told if line[0] == "row" for part in line[3].split()}
        outputs = {line[1] for line in told if line[0] == "output"}
        for value in allowed[1:]:
            before, after = _side(document, {name: allowed[0]}), _side(document, {name: value})
            assert {at for at in before if before[at] != after.get(at)} <= moved | {
                ("Outputs", out) for out in outputs
            }, name
        marked += sum(line[2] == "listed" for line in told if line[0] == "row")
    assert marked or len(rows) < 2 or layer == "ci-role.yaml"


def _side(document: Mapping[str, Any], given: dict[str, str]) -> dict[tuple[str, str], str]:
    """What each property and each output comes to with these values, as far as that is known."""
    defaults = {name: str(body.get("Default", "x")) for name, body in (document.get("Parameters") or {}).items()}
    values = Values({ROOT: document}, defaults | given, PSEUDO)
    told = {
        (name, key): canonical(values.value(ROOT, value))
        for name, body in document["Resources"].items()
        for key, value in (body.get("Properties") or {}).items()
        if key != "TemplateURL"
    }
    return told | {
        ("Outputs", name): canonical(values.value(ROOT, body["Value"]))
        for name, body in (document.get("Outputs") or {}).items()
    }
