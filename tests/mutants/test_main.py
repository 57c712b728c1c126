"""Which mutations are played, what is known of each, and when the target fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import chosen
from tests.mutants.__main__ import Mutant, sampled, told
from tests.mutants.mutations import Mutation

MODULE = Path("deployment/change_set/discard.py")
ACCEPTED = "delete_empty: True -> False"


def _mutants(number: int) -> list[Mutant]:
    rounds = tuple(chosen.rounds("deployment/change_set", MODULE))
    return [Mutant(MODULE, Mutation(f"discard: {index}", 7, (), 0), rounds) for index in range(number)]


def _results(mutants: list[Mutant], alive: int = 0) -> dict[str, bool]:
    killed = {mutant.round_keys()[0]: True for mutant in mutants[alive:]}
    return killed | {key: False for mutant in mutants[:alive] for key in mutant.round_keys()}


def test_a_sample_is_the_same_whatever_else_is_added_and_another_seed_is_another_one() -> None:
    some = sampled(_mutants(50), 10, "")
    assert len(some) == 10
    assert sampled(_mutants(50)[::-1], 10, "") == some
    assert sampled(_mutants(50), 20, "")[:10] == some
    assert sampled(_mutants(50), 10, "other") != some
    assert len(sampled(_mutants(50), 0, "")) == 50


def test_one_round_that_kills_is_enough_and_only_all_rounds_show_that_it_lives() -> None:
    [mutant] = _mutants(1)
    first, *others = mutant.round_keys()
    assert others
    assert mutant.killed({first: True})
    assert mutant.killed({first: False}) is None
    assert mutant.killed(dict.fromkeys([first, *others], False)) is False
    assert mutant.killed({first: False, others[-1]: True})


def test_the_mirrored_file_comes_first_then_the_room_then_what_is_named_from_above() -> None:
    mirrored, room, above = chosen.rounds("deployment/change_set", MODULE)
    assert (mirrored, room) == (("tests/deployment/change_set/test_discard.py",), ("tests/deployment/change_set",))
    assert above == chosen.PACKAGES["deployment/change_set"]


@pytest.mark.parametrize("package", list(chosen.PACKAGES))
def test_every_package_has_modules_and_every_test_from_above_exists(package: str) -> None:
    assert chosen.modules(package)
    assert [path for path in chosen.PACKAGES[package] if not Path(path).exists()] == []


def test_the_target_fails_for_a_new_survivor_and_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    mutants = _mutants(20)
    assert told("x", mutants, mutants, _results(mutants), 3)
    assert not told("x", mutants, mutants, _results(mutants, alive=1), 3)
    assert "survived: deployment/change_set/discard.py:7 discard: 0" in capsys.readouterr().out


@pytest.mark.parametrize(("killed", "enough"), [(9, True), (8, False)])
def test_what_is_accepted_may_live_but_no_more_than_one_in_ten(killed: int, enough: bool) -> None:
    rounds = tuple(chosen.rounds("deployment/change_set", MODULE))
    accepted = Mutant(MODULE, Mutation(ACCEPTED, 94, (), 0), rounds)
    mutants = [accepted, *_mutants(killed)]
    results = _results(mutants, alive=1)
    assert told("x", mutants, mutants, results, 3) is enough


def test_what_there_was_no_time_for_is_counted_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    mutants = _mutants(10)
    assert told("x", mutants, mutants, _results(mutants[:6]), 3)
    assert "10 mutations, 6 played, 6 killed, 0 accepted, 0 new survivors, 4 without time" in capsys.readouterr().out
