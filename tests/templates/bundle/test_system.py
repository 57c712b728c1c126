"""What a bundle is made of is what is rendered; an environment of another tree is not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from render import main as render
from templates.bundle.bundle import bundle
from templates.bundle.errors import BundleError
from templates.bundle.system import read_system
from templates.layers import LAYERS
from tests.templates.bundle.shop import committed_shop

_ANOTHER = """\
account: "123456789012"
region: ap-northeast-1
stack: another
rendered: ../another
parameters: {}
"""


def test_the_role_of_pipelines_and_the_policies_are_no_templates_of_the_system(shop: Path) -> None:
    system = read_system(shop)
    assert "root.yaml" in system.templates
    assert "ci-role.yaml" in system.others
    assert set(system.templates) | set(system.others) == {
        path.relative_to(shop / "rendered").as_posix() for path in (shop / "rendered").rglob("*") if path.is_file()
    }
    assert [name.replace("-", "").lower() for name in LAYERS] == [name.lower() for name in system.tree.nested]


def test_an_environment_of_another_tree_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    shop = committed_shop(tmp_path / "shop")
    (shop / "params/another.yaml").write_text(_ANOTHER)
    assert render([], shop) == 0
    made = bundle(shop)
    assert "environment another uses another root template and is omitted" in made.warnings
    assert not any("another" in file.path for file in made.files)
    for name in ("dev", "prod"):
        (shop / f"params/{name}.yaml").unlink()
    assert render([], shop) == 0
    with pytest.raises(BundleError, match="no environment for these templates"):
        bundle(shop)
