"""bin/guards.tsv: what needs an approval of its own, from the tables that deploy.py decides by.

    harmless  TYPE  Remove,Replace  -            why nothing is lost; what is not listed here is guarded
    guarded   TYPE  Remove,Replace  PATH         what is lost with it, of the types of these templates; `*` of any other
    noun      NOUN  Remove,Replace  PATH         the same of any type whose name ends so: `Bucket`, `EC2::Instance`
    update    TYPE  Modify          Prop,Prop    what a change in place of one of these does; `-`: of any (several rows)
    leaver    TYPE  Modify          Prop         a type whose tasks leave their subnets when that changes ...
    way       TYPE  Remove,Modify   -            ... while one of these goes in the same update
    setting   NAME  Modify          NAME         a setting whose change weakens a protection
    constant  TYPE  -               Name,Name    attributes that stay while the resource is updated in place ...
    changing  TYPE  -               Name         ... and ids and ARNs that may not: they are of something else

Where deploy.py looks closer, and then may find that nothing is lost, the table says that it is guarded.
"""

from collections.abc import Iterable, Iterator, Mapping

from cloudformation.environment.delivery.guarded_settings import GUARDED_SETTINGS
from cloudformation.resource_types.constant_attributes import GIVEN_ONCE, OF_SOMETHING_ELSE
from cloudformation.resource_types.engine_versions import DATABASES, VERSION
from cloudformation.resource_types.harmless import HARMLESS
from cloudformation.resource_types.losses import HOLDS_DATA, IS_REACHED, SERVES_OTHERS, nature_of
from cloudformation.resource_types.retentions import RETENTIONS
from cloudformation.resource_types.ways_out import RUNS_IN, WAY_TYPES
from cloudformation.template.tree import Tree, section
from cloudformation.template.update_behaviors import CONDITIONAL, DECIDED_BY_POLICY
from templates.bundle.files import BundleFile, text_file

HEADER = ("kind", "type", "action", "key", "sentence")
GOES = "Remove,Replace"
ANY = "*"
_STACK = "AWS::CloudFormation::Stack"
_NOUNS: Mapping[str, Mapping[str, str]] = {
    "holds data": HOLDS_DATA,
    "is public-facing": IS_REACHED,
    "serves others": SERVES_OTHERS,
}
_DECIDED = "its update policy decides if a change of one of these properties replaces it, or everything that runs in it"
_CONDITIONAL = "according to AWS, a change of one of these properties replaces it under conditions"
_UPGRADED = "gets another version of its engine: from another major version nothing leads back; take a snapshot first"
_LEAVES = "tasks that still start in the previous subnets may not reach their image: move the tasks first"

Row = tuple[str, str, str, str, str]


def guards_file(trees: Iterable[Tree]) -> BundleFile:
    """The table, for the program that deploys these templates."""
    rows = (HEADER, *guard_rows(trees))
    return text_file("bin/guards.tsv", "".join("\t".join(row) + "\n" for row in rows))


def guard_rows(trees: Iterable[Tree]) -> list[Row]:
    """The rows, sorted within their kind."""
    return [*_harmless(), *_guarded(trees), *_nouns(), *_updates(), *_ways(), *_settings(), *_constants()]


def _harmless() -> Iterator[Row]:
    reasons = {type_: f"{group.name}: {group.why}" for group in HARMLESS for type_ in group.types}
    for type_ in sorted(reasons):
        yield "harmless", type_, GOES, "-", reasons[type_]


def _guarded(trees: Iterable[Tree]) -> Iterator[Row]:
    for type_ in sorted({type_ for tree in trees for type_ in _types(tree)}):
        nature = nature_of(type_)
        if type_ == _STACK:
            yield "guarded", type_, GOES, "PATH", "is a whole nested stack: with everything in it"
        elif nature is not None:
            yield "guarded", type_, GOES, "PATH", _sentence(*nature)
    yield "guarded", "Custom::*", GOES, "PATH", _sentence(*nature_of("Custom::Any") or ("", None))
    yield "guarded", ANY, GOES, "PATH", _sentence(*nature_of("") or ("", None))


def _types(tree: Tree) -> Iterator[str]:
    yield from (str(body.get("Type")) for body in section(tree, "Resources").values())
    for nested in tree.nested.values():
        yield from _types(nested)


def _sentence(nature: str, lost: str | None) -> str:
    return f"{nature}: {lost}" if lost else nature


def _nouns() -> Iterator[Row]:
    for nature, nouns in _NOUNS.items():
        for noun, lost in sorted(nouns.items()):
            yield "noun", noun, GOES, "PATH", _sentence(nature, lost)


def _updates() -> Iterator[Row]:
    for type_, conditional in sorted(CONDITIONAL.items()):
        yield "update", type_, "Modify", ",".join(sorted(conditional)), _CONDITIONAL
    for type_, decided in sorted(DECIDED_BY_POLICY.items()):
        yield "update", type_, "Modify", "-" if decided is None else ",".join(sorted(decided)), _DECIDED
    for type_, retention in sorted(RETENTIONS.items()):
        yield "update", type_, "Modify", retention.name, retention.another
    for type_ in sorted(DATABASES):
        yield "update", type_, "Modify", VERSION, _UPGRADED


def _ways() -> Iterator[Row]:
    for type_, path in sorted(RUNS_IN.items()):
        yield "leaver", type_, "Modify", path[0], _LEAVES
    for type_ in sorted(WAY_TYPES):
        yield "way", type_, "Remove,Modify", "-", "tasks need it: a route out of their subnets"


def _settings() -> Iterator[Row]:
    for name, why in GUARDED_SETTINGS.items():
        yield "setting", name, "Modify", name, why


def _constants() -> Iterator[Row]:
    for type_, names in sorted(GIVEN_ONCE.items()):
        yield "constant", type_, "-", ",".join(names), "does not change while the resource is updated in place"
    for type_, name in sorted(OF_SOMETHING_ELSE):
        yield "changing", type_, "-", name, "may change, although the resource is updated in place"
