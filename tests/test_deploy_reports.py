"""The command's reports, played against the rehearsal: every ending in every form, and no secret in any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import deploy as command
from tests.deployment.project import APP, ENVIRONMENT, ROOT, write_project
from tests.deployment.standing import Standing
from tests.deployment.this_process import RehearsalHere

_SCHEMA = json.loads((Path(__file__).parent.parent / "docs/report.schema.json").read_text(encoding="utf-8"))
_SECRET = "hunter2-and-more"
_SECRET_ROOT = ROOT.replace(
    "Parameters:\n", "Parameters:\n  Password:\n    Type: String\n    NoEcho: true\n", 1
).replace("        Hours: !Ref Hours\n", "        Hours: !Ref Hours\n        Password: !Ref Password\n")
_SECRET_APP = APP.replace("Parameters:\n", "Parameters:\n  Password:\n    Type: String\n    NoEcho: true\n", 1).replace(
    "GroupDescription: app", "GroupDescription: !Ref Password"
)


class _Command:
    """Runs the command in one project, always with a page beside."""

    def __init__(self, project: Path, capsys: pytest.CaptureFixture[str], stage: Standing | None = None) -> None:
        self._project = project
        self._capsys = capsys
        self._stage = stage or RehearsalHere
        self.page_file = project / "report.html"
        self.told = ""

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and stdout."""
        self.page_file.unlink(missing_ok=True)
        given = ["--env", "dev", "--rehearse", "--html", str(self.page_file), *arguments]
        code = command.main(given, self._project, rehearsal=self._stage)
        captured = self._capsys.readouterr()
        self.told = captured.err
        return code, captured.out

    def document(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Exit code and the JSON document, which has the documented form."""
        code, out = self.run("--output", "json", *arguments)
        body: dict[str, Any] = json.loads(out)
        jsonschema.Draft202012Validator(_SCHEMA).validate(body)
        return code, body

    @property
    def page(self) -> str:
        return self.page_file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_whole_life_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str], stage: Standing) -> None:
    shop = _Command(write_project(tmp_path), capsys, stage)
    assert shop.document("status")[1]["outcome"] == "absent"
    code, body = shop.document("--yes")
    assert (code, body["outcome"], body["create"]) == (0, "deployed", True)
    assert {each["path"] for each in body["changes"]} == {"Network/Vpc", "App/Group", "App/Role"}
    assert [each["path"] for each in body["layers"]] == ["Network", "App"]
    assert "shop-dev is CREATE_COMPLETE after" in shop.page
    assert shop.document()[1]["outcome"] == "unchanged"
    code, body = shop.document("plan", "--set", "Hours=7")
    assert [each["path"] for each in body["changes"]] == ["App/Role"]
    assert body["overridden"] == {"Hours": "7"}
    assert 'data-kind="changed"' in shop.page
    code, body = shop.document("--set", "Hours=7")
    assert (code, body["outcome"], len(body["changes"])) == (3, "declined", 1)
    code, body = shop.document("delete", "--yes")
    assert (code, body["outcome"], body["needed"]) == (3, "declined", ["shop-dev"])
    assert [row["path"] for row in body["deletion"]["goes"] if row["guard"]] == ["Network/Vpc", "App/Group", "App/Role"]
    code, body = shop.document("delete", "--yes", "--allow", "shop-dev")
    assert (body["outcome"], len(body["deletion"]["goes"])) == ("deleted", 3)
    assert "shop-dev is deleted after" in shop.page


def test_a_failure_is_reported_with_its_first_cause(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = _Command(write_project(tmp_path), capsys)
    code, body = shop.document("--yes", "--fail", "App/Group=The <b>group</b> is not wanted")
    assert (code, body["outcome"], body["status"]) == (1, "failed", "ROLLBACK_COMPLETE")
    assert (body["cause"]["path"], body["cause"]["reason"]) == ("App/Group", "The <b>group</b> is not wanted")
    assert "The &lt;b&gt;group&lt;/b&gt; is not wanted" in shop.page
    assert 'class="cell failed"' in shop.page
    code, out = shop.run("--output", "markdown")
    assert code == 5
    assert out.startswith("### stack shop-dev is in ROLLBACK&#95;COMPLETE")


def test_what_is_wrong_in_a_file_is_reported_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("DesiredCount", "DesiredCont"))
    shop = _Command(project, capsys)
    code, body = shop.document()
    assert (code, body["error"], body["nothing_sent"], body["stack"]) == (2, "FileProblems", True, "shop-dev")
    assert "did you mean DesiredCount?" in shop.page
    assert "Vpc" in shop.page, "the templates could be read, so the system is drawn"


def test_an_environment_that_is_not_there_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = _Command(write_project(tmp_path), capsys)
    code, body = shop.document("--env", "nowhere")
    assert (code, body["error"], body["stack"]) == (2, "UnknownEnvironment", None)
    assert "there is no environment named" in shop.page


@pytest.mark.parametrize("written", ["true", '"True"'])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.slow
def test_a_no_echo_parameter_is_in_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stage: Standing, form: str, written: str
) -> None:
    root, app = (each.replace("NoEcho: true", f"NoEcho: {written}") for each in (_SECRET_ROOT, _SECRET_APP))
    shop = _Command(write_project(tmp_path, root=root, app=app), capsys, stage)
    assert shop.run("--yes", "--set", f"Password={_SECRET}-before")[0] == 0
    code, out = shop.run("plan", "--set", f"Password={_SECRET}", "--set", "Hours=7", "--output", form)
    assert code == 0
    told = out + shop.told + shop.page
    assert "Hours" in told
    assert _SECRET not in told
    assert "****" in told
    code, out = shop.run("status", "--set", f"Password={_SECRET}", "--output", form)
    assert code == 0
    assert _SECRET not in out + shop.told + shop.page


def test_a_page_that_cannot_be_written_changes_no_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = _Command(write_project(tmp_path), capsys)
    shop.page_file = tmp_path / ("x" * 250)  # with what is added while it is written, the name is too long
    assert shop.run("status")[0] == 0
    assert "could not be written: File name too long" in shop.told


def test_a_page_in_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--env", "dev", "--html", str(tmp_path / "none/page.html")], tmp_path)
    assert ended.value.code == 2
    assert "is not a file in a folder that exists" in capsys.readouterr().err
