"""Whether the rendered tree is fresh is asked of render.py itself."""

from pathlib import Path

import pytest

from deployment.artifacts.freshness import FreshnessCheck, stale_files
from deployment.errors import NothingSent, StaleRendered
from tests.deployment.project import STALE


def _checked(project: Path, script: str) -> None:
    (project / "render.py").write_text(script)
    FreshnessCheck(project).result()


def test_a_fresh_tree_is_silent(tmp_path: Path) -> None:
    _checked(tmp_path, "import sys; assert sys.argv[1:] == ['--check', '--no-diagram']")


def test_a_stale_tree_is_told_by_file(tmp_path: Path) -> None:
    with pytest.raises(StaleRendered) as caught:
        _checked(tmp_path, STALE)
    assert caught.value.findings == ("rendered/app.yaml: 2 lines differ",)


@pytest.mark.parametrize("encoding", ["utf-16", "cp037", "utf-8-sig"])
def test_what_it_says_is_read_whatever_the_commands_own_streams_are_written_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    with pytest.raises(StaleRendered) as caught:
        _checked(tmp_path, STALE.replace("app.yaml", "käse.yaml"))
    assert caught.value.findings == ("rendered/käse.yaml: 2 lines differ",)


def test_a_check_that_fails_otherwise_is_told_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(NothingSent) as caught:
        _checked(tmp_path, "raise SystemExit('no module named troposphere')")
    assert caught.value.findings == ("no module named troposphere",)
    with pytest.raises(NothingSent) as caught:
        _checked(tmp_path, "raise SystemExit(7)")
    assert caught.value.findings == ("exit code 7",)


def test_a_question_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    (tmp_path / "render.py").write_text("import time; time.sleep(60)")
    check = FreshnessCheck(tmp_path)
    check.end()
    check.end()
    with pytest.raises(NothingSent):
        check.result()


def test_added_removed_and_changed_files_are_named_by_the_path_that_exists() -> None:
    diff = """--- /dev/null
+++ rendered/new.yaml
@@ -0,0 +1 @@
+a
--- rendered/old.yaml
+++ /dev/null
@@ -1,2 +0,0 @@
-a
-b
"""
    assert stale_files(diff) == ["rendered/new.yaml: 1 lines differ", "rendered/old.yaml: 2 lines differ"]
