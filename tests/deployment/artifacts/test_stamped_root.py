"""A root that differs in its stamp alone is the stack's own; one that differs in anything else is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudformation.environment.delivery.release_stamp import Stamp, stamped
from deployment.artifacts.packaging import Artifact, Located, Package, Storage, package
from deployment.artifacts.stamped_root import as_standing
from deployment.template.template import Template, read_template
from tests.deployment.project import ROOT, write_project

STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop-dev")
STAMP = Stamp("1.4.0", "3f" * 20, "sha256:" + "9c" * 32)
HEADED = "# Rendered from root.py by render.py.\n" + ROOT.replace(
    "Parameters:\n", "Metadata:\n  Own: 1\nParameters:\n", 1
)


def _pack(folder: Path, root: str) -> tuple[Template, Package]:
    folder.mkdir(exist_ok=True)
    template = read_template(write_project(folder, root=root) / "rendered/root.yaml")

    def located(artifact: Artifact) -> Located | None:
        return None if "/root-" in artifact.key else Located("v1")

    return template, package(template, STORAGE, located)


def test_the_stacks_own_root_stands_in_for_one_without_its_stamp(tmp_path: Path) -> None:
    template, packed = _pack(tmp_path, HEADED)
    standing = stamped(packed.text, STAMP)
    same = as_standing(packed, template, standing)
    assert same.text == standing
    assert packed.missing, "its own root does not stand in the bucket"
    assert not same.missing
    assert [artifact.key for artifact in same.artifacts] == [
        artifact.key for artifact in packed.artifacts if "/root-" not in artifact.key
    ]


def test_one_stamp_is_as_good_as_another(tmp_path: Path) -> None:
    template, packed = _pack(tmp_path, stamped(HEADED, STAMP))
    other = packed.text.replace("1.4.0", "1.5.0")
    assert as_standing(packed, template, other).text == other


@pytest.mark.parametrize(
    "differs",
    [
        lambda text: text.replace("Own: 1", "Own: 2"),
        lambda text: text.replace("    Digest:", "    Signer: me\n    Digest:"),
        lambda text: text.replace("A shop.", "Another shop."),
    ],
)
def test_anything_else_is_a_difference(tmp_path: Path, differs: object) -> None:
    template, packed = _pack(tmp_path, HEADED)
    assert callable(differs)
    other = differs(stamped(packed.text, STAMP))
    assert as_standing(packed, template, other) == packed
    assert as_standing(packed, template, None) == packed


def test_where_a_macro_reads_the_template_a_stamp_is_a_difference(tmp_path: Path) -> None:
    template, packed = _pack(tmp_path, HEADED + "Transform: [Audited]\n")
    assert as_standing(packed, template, stamped(packed.text, STAMP)) == packed
