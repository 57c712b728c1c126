"""Settings, and what is left of them where no change set is executed."""

from deployment.settings.setting_change import SettingChange, due, without_change_set


def test_without_a_change_set_what_goes_with_one_waits_unguarded() -> None:
    settings = (
        SettingChange("termination-protection", "on", "off", "after", "weakens"),
        SettingChange("rollback-triggers", "a", None, "with", "weakens"),
        SettingChange("capabilities", None, "CAPABILITY_IAM", "with"),
        SettingChange("artifacts-bucket", None, "b", "before"),
    )
    left = without_change_set(settings)
    assert [(setting.name, setting.guard, setting.deferred) for setting in left] == [
        ("termination-protection", "weakens", False),
        ("rollback-triggers", None, True),
    ]
    assert [setting.name for setting in due(left)] == ["termination-protection"]
