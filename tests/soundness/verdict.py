"""Whether what was said is all that happened: a pure comparison of what was shown with what happened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.soundness.facts import Path, Snapshot
from tests.soundness.said import Fate, Row, Said
from tests.soundness.settings import PROTECTION
from tests.soundness.vocabulary import STACK, is_guarded

_IN_USE = re.compile(r"Export (\S+) cannot be (?:updated|deleted) as it is in use")


class Fault(Enum):
    """In how many ways a review can be untrue."""

    UNSHOWN = "touched, and not shown as a change"
    UNDERSTATED = "replaced or removed, and shown as less"
    UNGUARDED = "a guarded resource lost without an approval of its own"
    FOLDED = "said to be unchanged, and touched"
    NOTHING_TO_DO = "nothing to do was said, and something was"
    OUTPUT_UNTOLD = "an output of root changed, and nothing said so"
    OTHER_BYTES = "another template was executed than was reviewed"
    FALSE_SUCCESS = "success was claimed where the stack is not complete"
    SETTING_UNTOLD = "a setting of the stack changed, and nothing said so"
    SETTING_UNDONE = "a setting was said to change, and did not"
    EXPORT_UNTOLD = "an export in use held the update up, and nothing said that it is in use"
    SECRET_TOLD = "a NoEcho value was shown"
    REFUSED = "refused as overtaken, although nobody was there"
    CRASHED = "the deployer broke"


@dataclass(frozen=True)
class Violation:
    """One untruth, about the resource, layer or output at a path."""

    fault: Fault
    path: Path
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.fault.name} {'/'.join(self.path) or 'root'}: {self.detail or self.fault.value}"


class End(Enum):
    """How a run ended."""

    DEPLOYED = "deployed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Facts:
    """What was said and what happened; `touched` are the resources that events report, `reviewed` the templates.

    `declared` are root's outputs and `layers` the nested stacks that no condition may leave out; `reads` has, for each
    output of root, every resource that it comes from, through all layers. `said` is None where no review was shown.
    `behind` are the templates that stood behind URLs that are the same before and after, whatever is behind them now.
    Where the end is UNCHANGED, what happened is what an update by somebody else then did.
    """

    end: End
    said: Said | None
    before: Snapshot
    after: Snapshot
    touched: frozenset[Path] = frozenset()
    reviewed: Mapping[Path, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    reads: Mapping[str, frozenset[Path]] = field(default_factory=dict)
    layers: frozenset[Path] = frozenset()
    behind: Mapping[Path, str] = field(default_factory=dict)
    detail: str = ""
    alone: bool = True
    """Whether nobody else did anything."""
    leaked: tuple[str, ...] = ()
    """The secrets that were shown."""


@dataclass(frozen=True)
class Happened:
    """What became of one resource."""

    fate: Fate
    type: str


def happened(facts: Facts) -> dict[Path, Happened]:
    """Everything that was created, updated, replaced or removed; a nested stack that was updated is none of these."""
    before, after = facts.before.resources, facts.after.resources
    found = {path: Happened(Fate.REMOVED, each.type) for path, each in before.items() if path not in after}
    for path, now in after.items():
        was = before.get(path)
        if was is None:
            found[path] = Happened(Fate.CREATED, now.type)
        elif was.physical_id != now.physical_id:
            found[path] = Happened(Fate.REPLACED, was.type)
        elif path in facts.touched and now.type != STACK:
            found[path] = Happened(Fate.UPDATED, now.type)
    return found


def violations(facts: Facts) -> list[Violation]:
    """Everything that was untrue."""
    if facts.end is End.CRASHED:
        return [Violation(Fault.CRASHED, (), facts.detail)]
    leaked = [Violation(Fault.SECRET_TOLD, (), secret) for secret in facts.leaked]
    if facts.end is End.UNCHANGED:
        return [*_unsaid(facts), *_settings(facts), *leaked]
    found = leaked + [
        each for path, what in happened(facts).items() for each in _of_resource(facts.said or Said(), path, what)
    ]
    if facts.end is End.REFUSED and facts.alone and facts.detail.startswith("Overtaken"):
        found.append(Violation(Fault.REFUSED, ()))
    if facts.end is End.DEPLOYED:
        found += [*_outputs(facts), *_templates(facts), *_incomplete(facts)]
    found += [*_settings(facts), *_exports(facts)]
    return sorted(found, key=lambda each: (each.fault.name, each.path))


def _unsaid(facts: Facts) -> Iterator[Violation]:
    """What was left undone where nothing was to be done."""
    for path, what in sorted(happened(facts).items()):
        yield Violation(Fault.NOTHING_TO_DO, path, f"an update has it {what.fate.value}")
    for name in _moved(facts):
        yield Violation(Fault.NOTHING_TO_DO, (name,), "an update gives this output another value")


def _of_resource(said: Said, path: Path, what: Happened) -> Iterator[Violation]:
    row = said.of(path)
    if row is None:
        unchanged = path in said.folded or path[:-1] in said.unchanged
        where = "collapsed" if path in said.folded else "in an unchanged layer" if unchanged else "no row"
        yield Violation(Fault.FOLDED if unchanged else Fault.UNSHOWN, path, f"{where}, and {what.fate.value}")
    elif _worse(what.fate, row):
        yield Violation(Fault.UNDERSTATED, path, f"shown as {row.fate.value}, and {what.fate.value}")
    if is_guarded(what.type) and what.fate in (Fate.REPLACED, Fate.REMOVED) and not said.guards(path):
        yield Violation(Fault.UNGUARDED, path, f"{what.type} was {what.fate.value}")


def _worse(fate: Fate, row: Row) -> bool:
    loses = (Fate.REPLACED, Fate.REMOVED)
    return fate in loses and row.fate not in loses


def _settings(facts: Facts) -> Iterator[Violation]:
    """What differs beside resources; a tamperer may have set it, too."""
    said, old, new = facts.said or Said(), facts.before.settings, facts.after.settings
    for name in sorted(old.keys() & new.keys()):
        if old[name] == new[name]:
            undone = name in said.settings and facts.end in (End.DEPLOYED, End.UNCHANGED)
            if undone:
                yield Violation(Fault.SETTING_UNDONE, (name,), f"it is {old[name] or 'nothing'} as before")
        elif name not in said.settings:
            yield Violation(Fault.SETTING_UNTOLD, (name,), f"{old[name]} -> {new[name]}")
        elif (name, new[name]) == (PROTECTION, "off") and not said.guards((name,)):
            yield Violation(Fault.UNGUARDED, (name,), "the protection was switched off")


def _exports(facts: Facts) -> Iterator[Violation]:
    said = facts.said or Said()
    for name in sorted(set(_IN_USE.findall(facts.detail)) - said.imported):
        yield Violation(Fault.EXPORT_UNTOLD, (), name)


def _moved(facts: Facts) -> list[str]:
    old, new = facts.before.outputs, facts.after.outputs
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _outputs(facts: Facts) -> Iterator[Violation]:
    """Outputs that change: shown by name, or by a row of what they come from."""
    said = facts.said or Said()
    for name in _moved(facts):
        shown = any(said.of(path) is not None for path in facts.reads.get(name, ()))
        if name not in said.outputs and not shown:
            old, new = (each.outputs.get(name) for each in (facts.before, facts.after))
            yield Violation(Fault.OUTPUT_UNTOLD, (name,), f"{old} -> {new}")


def _templates(facts: Facts) -> Iterator[Violation]:
    for path in sorted({*facts.reviewed, *facts.after.texts}):
        # A layer that a condition leaves out has no stack.
        if path not in facts.after.texts or facts.after.texts[path] == facts.reviewed.get(path):
            continue
        if not (_was_left_as_doubted(facts, path) or _was_left_as_told(facts, path)):
            yield Violation(Fault.OTHER_BYTES, path)


def _was_left_as_doubted(facts: Facts, path: Path) -> bool:
    """Whether a layer that was shown as one that may change as a whole was left as it was.

    Or got what lies elsewhere, where nobody could read it: whatever may come of it needed an approval of its own.
    """
    said = facts.said or Said()
    row, elsewhere = said.whole.get(path), path in facts.behind and said.guards(path)
    left = elsewhere or not any(at[: len(path)] == path for at in facts.touched)
    return row is not None and not row.certain and left


def _was_left_as_told(facts: Facts, path: Path) -> bool:
    """Whether a layer that was shown as unchanged has the template that it had, and nothing in it was touched.

    CloudFormation does not update a nested stack whose change set has no change, although other text is behind its URL.
    """
    rows = (facts.said or Said()).rows
    told = any(row.certain and _is_in(at, path) for at, row in rows.items())
    stirred = any(_is_in(at, path) for at in happened(facts))
    return facts.after.texts[path] == facts.behind.get(path) and not told and not stirred


def _is_in(at: Path, layer: Path) -> bool:
    return at != layer and at[: len(layer)] == layer


def _incomplete(facts: Facts) -> Iterator[Violation]:
    after = facts.after
    statuses = {(): after.status, **{path: each.status for path, each in after.resources.items()}}
    for path, status in sorted(statuses.items()):
        if not status.endswith("_COMPLETE") or "ROLLBACK" in status:
            yield Violation(Fault.FALSE_SUCCESS, path, status)
    for path in sorted(facts.layers - set(after.stacks)):
        yield Violation(Fault.FALSE_SUCCESS, path, "a nested stack of the template is not there")
    for name in sorted(facts.declared - set(after.outputs)):
        yield Violation(Fault.FALSE_SUCCESS, (name,), "a declared output is not there")


def mistaken(facts: Facts) -> list[str]:
    """The rows that said something certain that was not so, each with what happened instead."""
    if facts.said is None or facts.end is not End.DEPLOYED:
        return []
    what = happened(facts)
    certain = {path: row for path, row in facts.said.rows.items() if row.certain and not row.beside}
    wrong = {path: row for path, row in certain.items() if not _true(row, what.get(path))}
    return [
        f"{'/'.join(path)} {row.fate.value}: {what[path].fate.value if path in what else 'not touched'}"
        for path, row in sorted(wrong.items())
    ]


def _true(row: Row, what: Happened | None) -> bool:
    return what is not None and what.fate in (row.fate, *([*Fate] if row.fate is Fate.UPDATED else []))


def precision(facts: Facts) -> Counter[str]:
    """How many rows said something certain, how many of them were so, and what was feared in vain."""
    found: Counter[str] = Counter()
    if facts.said is None or facts.end is not End.DEPLOYED:
        return found
    what = happened(facts)
    for path, row in facts.said.rows.items():
        if row.beside:
            continue
        true = _true(row, what.get(path))
        if row.certain:
            found["certain rows"] += 1
            found["certain rows that were right"] += true
        else:
            found["unknown rows"] += 1
            found["unknown rows that did not change"] += path not in what
            found["unknown rows that changed less"] += path in what and not true
    return found
