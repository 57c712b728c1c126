"""docs/services.md: its module is a service, its values are in order, and its tables name what there is."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from cloudformation.environment.services.attached import Kind
from cloudformation.environment.services.routes import BANDS
from render import main as render
from templates.service.declaration import Declared, Parts
from tests.deployment.shop import PROJECT, write_services, write_shop

PAGE = (PROJECT / "docs/services.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_module_and_its_values_render(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = textwrap.indent(textwrap.dedent(block("yaml").partition("  api:\n")[2]), "    ")
    shop = write_shop(tmp_path, rendered=False)
    write_services(shop, {"api": block("python")}, {"api": values})
    assert render([], shop) == 0, capsys.readouterr().err
    assert (shop / "rendered/services/api.yaml").exists()


def test_the_table_of_a_module_names_all_that_a_declaration_takes() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE))
    assert set(Parts.__annotations__) | {kind.value for kind in Kind} == rows
    assert set(Declared._fields) == {*Parts.__annotations__, "kind", "description"}


def test_the_priorities_are_those_that_are_checked() -> None:
    text = " ".join(PAGE.split())
    for low, high, _ in BANDS.values():
        assert f"{low} to {high}" in text if low != high else f"{low} for every request" in text
