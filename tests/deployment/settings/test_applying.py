"""What no change set can set."""

from deployment.settings.applying import apply, protected_after
from deployment.settings.setting_change import SettingChange
from tests.deployment.fake_client import FakeClient

PROTECTED = SettingChange("termination-protection", "off", "on", "after")
POLICY = SettingChange("stack-policy", '{"Statement":[1]}', None, "after")


def test_what_has_a_call_of_its_own_is_set_and_nothing_else() -> None:
    client = FakeClient("cloudformation", update_termination_protection={"StackId": "s"}, set_stack_policy={})
    said: list[str] = []
    apply(client, "arn", (PROTECTED, SettingChange("role", None, "r", "with"), POLICY), said.append)
    assert client.named("update_termination_protection") == [{"StackName": "arn", "EnableTerminationProtection": True}]
    assert client.named("set_stack_policy") == [{"StackName": "arn", "StackPolicyBody": "{}"}]
    assert said == ["turning termination protection on", "removing the stack policy"]


def test_what_a_stack_is_afterwards_follows_from_what_was_set() -> None:
    assert protected_after(False, (PROTECTED,)) is True
    assert protected_after(True, (POLICY,)) is True
