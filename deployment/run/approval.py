"""Whether the reviewed changes are wanted: one answer for all, and one for each guarded change by its path."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from deployment.guards.guards import guarded, needing_approval, refuse_unknown, unmatched, with_guards
from deployment.guards.left_over import left_over_notes
from deployment.guards.removed_layers import removed_contents
from deployment.review.review import Kind, ResourceChange, Review
from deployment.run.outcome import Declined
from deployment.run.run import Run
from deployment.run.telling import Question
from deployment.settings.setting_change import due
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Documents

_GRAVE = (Kind.REPLACED, Kind.MAY_BE_REPLACED, Kind.REMOVED)


def guarded_review(run: Run, review: Review, sent: Documents | None = None) -> Review:
    """The review with its guarded changes marked.

    `sent` has the templates, for their update policies: without it, each of these is unknown. What is in nested stacks
    that are removed is looked up.
    """
    protect = run.environment.protect
    tell_misspelt(run, (change.path for change in review.resources))
    judged = with_guards(review, protect, removed_contents(run.cloudformation, review, run.waiting), sent)
    return replace(judged, notes=(*judged.notes, *left_over_notes(judged)))


def tell_misspelt(run: Run, paths: Iterable[ResourcePath]) -> None:
    """Notes what the environment file protects that is neither among these resources nor in the templates."""
    declared = [path / name for path, template in run.root.walk() for name in template.section("Resources")]
    if misspelt := unmatched(run.environment.protect, [*declared, *paths]):
        place = run.environment.place_of("protect")
        run.say(f"note: {place}: protect names resources that do not exist: {', '.join(misspelt)}")


def declined(run: Run, review: Review, purpose: str) -> Declined | None:
    """Asks for all approvals that are needed; None where each was given. `purpose` is what is asked: `Create stack x`.

    A guarded setting needs one as a guarded change does. Raises UnknownAllowance, before anything is asked, where
    --allow names neither.
    """
    stack, allowed = run.environment.stack, run.choices.allowed
    guards = needing_approval(review)
    refuse_unknown(allowed, tuple(guards))
    needed = guarded_questions(review, allowed)
    question = _question(run, review, purpose)
    if not run.approve(Question(question)):
        return Declined(stack, question, tuple(needed))
    if allowed:
        run.say(f"approved by --allow: {', '.join(allowed)}")
    for path, asked in needed.items():
        if not run.approve(Question(asked, typed=path, insists=True)):
            return Declined(stack, asked, tuple(needed))
    return None


def guarded_questions(review: Review, allowed: Collection[str]) -> dict[str, str]:
    """The question for each guarded change that has no approval beforehand, by the name that `--allow` uses."""
    changes = {str(change.path): change for change in guarded(review)}
    return {
        path: _guarded_question(changes[path]) if path in changes else f"Change {path}? It {why}."
        for path, why in needing_approval(review).items()
        if path not in allowed
    }


def purpose(run: Run, *, create: bool) -> str:
    """What a deployment asks about."""
    return f"{'Create' if create else 'Update'} stack {run.environment.stack}"


def _guarded_question(change: ResourceChange) -> str:
    removes = "Remove" if change.certain else "Perhaps remove"
    verbs = {Kind.REMOVED: removes, Kind.MAY_BE_REPLACED: "Perhaps replace", Kind.CHANGED: "Update"}
    verb = verbs.get(change.kind, "Replace")
    return f"{verb} {change.path}? It {change.guard}."


def _question(run: Run, review: Review, purpose: str) -> str:
    counted = [f"{review.count(kind)} {kind.value}" for kind in _GRAVE if review.count(kind)]
    counted += [f"{len(needing_approval(review))} guarded"] if needing_approval(review) else []
    names = [setting.name for setting in due(review.settings)]
    counted += [f"settings: {', '.join(names)}"] if names else []
    warning = f" ({', '.join(counted)})" if counted else ""
    return f"{purpose} in {run.environment.account}/{run.environment.region}{warning}?"
