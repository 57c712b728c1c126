"""The check of the imports can fail: each rule is shown a small tree that breaks it, and one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import house_rules as rules
from tests.house import House, read_house

DRAWINGS = {"wing": "top/\nleft/ right/\nlow/ errors", "wing/top": "*\ninner/"}
# One import of wing.top.work in every form that Python has; each stands in wing/low/store.py.
FORMS = [
    "from wing.top.work import run",
    "from wing.top import work",
    "import wing.top.work",
    "import json, wing.top.work as other",
    "from ..top import work",
    "from ..top.work import run",
    "def later():\n    from wing.top.work import run",
    "class Later:\n    def at(self):\n        import wing.top.work",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from wing.top.work import Run",
    "try:\n    import wing.top.work\nexcept ImportError:\n    pass",
    "from importlib import import_module\nimport_module('wing.top.work')",
    "import importlib\nimportlib.import_module(name='x', *[]) if 0 else importlib.import_module('wing.top.work')",
    "__import__('wing.top.work')",
]


def built(root: Path, **more: str) -> House:
    """A sound wing, and files that are changed or added: `low__store` stands for wing/low/store.py."""
    files = {
        "__init__": "",
        "errors": "",
        "top__work": "from wing.left import plan\nfrom wing.top.inner.part import x\nfrom . import other",
        "top__other": "",
        "top__inner__part": "from wing.low import store",
        "left__plan": "from wing.low.store import a\nfrom wing import errors",
        "right__look": "",
        "low__store": "from json import dumps",
    }
    for name, text in (files | more).items():
        file = root / "wing" / (name.replace("__", "/") if name != "__init__" else name)
        file = file.with_name(file.name + ".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(f'"""Of {name}."""\n{text}\n' if text is not None else "", encoding="utf-8")
    return read_house(root, ["wing"])


def test_a_sound_tree_has_no_offence(tmp_path: Path) -> None:
    sound = built(tmp_path)
    assert rules.upward(sound, DRAWINGS) == rules.undrawn(sound, DRAWINGS) == rules.circles(sound) == []
    assert rules.between_wings(sound, {"wing": {"boto3"}}) == rules.slow_at_start(sound, {"boto3"}, {}) == []
    assert rules.beyond_the_standard_library(sound, {"wing": set()}) == rules.ended_or_printed(sound, set()) == []
    assert rules.crowded(sound, 5) == rules.oversized(sound, 9, 9) == rules.named_twice(sound, "wing") == []


@pytest.mark.parametrize("form", FORMS)
def test_an_import_upwards_is_seen_in_every_form(tmp_path: Path, form: str) -> None:
    offences = rules.upward(built(tmp_path, low__store=form), DRAWINGS)
    line = next(number for number, text in enumerate(form.splitlines(), 2) if "wing.top" in text or "..top" in text)
    assert offences == [
        f"wing/low/store.py:{line}: imports wing.top.work; in wing/ top/ is not below low/",
    ]


def test_a_room_imports_nothing_of_the_room_beside_it(tmp_path: Path) -> None:
    offences = rules.upward(built(tmp_path, left__plan="from wing.right import look"), DRAWINGS)
    assert offences == ["wing/left/plan.py:2: imports wing.right.look; in wing/ right/ is not below left/"]


def test_a_module_beside_the_rooms_has_a_floor_too(tmp_path: Path) -> None:
    offences = rules.upward(built(tmp_path, errors="import wing.left.plan"), DRAWINGS)
    assert offences == ["wing/errors.py:2: imports wing.left.plan; in wing/ left/ is not below errors"]


def test_floors_hold_within_a_room(tmp_path: Path) -> None:
    offences = rules.upward(built(tmp_path, top__inner__part="from wing.top import other"), DRAWINGS)
    assert offences == [
        "wing/top/inner/part.py:2: imports wing.top.other; in wing/top/ other is not below inner/",
    ]


def test_modules_that_no_drawing_tells_apart_may_import_each_other(tmp_path: Path) -> None:
    assert rules.upward(built(tmp_path, top__other="import wing.left.plan"), DRAWINGS) == []
    assert rules.upward(built(tmp_path, low__disk="import wing.low.store"), DRAWINGS) == []


def test_a_new_folder_needs_a_floor(tmp_path: Path) -> None:
    tree = built(tmp_path, new__idea="", top__deeper__idea="", low__deep__idea="")
    assert rules.undrawn(tree, DRAWINGS) == [
        "wing/new/: has no floor in the drawing of wing/",
        "wing/low/deep/: has no floor in the drawing of wing/low/",
        "wing/low/store: has no floor in the drawing of wing/low/",
        "wing/top/deeper/: has no floor in the drawing of wing/top/",
    ]


def test_a_new_module_directly_in_a_wing_needs_a_floor(tmp_path: Path) -> None:
    assert rules.undrawn(built(tmp_path, idea=""), DRAWINGS) == ["wing/idea: has no floor in the drawing of wing/"]


def test_a_floor_of_what_is_gone_is_an_offence(tmp_path: Path) -> None:
    drawings = DRAWINGS | {"wing": DRAWINGS["wing"] + " gone/"}
    assert rules.undrawn(built(tmp_path), drawings) == ["wing/gone/: is drawn and is not there"]


@pytest.mark.parametrize("form", FORMS)
def test_a_circle_is_seen_whenever_its_imports_are_made(tmp_path: Path, form: str) -> None:
    tree = built(tmp_path, low__store=form)
    ways = [offence for offence in rules.circles(tree) if "wing/low/store.py" in offence]
    assert ways
    assert all("imports wing.top.work" in way and way.endswith(": a circle") for way in ways)


def test_circles_are_told_one_by_one(tmp_path: Path) -> None:
    tree = built(
        tmp_path,
        right__look="import wing.right.back",
        right__back="import wing.right.look",
        errors="import wing.errors2",
        errors2="def f():\n    import wing.errors",
    )
    assert len(rules.circles(tree)) == 2


@pytest.mark.parametrize("form", ["import boto3", "from boto3.session import Session", "def f():\n    import boto3.x"])
def test_what_belongs_to_another_wing_is_not_imported(tmp_path: Path, form: str) -> None:
    (offence,) = rules.between_wings(built(tmp_path, low__store=form), {"wing": {"boto3"}})
    assert offence.startswith("wing/low/store.py:")
    assert offence.endswith("; wing may import nothing of boto3")


def test_a_module_that_is_named_in_parts_is_known_by_its_first(tmp_path: Path) -> None:
    text = "from importlib import import_module\nimport_module(f'moto.{1}.models')"
    assert len(rules.between_wings(built(tmp_path, low__store=text), {"wing": {"moto"}})) == 1


def test_a_command_is_held_like_a_wing(tmp_path: Path) -> None:
    (tmp_path / "render.py").write_text('"""Renders."""\nimport boto3\n', encoding="utf-8")
    (offence,) = rules.between_wings(read_house(tmp_path, ["render.py"]), {"render.py": {"boto3"}})
    assert offence == "render.py:2: imports boto3; render.py may import nothing of boto3"


def test_the_ground_floor_takes_nothing_but_the_standard_library_and_its_list(tmp_path: Path) -> None:
    tree = built(tmp_path, low__store="import yaml, json\nimport regex\nfrom templates.parts import wiring")
    assert rules.beyond_the_standard_library(tree, {"wing": {"yaml"}}) == [
        "wing/low/store.py:3: imports regex; wing stands on the standard library and yaml alone",
        "wing/low/store.py:4: imports templates.parts; wing stands on the standard library and yaml alone",
    ]


@pytest.mark.parametrize(
    "form", ["import moto", "if True:\n    from moto import x", "class A:\n    import moto.server"]
)
def test_a_slow_import_at_the_top_is_seen(tmp_path: Path, form: str) -> None:
    (offence,) = rules.slow_at_start(built(tmp_path, low__store=form), {"moto"}, {})
    assert offence.endswith("at the top, where everybody pays for it")


@pytest.mark.parametrize(
    "form", ["def f():\n    import moto", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import moto"]
)
def test_a_slow_import_where_it_is_needed_is_none(tmp_path: Path, form: str) -> None:
    assert rules.slow_at_start(built(tmp_path, low__store=form), {"moto"}, {}) == []


def test_a_module_that_may_be_slow_is_imported_late_itself(tmp_path: Path) -> None:
    may = {"wing.low.store": "rich"}
    tree = built(
        tmp_path, low__store="import rich", left__plan="def f():\n    import wing.low.store", top__inner__part=""
    )
    assert rules.slow_at_start(tree, {"rich"}, may) == []
    assert len(rules.slow_at_start(built(tmp_path, low__store="import rich\nimport moto"), {"rich", "moto"}, may)) == 3


def test_a_crowded_folder_is_seen(tmp_path: Path) -> None:
    assert rules.crowded(built(tmp_path), 3) == ["wing/: has 5 entries, more than 3"]


def test_a_long_module_and_a_long_function_are_seen(tmp_path: Path) -> None:
    tree = built(tmp_path, low__store="class A:\n    def f(self):\n        a = 1\n        b = 2\n        c = 3")
    assert rules.oversized(tree, 5, 2) == [
        "wing/low/store.py: has 6 lines, more than 5",
        "wing/low/store.py:3: f has 3 lines, more than 2",
    ]


def test_a_module_without_a_docstring_is_seen(tmp_path: Path) -> None:
    tree = built(tmp_path)
    (tmp_path / "wing" / "low" / "store.py").write_text("x = 1\n", encoding="utf-8")
    assert "wing/low/store.py: does not say what it is" not in rules.undescribed(tree)
    assert "wing/low/store.py: does not say what it is" in rules.undescribed(read_house(tmp_path, ["wing"]))


def test_a_vague_name_of_a_module_or_a_room_is_seen(tmp_path: Path) -> None:
    tree = built(tmp_path, low__utils="", helpers__plan2="")
    assert rules.vague(tree, {"utils", "helpers"}) == [
        "wing/helpers/: is a name for anything",
        "wing/low/utils: is a name for anything",
    ]


def test_a_name_that_is_used_twice_is_seen_among_modules_and_rooms(tmp_path: Path) -> None:
    tree = built(tmp_path, low__plan="", right__top="")
    assert rules.named_twice(tree, "wing") == [
        "wing/right/top, wing/top/: one name",
        "wing/left/plan, wing/low/plan: one name",
    ]


@pytest.mark.parametrize(
    "call", ["print(1)", "sys.exit(2)", "exit()", "time.sleep(1)", "raise SystemExit(1)", "def f():\n    print()"]
)
def test_what_only_a_command_does_is_seen(tmp_path: Path, call: str) -> None:
    tree = built(tmp_path, low__store=call)
    (offence,) = rules.ended_or_printed(tree, set())
    assert offence.endswith("; only a command does that")
    assert rules.ended_or_printed(tree, {"wing/low/store.py"}) == []


@pytest.mark.parametrize("call", ["clock.sleep(1)", "console.print(1)", "time.sleep(0)"])
def test_what_is_handed_in_may_sleep_and_print(tmp_path: Path, call: str) -> None:
    assert rules.ended_or_printed(built(tmp_path, low__store=call), set()) == []
