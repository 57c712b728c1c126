"""An answer as lines for people: each step, the rule that decides, and why those asked before it do not."""

from collections.abc import Iterator

from cloudformation.environment.keys.routing.answers import NOWHERE, Answer, AskedRule, Step
from cloudformation.environment.keys.routing.listeners import FIXED, FORWARD, REDIRECT

_NAMED = 8
_VERBS = {FORWARD: "forwards to", REDIRECT: "redirects:", FIXED: "answers by itself:", NOWHERE: "redirects:"}


def explained(answer: Answer) -> Iterator[str]:
    """All that is known of how it comes to that."""
    for place, step in enumerate(answer.steps):
        yield f"{'' if place or answer.method == 'GET' else f'{answer.method} '}{step.url}"
        yield from (f"  {line}" for line in _step(step))


def in_a_line(answer: Answer) -> str:
    """Who answers, and what."""
    return f"{answer.ends}  {answer.url}"


def misled(answer: Answer) -> str:
    """What is not as it is expected, with where that is written."""
    where = f"{answer.file}:{answer.line}: " if answer.file else ""
    return f"{where}{answer.url} {answer.difference}"


def _step(step: Step) -> Iterator[str]:
    if step.listener is None:
        yield step.leads_to
    elif not step.decided or step.rule is None:
        yield f"{step.listener}: who receives it is unknown: {step.leads_to}"
    else:
        yield f"{step.listener}: {step.rule.shown} {_VERBS[step.does]} {step.leads_to}"
    yield from (f"note: {note}" for note in step.notes)
    near = _nearest(step.before)
    yield from (line for rule in near for line in _asked(rule))
    if further := len(step.before) - len(near):
        yield f"{further} further rules are asked before, and the request meets no condition of theirs"


def _nearest(before: tuple[AskedRule, ...]) -> list[AskedRule]:
    """All rules of which something is met, or not known; of the others as many as there is room for."""
    near = [rule for rule in before if any(asked.met is not False for asked in rule.conditions)]
    others = [rule for rule in before if rule not in near][: max(0, _NAMED - len(near))]
    return [rule for rule in before if rule in near or rule in others]


def _asked(rule: AskedRule) -> Iterator[str]:
    missed = [asked for asked in rule.conditions if asked.met is False]
    if rule.met is None:
        open_ = [asked for asked in rule.conditions if asked.met is None]
        why = "; ".join(f"{asked.condition}: {asked.has}" for asked in open_)
        yield f"not known: {rule.shown} -> {rule.leads_to}: {why}"
    elif missed:
        why = "; ".join(f"not {asked.condition}: {asked.has}" for asked in missed)
        yield f"asked before: rule {rule.priority} -> {rule.leads_to}: {why}"
