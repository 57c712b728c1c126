"""A stack that was deployed from a bundle: its root has the stamp of a release, that of rendered/ has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from cloudformation.environment.delivery.release_stamp import Stamp, stamped
from tests.deployment.asked import asked
from tests.deployment.project import ROOT, write_project
from tests.deployment.standing import Standing

HEADED = "# Rendered from root.py by render.py.\n" + ROOT.replace(
    "Parameters:\n", "Metadata:\n  Own: 1\nParameters:\n", 1
)
FIRST = Stamp("1.4.0", "3f" * 20, "sha256:" + "9c" * 32)
SECOND = Stamp("1.5.0", "4a" * 20, "sha256:" + "0d" * 32)
Play = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, root=HEADED)


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str, root: str) -> tuple[int, str, str]:
        (project / "rendered/root.yaml").write_text(root)
        capsys.readouterr()
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


def _root(stage: Standing) -> str:
    answer = asked(stage.cloud, "GetTemplate", StackName="shop-dev", TemplateStage="Original")
    return str(answer["TemplateBody"])


@pytest.mark.slow
@pytest.mark.parametrize("files", [HEADED, stamped(HEADED, SECOND)])
def test_a_stack_from_a_bundle_is_what_the_files_say(play: Play, stage: Standing, files: str) -> None:
    assert play("--yes", root=stamped(HEADED, FIRST))[0] == 0
    assert "version 1.4.0" in _root(stage)
    code, _, said = play("status", root=files)
    assert code == 0
    assert "the files are the same; a deployment has nothing to do" in said
    code, _, said = play("plan", "--exit-code", root=files)
    assert (code, "no changes" in said) == (0, True), said
    code, _, said = play("--yes", root=files)
    assert (code, "uploading" in said, "change set" in said) == (0, False, False), said
    assert "version 1.4.0" in _root(stage), "nothing was executed"


def test_the_release_changes_with_the_next_change_of_the_stack(play: Play, stage: Standing) -> None:
    assert play("--yes", root=stamped(HEADED, FIRST))[0] == 0
    assert play("--yes", "--set", "Hours=7", root=stamped(HEADED, SECOND))[0] == 0
    assert "version 1.5.0" in _root(stage)
    assert play("--yes", "--set", "Hours=8", root=HEADED)[0] == 0
    assert "# Release" not in _root(stage)


@pytest.mark.slow
@pytest.mark.parametrize(
    "other",
    [
        stamped(HEADED, FIRST).replace("Own: 1", "Own: 2"),
        stamped(HEADED, FIRST).replace("    Digest:", "    Signer: somebody\n    Digest:"),
        HEADED.replace("Own: 1", "Own: 1\n  Release: 1.4.0"),
    ],
)
def test_anything_else_in_metadata_is_a_difference(play: Play, stage: Standing, other: str) -> None:
    assert play("--yes", root=other)[0] == 0
    code, _, said = play("status", root=HEADED)
    assert code == 0
    assert "the files are the same" not in said, said


def test_another_layer_under_the_same_stamp_is_a_difference(play: Play, stage: Standing) -> None:
    assert play("--yes", root=stamped(HEADED, FIRST))[0] == 0
    network = HEADED.replace("TemplateURL: network.yaml", "TemplateURL: app.yaml").replace(
        'TemplateURL: "app.yaml"', "TemplateURL: network.yaml"
    )
    assert network != HEADED
    assert "the files are the same" not in play("status", root=network)[2]
