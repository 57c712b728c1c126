"""The form of Ref and of attributes, read out of what AWS publishes about a resource type.

What is read is facts: which part of its identifier a type's Ref is, where an ARN has what, how many characters of which
alphabet an id has. AWS's sentences are not stored. Where text and registry disagree, or a text says nothing of use,
there is no form.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_UUID = re.compile(r"[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-zA-Z]{12}")
_PREFIXED = re.compile(r"((?:[a-z]+-)+)([0-9a-zA-Z]{6,})")
_EXAMPLE = re.compile(r"`([^`{}]+)`")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
_PLACES = {"Partition": "{partition}", "Region": "{region}", "Account": "{account}"}
_USELESS = ("not supported", "should not be used", "-userpoolid-")
# A resource that links two others is none of them.
_NAMES = re.compile(r"\w+[a-z](Name|Id|Identifier|ARN|Arn)")
_LINKS = ("association", "attachment", "propagation", "membership")
_TOGETHER = ("combination", "delimited", "separated", "|", "pipe", "combined")


@dataclass(frozen=True)
class Published:
    """A resource type as both publications have it: texts by attribute (Ref is one), and the registry's facts."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)
    identifier: Sequence[str] = ()
    ref: Sequence[str] = ()
    arn: str = ""
    attributes: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The last part of the name."""
        return self.name.rsplit("::", 1)[-1]

    def own_arn(self) -> str | None:
        """The attribute that is the ARN of the resource itself."""
        own = [name for name in (*self.identifier, "Arn", "ARN", f"{self.kind}Arn") if name.lower().endswith("arn")]
        return next((name for name in own if name in self.attributes), None)


def forms(type_: Published) -> Iterator[tuple[str, str, str]]:
    """What, its form, and where that is published: `Ref`, `{StageName}`, `spec:cfnRefIdentifier`."""
    ref, source = ref_form(type_)
    if ref:
        yield "Ref", ref, source
    arn, own = arn_form(type_), type_.own_arn()
    if arn and own:
        yield own, arn, "spec:arnTemplate"
    for name, key in _examples_for(type_, ref):
        shape = next(filter(None, map(id_form, _EXAMPLE.findall(type_.texts.get(key, "")))), None)
        if shape:
            yield name, shape, f"docs:attributes/{key}"
            return


def _examples_for(type_: Published, ref: str) -> Iterator[tuple[str, str]]:
    """The identifying attribute that AWS draws, and the texts that may show one."""
    parts = [part for part in type_.identifier if part in type_.attributes and not part.lower().endswith("arn")]
    if len(parts) == 1:
        yield parts[0], parts[0]
        if ref == f"{{{parts[0]}}}":
            yield parts[0], "Ref"


def ref_form(type_: Published) -> tuple[str, str]:
    """The form of Ref, and its source; nothing where none can be read out."""
    if type_.ref:
        return _joined(type_.ref), "spec:cfnRefIdentifier"
    text = type_.texts.get("Ref", "")
    if not text or any(word in text.lower() for word in _USELESS):
        return "", ""
    chosen = _chosen(type_, text)
    form = _joined(chosen)
    if not chosen and any(id_form(example) == "{name}" for example in _EXAMPLE.findall(text)):
        form = "{name}"
    return (form, "docs:attributes/Ref") if form else ("", "")


def _chosen(type_: Published, text: str) -> Sequence[str]:
    said = text.split(" For more information")[0]
    if len(type_.identifier) > 1 and any(word in said for word in _TOGETHER):
        return type_.identifier
    if re.search(r"\bARN\b|\bArn\b|\barn\b|Amazon Resource N|`arn:", said):
        own = type_.own_arn()
        return [own] if own else []
    known = type_.attributes | type_.properties
    named = {name: None for name in re.findall(r"[A-Z]\w+", said) if name in known and _NAMES.fullmatch(name)}
    if named:
        return list(named) if len(named) == 1 else []
    if len(type_.identifier) == 1:
        return type_.identifier if _agrees(type_, said) else _naming(type_)
    return _nearest(type_, said)


def _naming(type_: Published) -> Sequence[str]:
    """The property that names a resource of an older type, whose `Id` the registry made up."""
    names = (f"{type_.kind}Name", f"{type_.kind}Identifier") if tuple(type_.identifier) == ("Id",) else ()
    return [name for name in names if name in type_.properties]


def _agrees(type_: Published, said: str) -> bool:
    """Whether a text that speaks of a name, an id, or of the resource name means the one identifier there is."""
    part = type_.identifier[0]
    if part.lower().endswith("arn"):
        return False
    generic = re.search(r"resource(?:'s)? name|resource ID|physical", said) is not None
    says_name = re.search(r"\bname\b|[a-z]Name\b", said) is not None
    return generic or not says_name or part in type_.properties


def _nearest(type_: Published, said: str) -> Sequence[str]:
    """The part of an identifier that a text speaks of: `the ID of the resource` is ResourceId, not RestApiId."""
    wanted = set(_words(said)) | set(_words(type_.kind))
    ends = {end for end, word in (("name", r"\bname\b"), ("id", r"\bIDs?\b|\bid\b")) if re.search(word, said)}
    drawn = [part for part in type_.identifier if part in type_.attributes and part.endswith("Id")]
    if "id" in ends and len(drawn) == 1:
        return drawn
    scores = {part: _score(part, wanted, ends) for part in type_.identifier}
    best = [part for part, score in scores.items() if score == 1]
    linked = next((word for word in _LINKS if word in wanted), "")
    return best if len(best) == 1 and linked in best[0].lower() else []


def _score(part: str, wanted: set[str], ends: set[str]) -> float:
    words = _words(part)
    *stem, end = words
    if end in ("name", "id") and end not in ends:
        return 0
    return sum(word in wanted for word in stem) / len(stem) if stem else float(end in ends)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _joined(parts: Sequence[str]) -> str:
    return "|".join(f"{{{part}}}" for part in parts)


def arn_form(type_: Published) -> str:
    """An ARN's form with words for what the resource has: `arn:{partition}:...:stage/{StageName}`."""
    parts = {name: _PLACES.get(name) or _meant(type_, name) for name in _VARIABLE.findall(type_.arn)}
    if not parts or None in parts.values():
        return ""
    return _VARIABLE.sub(lambda found: str(parts[found[1]]), type_.arn)


def _meant(type_: Published, variable: str) -> str | None:
    """The property or attribute that a variable of an ARN means, or `{name}` for a name."""
    known = [*type_.identifier, *sorted(type_.attributes | type_.properties)]
    known = [name for name in known if not name.lower().endswith("arn") and "/" not in name and "." not in name]
    if variable in known:
        return f"{{{variable}}}"
    end = next((end for end in ("Name", "Id") if variable.lower().endswith(end.lower())), None)
    if end is None:
        return None
    own = [name for name in known if name in (end, f"{type_.kind}{end}")]
    ending = own or [name for name in type_.identifier if name in known and name.endswith(end)]
    if ending:
        return f"{{{ending[0]}}}"
    return "{name}" if end == "Name" else None


def id_form(example: str) -> str | None:
    """`mw-abcde1234567890yz` has the form `mw-{lower17}`; None for what may be a name or a sentence."""
    text = example.strip()
    if text.startswith("mysta"):  # mystack-MyLogicalId-1DDYF1E3B3I, mysta-metho-01234b567890example
        return "{name}"
    if found := _UUID.search(text):
        before, after = text[: found.start()], text[found.end() :]
        region = re.fullmatch(r"[a-z]{2}-[a-z]+-\d:", before)
        return None if after else f"{'{region}:' if region else _literal(before)}{{uuid}}"
    if not re.search(r"\d|EXAMPLE", text):
        return None
    if text.isdigit():
        return f"{{digits{len(text)}}}"
    if found := _PREFIXED.fullmatch(text):
        return found[1] + _random(found[2])
    if re.fullmatch(r"[0-9a-z]{6,}(EXAMPLE)?", text):
        return f"{{lower{len(text)}}}"
    if re.fullmatch(r"[A-Z][0-9A-Z]{9,}", text):
        return f"{text[0]}{{upper{len(text) - 1}}}"
    return None


def _random(tail: str) -> str:
    """Ids of 17 characters are hexadecimal everywhere, if not always where they are written by hand."""
    if len(tail) == 17:
        return "0{hex16}"
    hexadecimal = re.fullmatch(r"[0-9a-f]+", tail.replace("EXAMPLE", "")) is not None
    return f"{{{'hex' if hexadecimal else 'lower'}{len(tail)}}}"


def _literal(text: str) -> str:
    return text if re.fullmatch(r"[a-z-]*", text) else ""
