"""Which modules are mutated, and which tests are asked of each: those beside it, then those from above."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

# The tests from above that play a package through more than its own room; the mirrored files come before them.
PACKAGES: dict[str, tuple[str, ...]] = {
    "deployment/change_set": (
        "tests/deployment/run/test_prepare.py",
        "tests/deployment/run/test_abandoned_change_sets.py",
        "tests/deployment/commands/test_saved_change_set.py",
    ),
    "deployment/diagnosis": ("tests/deployment/commands/test_recover.py", "tests/deployment/commands/test_status.py"),
    "rehearsal/change_sets/planning": ("tests/rehearsal/change_sets",),
    "deployment/review": (
        "tests/deployment/guards",
        "tests/deployment/report/test_masking.py",
        "tests/test_deploy_doubts.py",
    ),
    "cloudformation": ("tests/deployment/template", "tests/templates/rendering/test_services.py"),
}


def modules(package: str) -> list[Path]:
    """Of a package, those that hold more than a docstring."""
    return [path for path in sorted(Path(package).rglob("*.py")) if path.name != "__init__.py"]


def rounds(package: str, module: Path) -> list[tuple[str, ...]]:
    """The tests that a mutation of a module meets, round after round, the likeliest and quickest first."""
    room = Path("tests") / module.parent
    mirrored = room / f"test_{module.name}"
    asked = [(str(mirrored),), (str(room),), PACKAGES[package]]
    return [present for tests in asked if (present := tuple(_present(tests)))]


def _present(tests: tuple[str, ...]) -> Iterator[str]:
    return (path for path in tests if Path(path).exists())
