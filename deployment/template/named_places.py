"""Where in the files that were sent the words of a refusal are written.

CloudFormation refuses a template in a sentence that names a logical id, a path, a function or a section, and never a
line. What it names is looked for in the texts; that it is the cause is not claimed, only that it is written there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from cloudformation.environment.findings import Problem, in_order
from deployment.template.nodes import Scalar, scalars
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Template

Templates: TypeAlias = Mapping[ResourcePath, Template]

_MOST = 6
_SECTIONS = "Parameters|Resources|Outputs|Mappings|Conditions|Rules|Metadata|Transform|Description"
# `[/Resources/Topic/Properties/Tags] 'null' values are not allowed in templates`
_PATHS = re.compile(r"\[(/\w[^\]\s]*)\]")
# `Unresolved resource dependencies [A, B]`, `Parameter 'A' must ...`, `does not support attribute {A}`
_MARKED = re.compile(r"\[([^\[\]]+)\]|'([^']+)'|\"([^\"]+)\"|\{(\w[\w.]*)\}")
# `references undefined resource A`, `Output A is malformed`, `type: A`, `mapping for A::B::C`
_AFTER_A_NOUN = re.compile(
    r"\b(?:[Rr]esources?|[Pp]arameters?|[Oo]utput|[Rr]ule|[Cc]ondition|[Mm]apping|variable|property|properties|"
    r"attribute|type|[Ee]xport|dependency|function)(?: named| name| type| for| dependency)?:? ([\w:./-]*\w)"
)
_FUNCTIONS = re.compile(r"\b(Fn::\w+|Ref|Export)\b")
# The section that is spoken of: `in the Outputs block`, `Every Outputs member`, `Invalid template resource property`.
_SECTION = re.compile(rf"\b({_SECTIONS}) (?:block|section|member|attribute|object)|'({_SECTIONS})' section")
_OWN_MEMBER = re.compile(r"template (resource|parameter|output) property")
_ATTRIBUTE = re.compile(r"resource (\w+) does not support attribute type ([\w.]+)")
_RESOURCE = re.compile(r"\bresource (\w+)")
# A name that leads nowhere is to be changed where it is read, else where it is declared.
_LEADS_NOWHERE = re.compile(
    r"(?i)unresolved|undefined|not present|unable to get mapping|references|not exist|not found"
)


def named_places(words: str, path: ResourcePath, templates: Templates) -> tuple[Problem, ...]:
    """Each place at which a name in the words is written: in the template of the nested stack that `path` leads to.

    The values of a nested stack are in the template above it. Where nothing is named, that is the place of the nested
    stack.
    """
    template = templates.get(path)
    found = list(_in_template(words, template)) if template else []
    above = templates.get(path.parent) if path else None
    if above is not None:
        own = ("Resources", path.name)
        if "arameter" in words:
            given = [scalar for scalar in scalars(above.text) if scalar.path[: len(own)] == own]
            found += _told(above, _named(given, _marked(words)))
        if not found:
            found += _told(above, [(path.name, _declared(scalars(above.text), own))])
    return in_order(found)


def place_lines(places: Iterable[Problem]) -> tuple[str, ...]:
    """One line for each place; of very many, the first ones."""
    lines = [str(place) for place in places]
    more = f"and {len(lines) - _MOST} more places"
    return (*lines[:_MOST], more) if len(lines) > _MOST + 1 else tuple(lines)


def names_in(words: str) -> tuple[str, ...]:
    """The names in a text, marked as such or after what kind of thing they name."""
    return tuple(dict.fromkeys([*_marked(words), *_after_nouns(words)]))


def _in_template(words: str, template: Template) -> Iterator[Problem]:
    """What a template has of the words: the first of these ways of naming something that leads anywhere."""
    everything = scalars(template.text)
    for find in _WAYS:
        if places := list(_told(template, find(words, everything))):
            yield from places
            return


Named: TypeAlias = "list[tuple[str, list[Scalar]]]"


def _at_paths(words: str, everything: list[Scalar]) -> Named:
    return [(path, _deepest(everything, tuple(path.strip("/").split("/")))) for path in _PATHS.findall(words)]


def _by_name(words: str, everything: list[Scalar]) -> Named:
    spoken_of = _spoken_of(words, everything)
    attributes = [".".join(parts) for parts in _ATTRIBUTE.findall(words)]
    for names in (attributes, _marked(words), _after_nouns(words)):
        for scope in (spoken_of, everything):
            if named := _named(scope, names, read=_LEADS_NOWHERE.search(words) is not None):
                return named
    return []


def _by_function(words: str, everything: list[Scalar]) -> Named:
    return [(name, [scalar for scalar in everything if scalar.calls(name)]) for name in _FUNCTIONS.findall(words)]


def _by_section(words: str, everything: list[Scalar]) -> Named:
    named = [name for match in _SECTION.finditer(words) for name in match.groups() if name]
    return [(name, _declared(everything, (name,))) for name in named]


_WAYS: tuple[Callable[[str, list[Scalar]], Named], ...] = (_at_paths, _by_name, _by_function, _by_section)


def _spoken_of(words: str, everything: list[Scalar]) -> list[Scalar]:
    """The part of a template that the words are about, as far as they say so."""
    if "template property or properties" in words:
        return [scalar for scalar in everything if len(scalar.path) == 1]
    if own := _OWN_MEMBER.search(words):
        section = f"{own[1].capitalize()}s"
        return [scalar for scalar in everything if scalar.path[0] == section and len(scalar.path) == 3]
    for resource in _RESOURCE.findall(words):
        if within := [scalar for scalar in everything if scalar.path[:2] == ("Resources", resource)]:
            return within
    section_named = _SECTION.search(words)
    name = next(filter(None, section_named.groups())) if section_named else None
    return [scalar for scalar in everything if scalar.path[0] == name] if name else everything


def _marked(words: str) -> list[str]:
    groups = [group for match in _MARKED.findall(words) for group in match if group]
    return [name for group in groups for name in re.split(r"[,\s]+", group) if name and not name.isdecimal()]


def _after_nouns(words: str) -> list[str]:
    """Of a mapping's keys (`A::B::C`) the mapping."""
    tokens = [token.rstrip(".:") for token in _AFTER_A_NOUN.findall(words)]
    keyed = [token.partition("::")[0] for token in tokens if not token.startswith(("AWS::", "Fn::"))]
    return [*tokens, *keyed]


def _named(scope: list[Scalar], names: Iterable[str], *, read: bool = False) -> Named:
    """Where each name is written: read by something, or else as a key, of several those nearest to the top."""
    found = []
    for name in dict.fromkeys(names):
        keys = [scalar for scalar in scope if scalar.key and scalar.text == name]
        least = min((len(scalar.path) for scalar in keys), default=0)
        declared = [scalar for scalar in keys if len(scalar.path) == least]
        values = [scalar for scalar in scope if not scalar.key and scalar.names(name)]
        ranked = (values, declared) if read else (declared, values)
        if places := next(filter(None, ranked), []):
            found.append((name, places))
    return found


def _declared(everything: list[Scalar], path: tuple[str, ...]) -> list[Scalar]:
    return [scalar for scalar in everything if scalar.key and scalar.path == path]


def _deepest(everything: list[Scalar], path: tuple[str, ...]) -> list[Scalar]:
    """The place that a path leads to, or as far as the text goes."""
    for length in range(len(path), 1, -1):
        if there := [scalar for scalar in everything if scalar.path == path[:length]]:
            return there[:1]
    return []


def _told(template: Template, named: Named) -> Iterator[Problem]:
    for name, places in named:
        for scalar in places:
            within = "/".join(scalar.path[:-1] if scalar.key else scalar.path)
            place = template.at_line(scalar.line)
            yield Problem(place, name if name.startswith("/") or not within else f"{name}, in /{within}")
