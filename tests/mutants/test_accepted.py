"""What may live is named with a reason, and is still a mutation of the code."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.accepted import accepted
from tests.mutants.mutations import mutations


def test_each_accepted_mutation_is_one_of_its_module_with_a_reason() -> None:
    for module, reasons in accepted().items():
        there = {mutation.name for mutation in mutations(Path(module).read_text())}
        assert [name for name in reasons if name not in there] == [], module
        assert all(len(reason.split()) > 3 for reason in reasons.values())


def test_an_empty_list_accepts_nothing(tmp_path: Path) -> None:
    (tmp_path / "accepted.yaml").write_text("")
    assert accepted(tmp_path / "accepted.yaml") == {}
