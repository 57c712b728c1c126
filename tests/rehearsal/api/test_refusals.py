"""Operations that are refused by name."""

from __future__ import annotations

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.api.refusals import REASONS
from tests.rehearsal.play import Play


@pytest.mark.parametrize("operation", REASONS)
def test_what_is_known_but_not_simulated_is_refused_with_its_reason(operation: str) -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()(operation)
    assert refused.value.message == f"{operation} is not simulated by the rehearsal: {REASONS[operation]}"
    assert refused.value.code == "InvalidAction"


def test_what_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()("RegisterType")
    assert refused.value.message == "RegisterType is not simulated by the rehearsal"
