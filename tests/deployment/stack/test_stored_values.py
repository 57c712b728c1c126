"""What Systems Manager has is checked against what it had when the change set was made."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.errors import Overtaken, StoredValuesUnread
from deployment.stack.invocation import Invocation
from deployment.stack.stored_values import refuse_moved, stored_versions_of
from tests.deployment.fake_client import FakeClient, refusal


def _client(**versions: int) -> FakeClient:
    def parameters(Names: list[str]) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        assert len(Names) <= 10
        return {"Parameters": [{"Name": name, "Version": versions[name]} for name in Names if name in versions]}

    return FakeClient("ssm", get_parameters=parameters)


def test_every_version_is_asked_for_in_calls_of_ten() -> None:
    names = [f"p{number}" for number in range(23)]
    client = _client(**dict.fromkeys(names[1:], 1))
    assert stored_versions_of(client, names) == {**dict.fromkeys(names, 1), "p0": None}
    assert len(client.calls) == 3


def test_a_value_that_stays_is_no_reason_to_stop_and_none_is_not_asked_for() -> None:
    refuse_moved(_client(a=3), {"a": 3, "gone": None}, Invocation(("--env", "dev")))
    client = _client()
    refuse_moved(client, {}, Invocation(("--env", "dev")))
    assert client.calls == []


@pytest.mark.parametrize(("now", "told"), [({"a": 4}, "a: version 3 -> 4"), ({}, "a: version 3 -> None")])
def test_another_value_or_none_stops_the_execution_and_is_named(now: dict[str, int], told: str) -> None:
    with pytest.raises(Overtaken) as caught:
        refuse_moved(_client(**now), {"a": 3}, Invocation(("--env", "dev")))
    assert caught.value.findings == (told,)


def test_what_may_not_be_read_cannot_be_reviewed() -> None:
    client = FakeClient("ssm", get_parameters=refusal("AccessDeniedException", "not authorized"))
    with pytest.raises(StoredValuesUnread, match="may not read") as caught:
        stored_versions_of(client, ["/x"])
    assert caught.value.findings[0] == "/x"
    assert "ssm:GetParameters" in (caught.value.remedy or "")
