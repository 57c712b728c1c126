"""Setting what no change set can: termination protection and the stack policy, as they were approved."""

from collections.abc import Callable, Iterable

from cloudformation.environment.delivery.guarded_settings import STACK_POLICY, TERMINATION_PROTECTION
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.settings.setting_change import SettingChange
from deployment.settings.stack_policy import NO_POLICY


def apply(cloudformation: Client, stack: str, settings: Iterable[SettingChange], say: Callable[[str], None]) -> None:
    """Applies, to the stack of that ARN, those of these settings that have a call of their own."""
    for setting in settings:
        if setting.name == TERMINATION_PROTECTION:
            say(f"turning termination protection {setting.after}")
            call(
                cloudformation.update_termination_protection,
                StackName=stack,
                EnableTerminationProtection=setting.after == "on",
            )
        elif setting.name == STACK_POLICY:
            say("setting the stack policy" if setting.after else "removing the stack policy")
            call(cloudformation.set_stack_policy, StackName=stack, StackPolicyBody=setting.after or NO_POLICY)


def protected_after(protected: bool, settings: Iterable[SettingChange]) -> bool:
    """Whether a stack is protected from deletion once these settings are applied."""
    said = [setting.after for setting in settings if setting.name == TERMINATION_PROTECTION and not setting.deferred]
    return said[-1] == "on" if said else protected
