"""The picture of this project's layers in a report: their order, and what is made under a condition."""

from __future__ import annotations

from deployment.report.architecture import architecture
from deployment.template.template import read_template
from tests.own_system import PROJECT


def test_the_layers_of_the_example_are_built_in_their_order() -> None:
    root = architecture(read_template(PROJECT / "rendered/root.yaml"))
    assert [block.path[-1] for block in root.blocks] == ["Network", "Cert", "Alb", "AppSg", "Data", "Ecs"]
    assert [block.step for block in root.blocks] == [1, 1, 2, 3, 4, 4]
    data = next(block for block in root.blocks if block.path[-1] == "Data")
    assert {part.condition for part in data.parts} == {
        *("DatabaseOn", "DatabaseIsInstance", "DatabaseIsAurora", "DatabaseReaderOn", "AlarmsOn")
    }
