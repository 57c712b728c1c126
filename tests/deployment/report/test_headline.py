"""One sentence and one word for every ending."""

from __future__ import annotations

import pytest

from deployment.report.headline import badge, facts, headline
from tests.deployment.report.examples import EXAMPLES

_TOTALS = "1 added, 2 changed in place, 1 may be replaced, 1 replaced, 1 removed, 1 imported"
_SAID = {
    "unchanged": ("unchanged", "shop-dev is up to date (CREATE_COMPLETE); nothing to do"),
    "planned": ("planned", f"shop-dev: a deployment would update it: {_TOTALS}"),
    "planned without changes": ("planned", "shop-dev: no changes"),
    "planned text only": ("planned", "shop-dev: a deployment would update it: no resource changes"),
    "declined": ("declined", "declined; nothing was changed on shop-dev"),
    "deployed": ("deployed", f"shop-dev is CREATE_COMPLETE after 2m 05s: {_TOTALS}"),
    "deleted": ("deleted", "shop-dev is deleted after 1m 01s"),
    "absent": ("no stack", "stack shop-dev does not exist"),
    "shown": ("status", "shop-dev is UPDATE_ROLLBACK_COMPLETE, last operation 2026-01-02 03:04:05+00:00"),
    "recovered": ("recovered", "shop-dev is UPDATE_ROLLBACK_COMPLETE; it can be deployed again"),
    "no drift": ("drift", "no drift in shop-dev and 2 nested stacks"),
    "drift": ("drift", "2 resources drifted in shop-dev and 2 nested stacks"),
    "failed": ("failed", "stack shop-dev is in ROLLBACK_COMPLETE"),
    "nothing sent": ("nothing sent", "params/dev.yaml has a problem"),
}


@pytest.mark.parametrize("name", _SAID)
def test_every_ending_is_said_in_a_word_and_in_a_sentence(name: str) -> None:
    assert (badge(EXAMPLES[name]), headline(EXAMPLES[name])) == _SAID[name]


def test_the_facts_are_those_that_are_known() -> None:
    subject = {"stack": "shop-dev", "environment": "dev", "account": "111122223333", "region": "eu-west-1"}
    written = {"written": "2026-01-02 03:04 UTC"}
    assert dict(facts(EXAMPLES["no environment"])) == {}
    assert dict(facts(EXAMPLES["failed"])) == subject | {"status": "ROLLBACK_COMPLETE"} | written
    assert dict(facts(EXAMPLES["deployed"])) == {
        **subject,
        "status": "CREATE_COMPLETE",
        "duration": "2m 05s",
        "termination protection": "off",
        **written,
    }
    assert dict(facts(EXAMPLES["shown"]))["status reason"] == "why"
