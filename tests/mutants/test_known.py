"""What is known stays known as long as what it was learnt from is the same."""

from __future__ import annotations

from pathlib import Path

from tests.mutants import known


def _files(folder: Path) -> tuple[Path, Path]:
    module, test = folder / "module.py", folder / "test_module.py"
    module.write_text("LIMIT = 3")
    test.write_text("assert True")
    return module, test


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    known.write("one", True, tmp_path / "made")
    known.write("two", False, tmp_path / "made")
    assert known.read(tmp_path / "made") == {"one": True, "two": False}


def test_nothing_is_known_at_first(tmp_path: Path) -> None:
    assert known.read(tmp_path) == {}


def test_a_module_a_name_and_tests_that_are_others_are_played_again(tmp_path: Path) -> None:
    module, test = _files(tmp_path)
    first = known.key(module, "3 -> 4", [str(test)])
    assert known.key(module, "3 -> 4", [str(test)]) == first
    others = {known.key(module, "3 -> 5", [str(test)]), known.key(module, "3 -> 4", [])}
    module.write_text("LIMIT = 2")
    assert first not in others | {known.key(module, "3 -> 4", [str(test)])}


def test_a_test_that_is_added_to_a_room_has_the_room_played_again(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    module, test = _files(tmp_path / "here")
    same_but_one, _ = _files(tmp_path / "there")
    (tmp_path / "there" / "test_more.py").write_text("")
    assert known.content(test.parent) != known.content(same_but_one.parent)
    assert known.content(module) == known.content(same_but_one)
