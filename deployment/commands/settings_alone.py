"""What a run does where no resource changes: the settings that differ are shown, asked for, and set."""

from dataclasses import replace

from deployment.review.review import LayerReview, Review
from deployment.review.sides import stands
from deployment.run.approval import declined
from deployment.run.outcome import Outcome, Planned, SettingsChanged, Unchanged
from deployment.run.prepare import Prepared
from deployment.run.run import Run
from deployment.run.telling import Reviewed
from deployment.settings.applying import apply, protected_after
from deployment.settings.setting_change import SettingChange, due, without_change_set
from deployment.settings.stated import acknowledged, beside, carried
from deployment.stack.stack import Stack
from deployment.template.resource_path import ROOT
from deployment.template.values import Values


def all_settings(run: Run, prepared: Prepared) -> tuple[SettingChange, ...]:
    """What a deployment through a change set would change beside resources."""
    stack = prepared.existing
    return (
        *beside(run.environment, stack, prepared.policy),
        *carried(run.environment, stack),
        *acknowledged(stack, acknowledged_capabilities(run)),
    )


def acknowledged_capabilities(run: Run) -> frozenset[str]:
    """What is sent: what the templates show to be needed, and what the environment file adds."""
    return run.root.capabilities | frozenset(run.environment.operation.capabilities)


def settings_alone(run: Run, stack: Stack, settings: tuple[SettingChange, ...], *, plan: bool) -> Outcome:
    """The end of a run whose change set would change no resource; settings that need a change set wait."""
    left = without_change_set(settings)
    if not left:
        return Planned(stack.name, None) if plan else Unchanged(stack)
    told = Reviewed(stack.name, False, Review(untouched(run), (), settings=left), ())
    if plan:
        return Planned(stack.name, told)
    run.tell(told)
    if not due(left):
        return Unchanged(stack, left)
    refused = declined(run, told.review, f"Change settings of stack {stack.name}")
    if refused is not None:
        return refused
    apply(run.cloudformation, stack.arn, left, run.say)
    return SettingsChanged(replace(stack, protected=protected_after(stack.protected, left)), told.review)


def untouched(run: Run) -> LayerReview:
    """The tree of the files, in which nothing changes; a nested stack that its condition leaves out is not there."""
    side = Values(run.root.documents, run.parameters, run.pseudo_parameters)
    there = [ROOT / name for name in run.root.nested if stands(side, ROOT / name) is not False]
    layers = tuple(LayerReview(at, None, (), (), ()) for at in there)
    return LayerReview(ROOT, None, (), (), layers)
