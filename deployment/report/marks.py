"""How each fate of a resource is shown: a sign, a word and a name for styles; colour only repeats them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cloudformation.statuses import RequiresRecreation
from deployment.report.escaping import clean
from deployment.review.review import Kind, LayerReview, OutputChange, PropertyChange, ResourceChange, Review
from deployment.settings.setting_change import SettingChange, due
from deployment.template.costs.cost_change import CostChange


@dataclass(frozen=True)
class Mark:
    """`sign` is one to three characters, `word` what happens, `slug` a name for CSS and links."""

    sign: str
    word: str
    slug: str


_SIGNS = {
    Kind.ADDED: "+",
    Kind.CHANGED: "~",
    Kind.MAY_BE_REPLACED: "±?",
    Kind.REPLACED: "±",
    Kind.REMOVED: "−",
    Kind.IMPORTED: ">",
}
MARKS = {kind: Mark(sign, kind.value, kind.name.lower().replace("_", "-")) for kind, sign in _SIGNS.items()}
FAILED = Mark("×", "failed", "failed")


def fate(change: ResourceChange) -> str:
    """What happens to a resource, and what becomes of the old one where it is kept."""
    word = change.kind.value if change.certain else f"perhaps {change.kind.value}"
    if change.policy and "Delete" not in change.policy:  # Retain, Snapshot, ReplaceAndRetain, ReplaceAndSnapshot
        return f"{word} ({change.policy})"
    return word


def force(change: PropertyChange) -> str:
    """What a property's change does to its resource beside changing it; empty where it does nothing more."""
    return {
        RequiresRecreation.ALWAYS: "forces replacement",
        RequiresRecreation.CONDITIONALLY: "may force replacement",
        RequiresRecreation.NEVER: "",
    }[change.recreation]


def why(change: ResourceChange) -> list[tuple[str, str]]:
    """The properties that explain a change, each with a remark; those that force a replacement say it all."""
    forcing = [changed for changed in change.properties if changed.recreation is not RequiresRecreation.NEVER]
    grave = change.kind in (Kind.REPLACED, Kind.MAY_BE_REPLACED)
    return [(changed.name, force(changed)) for changed in (forcing if grave and forcing else change.properties)]


def after_text(change: PropertyChange) -> tuple[str | None, bool]:
    """The new value and whether it is a value; else a remark about it, or None where it goes."""
    if change.known:
        return change.after, True
    new = "new" if change.certain else "perhaps a new"
    return (f"{new} {change.cause}" if change.cause else f"{new} value, known after execution"), False


def totals(review: Review) -> str:
    """`1 changed in place, 2 replaced`, or that no resource changes, and how many settings do instead."""
    counted = [f"{count} {kind.value}" for kind in Kind if (count := review.count(kind))]
    settings = len(due(review.settings))
    told = f", {settings} setting{'s' if settings > 1 else ''} changed" if settings else ""
    return ", ".join(counted) or f"no resource changes{told}"


def layer_words(layer: LayerReview) -> str:
    """The same for one nested stack alone."""
    kinds = [resource.kind for resource in layer.resources]
    return ", ".join(f"{kinds.count(kind)} {kind.value}" for kind in Kind if kind in kinds)


LOCAL = "Below the root this is a local comparison of templates and parameters, not CloudFormation's own result"


def local_lines(review: Review) -> list[str]:
    """Why nested stacks were compared here, and what that cannot show; empty where CloudFormation reported all."""
    if review.local is None:
        return []
    told = [f"CloudFormation could not create the change set of {clean(reason)}" for reason in review.local.reasons]
    told = told or ["The change set was created without nested change sets"]
    told.append(
        "CloudFormation has checked the root alone: an error in a nested stack shows during the execution, which then "
        "rolls back"
    )
    if review.count(Kind.MAY_BE_REPLACED):
        told.append(
            "A changed property may replace its resource unless the type is known to update it in place; it counts as "
            "if it did"
        )
    return [*told, *review.local.notes]


def output_lines(review: Review) -> list[str]:
    """Each output that changes, or may, before and after, and by which name other stacks import it."""
    return [_output_line(change) for change in review.outputs]


def _output_line(change: OutputChange) -> str:
    before = "(not there)" if change.before is None else clean(change.before)
    if change.known:
        after = "(removed)" if change.after is None else clean(change.after)
    else:
        after = f"{'another' if change.certain else 'perhaps another'} value, known after execution"
    old, new = (None if name is None else clean(name) for name in change.export)
    exported = f"  (exported as {old})" if old else ""
    if old != new:
        exported = f"  (export {old or '(none)'} -> {new or '(none)'})"
    importers = ", ".join(map(clean, change.importers))
    refused = f"; imported by {importers}: CloudFormation will refuse it" if importers else ""
    if change.importers_unread:
        unread = clean(change.importers_unread)
        refused = f"; whether other stacks import it is unknown, and CloudFormation refuses it if any does: {unread}"
    return f"{change.path}: {before} -> {after}{exported}{refused}"


def setting_lines(settings: Iterable[SettingChange]) -> list[str]:
    """Each setting that is changed beside resources, before and after, when, and what guards it."""
    return [_setting_line(setting) for setting in settings]


def _setting_line(setting: SettingChange) -> str:
    guard = f"; guarded: it {setting.guard}" if setting.guard else ""
    return f"{setting.name}: {setting_sides(setting)}  ({setting.applied}{guard})"


def setting_sides(setting: SettingChange) -> str:
    """What a setting is and what it becomes."""
    before, after = ("(none)" if side is None else clean(side) for side in (setting.before, setting.after))
    return f"{before} -> {after}"


NOT_IN_IT = ("traffic", "logs", "discounts")


def cost_lines(cost: CostChange | None) -> list[str]:
    """What a change makes of a month's bill, as far as it is listed, and of what that is not known; often nothing."""
    if cost is None:
        return []
    reasons: dict[str, list[str]] = {}
    for gap in cost.not_known:
        reasons.setdefault(clean(gap.why), []).append(clean(str(gap.path)))
    listed = [f"{_month(cost.monthly)}: {_items(cost)} ({_not_in_it(cost)})"] if cost.items else []
    return [*listed, *(f"unknown for {', '.join(paths)}: {why}" for why, paths in reasons.items())]


def _month(monthly: Decimal) -> str:
    """`about +91 $ a month`; what is less than a dollar is not rounded to nothing."""
    if abs(monthly) < 1:
        return f"less than 1 $ {'more' if monthly >= 0 else 'less'} a month"
    return f"about {_dollars(monthly)} $ a month"


def _dollars(amount: Decimal) -> str:
    sign = "-" if amount < 0 else "+"
    whole = abs(amount).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{sign}{whole:,}" if whole else f"{sign}<1"


def _items(cost: CostChange) -> str:
    """`2 x NatGateway`; with what each makes where there are several."""
    several = len(cost.items) > 1
    texts = (f"{item.count} x {clean(item.what)}" for item in cost.items)
    return ", ".join(
        f"{text} {_dollars(item.monthly)}" if several else text for text, item in zip(texts, cost.items, strict=True)
    )


def _not_in_it(cost: CostChange) -> str:
    scaled = f"{', '.join(clean(str(path)) for path in cost.scaled)} at its fewest tasks; " if cost.scaled else ""
    things = f"{', '.join(NOT_IN_IT[:-1])} and {NOT_IN_IT[-1]}"
    return f"{cost.region}, prices of {cost.dated}; {scaled}without {things}"


def lines_of(text: str) -> list[str]:
    """A value's lines, each without control characters; an empty value is one empty line."""
    return [clean(line.replace("\t", "    ")) for line in text.split("\n")]
