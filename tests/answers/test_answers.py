"""Some of what `python -m tests.answers` plays: a strange answer ends in no traceback, wrong word or leftover."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.answers.played import Case, Played, played_in

_FEW = (
    "update: ExecuteChangeSet a portal's page (always)",
    "update: DescribeStackEvents a portal's page (first)",
    "update: DescribeStackEvents a new ResourceStatus (always)",
    "update: DescribeStackEvents without EventId (always)",
    "update: DescribeStackEvents oldest first (always)",
    "update: DescribeStacks denies the stack (last)",
    "create: CreateChangeSet without Id (always)",
    "plan: DescribeChangeSet without ExecutionStatus (always)",
    "plan: DescribeChangeSet a new Status (always)",
)
_EACH = 37


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        made = played_in(tmp_path_factory.mktemp("shop"))
        with closing(made.stage.session):
            yield made


@pytest.fixture(scope="module")
def cases(played: Played) -> dict[str, Case]:
    return {str(case): case for case in played.cases()}


@pytest.mark.slow
def test_a_few_strange_answers_end_as_they_should(played: Played, cases: dict[str, Case]) -> None:
    untrue = {name: wrong for name in _FEW if (wrong := played.untrue(cases[name]))}
    assert untrue == {}


@pytest.mark.slow
def test_strange_answers_at_every_call_end_as_they_should(
    played: Played, cases: dict[str, Case], capsys: pytest.CaptureFixture[str]
) -> None:
    some = [*cases.values()][::_EACH]
    untrue = {str(case): wrong for case in some if (wrong := played.untrue(case))}
    with capsys.disabled():
        sys.stderr.write(f"\n{len(some)} of {len(cases)} strange answers played\n")
    assert untrue == {}
    assert {case.command for case in some} == played.commands.keys()
