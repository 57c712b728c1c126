"""An environment against root.yaml: all findings at once, or the values."""

from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.check import broken_rules, held_against
from cloudformation.environment.environment_file import Environment, read_file
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value
from cloudformation.template.tree import PlainTree
from deployment.errors import FileProblems
from deployment.template.environments import read_environment
from deployment.template.template import Template, parse_document, read_template
from tests.deployment.checked import checked_values
from tests.deployment.project import ENVIRONMENT, ROOT, write_project


def _findings(project: Path, *assignments: str) -> tuple[str, list[str]]:
    root = read_template(project / "rendered/root.yaml")
    with pytest.raises(FileProblems) as caught:
        checked_values(root, read_environment(project / "params", "dev").overriding(assignments))
    return caught.value.happened, [str(problem) for problem in caught.value.problems]


def test_values_come_in_the_templates_order(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    values = checked_values(read_template(project / "rendered/root.yaml"), read_environment(project / "params", "dev"))
    assert [(name, value.text) for name, value in values.items()] == [
        ("DomainName", "dev.example.com"),
        ("HostedZoneId", "Z0123456789"),
        ("DesiredCount", "2"),
        ("Stage", "dev"),
        ("Hours", "4"),
    ]


def test_names_values_and_rules_are_told_together(tmp_path: Path) -> None:
    text = ENVIRONMENT.replace("DomainName: dev.example.com", "DomianName: dev.example.com")
    project = write_project(tmp_path, environment=text.replace("DesiredCount: 2", "DesiredCount: 1"))
    happened, findings = _findings(project, "Stage=prod")
    assert happened == "params/dev.yaml (with --set) has 3 problems"
    assert findings == [
        "params/dev.yaml:7: DomainName must have a value: a lower-case domain name",
        "params/dev.yaml:8: parameter DomianName does not exist in the template; did you mean DomainName?",
        "params/dev.yaml:10: Rule ProdHasTwo: prod needs at least two tasks",
    ]


def test_two_hundred_parameters_are_the_most(tmp_path: Path) -> None:
    more = "\n".join(f"  P{number}: {{Type: String, Default: x}}" for number in range(200))
    project = write_project(tmp_path, root=ROOT.replace("Parameters:\n", f"Parameters:\n{more}\n", 1))
    assert "params/dev.yaml: the template has more than 200 parameters" in _findings(project)[1]


_ENVIRONMENT = Environment(
    "dev",
    Place("p.yaml"),
    "111122223333",
    "eu-west-1",
    "s",
    "b",
    False,
    {},
    (),
    {},
    {"parameters": Place("p.yaml", 3)},
)


def _values(**texts: str) -> dict[str, Value]:
    types = {"List": "CommaDelimitedList", "Vpc": "AWS::EC2::VPC::Id", "Ssm": "AWS::SSM::Parameter::Value<String>"}
    return {
        name: Value(Declared(name, types.get(name, "String"), {}), text, Place("p.yaml", 9) if name == "A" else None)
        for name, text in texts.items()
    }


def _broken(rules: str, **texts: str) -> list[str]:
    from pathlib import Path

    template = Template(Path("root.yaml"), "", parse_document(f"Rules:\n  R:\n{rules}"), (), {})
    return [str(problem) for problem in broken_rules(template, _values(**texts), _ENVIRONMENT)]


def _assertion(expression: str) -> str:
    return f"    Assertions:\n      - Assert: {expression}\n        AssertDescription: said"


@pytest.mark.parametrize(
    "expression",
    [
        "!Equals [!Ref A, a]",
        "!Not [!Equals [!Ref A, b]]",
        "!And [!Equals [!Ref A, a], !Equals [!Ref AWS::Region, eu-west-1]]",
        "!Or [!Equals [!Ref A, b], !Equals [!Ref A, a]]",
        "!Contains [[a, b], !Ref A]",
        "!EachMemberIn [!Ref List, [x, y]]",
        "!EachMemberEquals [[a, a], !Ref A]",
        "!Equals [!Ref List, [x, y]]",
        "!Contains [!RefAll 'AWS::EC2::VPC::Id', vpc-1]",
        "!Equals [!Ref N, 1]",
        "!Equals [!ValueOf [Vpc, Tags.x], y]",
        "!Equals [!Ref Ssm, y]",
        "!Equals [!Ref Elsewhere, y]",
    ],
)
def test_an_assertion_that_holds_or_cannot_be_decided_is_silent(expression: str) -> None:
    assert _broken(_assertion(expression), A="a", List="x, y", Vpc="vpc-1", N="1", Ssm="/a") == []


@pytest.mark.parametrize(
    "expression",
    [
        "!Equals [!Ref A, b]",
        "!And [!Equals [!Ref A, a], !Equals [!Ref A, b]]",
        "!Or [!Equals [!Ref A, b], !Equals [!Ref A, c]]",
        "!Not [!Contains [[a, b], !Ref A]]",
        "!EachMemberIn [!Ref List, [!Ref A]]",
        "!EachMemberEquals [!Ref List, !Ref A]",
    ],
)
def test_an_assertion_that_fails_is_told_at_its_first_parameter(expression: str) -> None:
    assert _broken(_assertion(expression), A="a", List="x, y") == ["p.yaml:9: Rule R: said"]


def test_a_rule_whose_condition_does_not_hold_asks_for_nothing() -> None:
    condition = "    RuleCondition: !Equals [!Ref A, prod]\n"
    assert _broken(condition + _assertion("!Equals [!Ref A, b]"), A="a") == []


def test_a_rule_over_defaults_is_told_where_values_belong() -> None:
    assert _broken(_assertion("!Equals [!Ref B, x]"), B="b") == ["p.yaml:3: Rule R: said"]


def test_a_place_is_found_in_the_condition_too() -> None:
    condition = "    RuleCondition: !Equals [!Ref A, a]\n"
    assert _broken(condition + _assertion("!Equals [!Ref B, x]"), A="a", B="b") == ["p.yaml:9: Rule R: said"]


def test_a_template_without_rules_breaks_none() -> None:
    from pathlib import Path

    document: dict[str, Any] = {}
    assert list(broken_rules(Template(Path("x"), "", document, (), {}), {}, _ENVIRONMENT)) == []


_NAMED = """
Parameters: {{Name: {{Type: String}}, On: {{Type: String, Default: 'true'}}}}
Conditions: {{Known: !Equals [!Ref On, 'true'], Unknown: !Equals [!Ref 'AWS::StackName', x]}}
Resources:
  Bucket: {{Type: AWS::S3::Bucket, Condition: {condition}, Properties: {{BucketName: !Ref Name}}}}
"""


@pytest.mark.parametrize(("condition", "certain"), [("Known", True), ("Unknown", False)])
def test_a_name_that_another_environment_has_is_refused_and_where_it_may_have_it_there_is_a_warning(
    tmp_path: Path, condition: str, *, certain: bool
) -> None:
    text = _NAMED.format(condition=condition)
    readings = []
    for name in ("dev", "test"):
        file = tmp_path / f"{name}.yaml"
        head = f'account: "111122223333"\nregion: eu-west-1\nstack: shop-{name}\n'
        file.write_text(f"{head}parameters: {{Name: bucket}}\n")
        readings.append(read_file(file, file.name))
    own, other = readings
    _, findings = held_against(PlainTree(parse_document(text)), own, iter([other.environment]))
    assert (len(findings.problems), len(findings.warnings)) == ((1, 0) if certain else (0, 1))
    unread = other.environment._replace(stack="")
    _, findings = held_against(PlainTree(parse_document(text)), own, [unread])
    assert any("names no account, Region and stack" in warning.text for warning in findings.warnings)
