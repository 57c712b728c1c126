"""The settings whose change is guarded are settings that a run changes, under the names that approve them."""

from __future__ import annotations

from cloudformation.environment.delivery.guarded_settings import GUARDED_SETTINGS
from deployment.settings.setting_change import BESIDE, CARRIED


def test_each_is_set_beside_an_operation_or_goes_with_it() -> None:
    assert GUARDED_SETTINGS.keys() <= {*BESIDE, *CARRIED}
    assert all(why.startswith("weakens a protection: ") for why in GUARDED_SETTINGS.values())
