"""An environment against root.yaml: all findings at once, or the values."""

from pathlib import Path

import pytest

from deployment.environment.check import checked_values
from deployment.environment.environment_file import read_environment
from deployment.errors import FileProblems
from deployment.template.template import read_template
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
