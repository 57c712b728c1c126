"""What the services ask: their reviews are shown together and approved once, each guarded change by its own name."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from cloudformation.environment.environment_file import Environment
from deployment.errors import UnknownAllowance
from deployment.guards.guards import needing_approval
from deployment.review.review import Kind
from deployment.run.approval import guarded_questions
from deployment.run.telling import Question
from deployment.settings.setting_change import due as due_settings
from deployment.terminal.deletion_lines import deletion_lines
from deployment.terminal.screen import Screen
from deployment.terminal.together.allowances import SEPARATOR
from deployment.terminal.together.crew import Asked, Crew, Seat
from deployment.terminal.together.endings import unremarkable

_GRAVE = (Kind.REPLACED, Kind.MAY_BE_REPLACED, Kind.REMOVED)
Allowed = Mapping[str, Collection[str]]


def answer(crew: Crew, platform: Environment, allowed: Allowed, screen: Screen) -> None:
    """Answers what is due: nothing is shown while a person is asked, so that the question stays visible."""
    with crew.changed:
        due = crew.due()
        # In the order of the file, not of readiness: the same deployment is to read the same.
        places = {name: place for place, name in enumerate(crew.seats)}
        first = sorted((asked for asked in due if asked.together), key=lambda asked: places[asked.seat.name])
        for asked in due:
            if asked not in first:
                named = replace(asked.question, text=f"{asked.seat.name}: {asked.question.text}")
                crew.answered(asked, approved=screen.approve(named))
        if not first:
            return
        _show(crew, [asked.seat for asked in first], screen)
        if wrong := [name for name, seat in crew.seats.items() if isinstance(seat.ending, UnknownAllowance)]:
            screen.say(f"--allow names no guarded change: {', '.join(wrong)}; nothing is executed")
            for asked in first:
                crew.answered(asked, approved=False)
            return
        deleting = [asked for asked in first if asked.seat.deletion]
        reviewed = [asked for asked in first if asked not in deleting]
        for asked, approved in [
            *_reviewed(reviewed, platform, allowed, screen),
            *_deletions(deleting, platform, screen),
        ]:
            asked.seat.judged = True
            crew.answered(asked, approved=approved)


def _show(crew: Crew, seats: Iterable[Seat], screen: Screen) -> None:
    for seat in seats:
        screen.say(f"{seat.name}:")
        if seat.deletion:
            screen.say(*deletion_lines(seat.deletion))
        elif seat.reviewed:
            screen.review(seat.reviewed, screen.told)
    still = [name for name, seat in crew.seats.items() if seat.ending and unremarkable(seat.ending)]
    if still:
        screen.say(f"{', '.join(still)}: unchanged")


def _reviewed(
    due: list[Asked], platform: Environment, allowed: Allowed, screen: Screen
) -> Iterable[tuple[Asked, bool]]:
    """One question for all, then one for each guarded change that --allow does not name."""
    if not due:
        return
    if not screen.approve(Question(_question(due, platform))):
        yield from ((asked, False) for asked in due)
        return
    for asked in due:
        yield asked, _guarded(asked.seat, allowed[asked.seat.name], screen)


def _guarded(seat: Seat, allowed: Collection[str], screen: Screen) -> bool:
    questions = guarded_questions(seat.reviewed.review, allowed) if seat.reviewed else {}
    for path, text in questions.items():
        if not screen.approve(Question(f"{seat.name}: {text}", typed=f"{seat.name}{SEPARATOR}{path}", insists=True)):
            return False
    seat.approved = frozenset(questions)
    return True


def _question(due: list[Asked], platform: Environment) -> str:
    reviews = [asked.seat.reviewed for asked in due if asked.seat.reviewed]
    counts = {kind.value: sum(reviewed.review.count(kind) for reviewed in reviews) for kind in _GRAVE}
    counts["guarded"] = sum(len(needing_approval(reviewed.review)) for reviewed in reviews)
    warnings = [f"{count} {word}" for word, count in counts.items() if count]
    created = [asked.seat.name for asked in due if asked.seat.reviewed and asked.seat.reviewed.create]
    updated = [asked.seat.name for asked in due if asked.seat.name not in created]
    verbs = [f"{verb} {', '.join(names)}" for verb, names in (("create", created), ("update", updated)) if names]
    names = dict.fromkeys(setting.name for reviewed in reviews for setting in due_settings(reviewed.review.settings))
    warnings += [f"settings: {', '.join(names)}"] if names else []
    warning = f" ({', '.join(warnings)})" if warnings else ""
    text = f"{' and '.join(verbs)} in {platform.account}/{platform.region}{warning}?"
    return f"{text[0].upper()}{text[1:]}"


def _deletions(due: list[Asked], platform: Environment, screen: Screen) -> Iterable[tuple[Asked, bool]]:
    """One question for all, by the platform's name; without a person, one for those that --yes does not approve."""
    insisting = [asked for asked in due if asked.question.insists]
    others = [asked for asked in due if not asked.question.insists]
    groups = [due] if screen.attended else [insisting, others]
    for group in (group for group in groups if group):
        names = ", ".join(asked.seat.name for asked in group)
        guarded = sum(len(asked.seat.deletion.guards) for asked in group if asked.seat.deletion)
        warning = f" {guarded} of their resources are guarded." if guarded else ""
        insists = any(asked.question.insists for asked in group)
        text = f"Delete the stacks of {names} in {platform.account}/{platform.region}?{warning}"
        approved = screen.approve(Question(text, typed=platform.stack, insists=insists))
        yield from ((asked, approved) for asked in group)
