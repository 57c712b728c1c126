"""What ties templates together beside parameters and outputs: exports that are imported, a file nested twice."""

from __future__ import annotations

from collections import Counter
from random import Random

from tests.soundness.expressions import sort_of
from tests.soundness.mending import mended
from tests.soundness.moves import pick, unnamed
from tests.soundness.settings import add_settings
from tests.soundness.system import Document, System, layers, leaves
from tests.soundness.systems import MOST_STACKS, add_layer, random_system
from tests.soundness.vocabulary import BY_TYPE

_MOST_LEVELS = 3
_FITS = {"name": ("name", "text"), "text": ("text",)}


def tied_system(random: Random, prefix: str) -> System:
    """A random system with ties, and with settings of its own."""
    system = random_system(random, prefix)
    for tie in (layer_doubled, add_import):
        if random.random() < 0.2:
            tie(random, system)
    mended(system)
    add_settings(random, system)
    return system


def add_import(random: Random, system: System) -> str | None:
    """Lets a layer import what one ahead of it exports; that has to stand first, which nothing else says."""
    often = Counter(id(document) for _, document in system.walk())
    pairs = [
        (document, exporter, importer)
        for _, document in system.walk()
        for at, exporter in enumerate(layers(document))
        for importer in layers(document)[at + 1 :]
        if often[id(document)] == 1 and "Condition" not in exporter[1]
    ]
    found = pick(random, pairs)
    if found is None:
        return None
    _, (name, body), (_, above) = found
    source, target = (system.document(each["Properties"]["TemplateURL"]) for each in (body, above))
    if source is None or target is None or source is target or often[id(source)] > 1:
        return None
    output = pick(random, _free(source))
    place = pick(random, _places(target, sort_of(output))) if output else None
    if output is None or place is None:
        return None
    export = f"{system.prefix}-{system.stem(source)}-{output}"
    source["Outputs"][output]["Export"] = {"Name": export}
    properties, key = place
    properties[key] = {"Fn::ImportValue": export}
    above.setdefault("DependsOn", []).append(name)
    return f"{system.stem(target)} imports {export}"


def _free(document: Document) -> list[str]:
    """The outputs that no condition takes away and that are not exported under a stack's name."""
    outputs = document.get("Outputs", {}).items()
    return [name for name, body in outputs if "Condition" not in body and sort_of(name) in _FITS]


def _places(document: Document, sort: str) -> list[tuple[Document, str]]:
    """The properties that a value of a sort may be put into."""
    found = []
    for _, body in leaves(document):
        kind = BY_TYPE[body["Type"]]
        for key, wanted in {**kind.replacing, **kind.in_place}.items():
            if wanted in _FITS[sort] and key != kind.naming:
                found.append((body["Properties"], key))
    return found


def layer_doubled(random: Random, system: System) -> str | None:
    """Nests a template once more, with other parameters; nothing in it may then have a name of its own."""
    paths = list(system.walk())
    parents = {
        system.stem(document): document for path, document in paths if len(path) < 3 and document in _own(system)
    }
    nested = [(name, body) for _, document in paths for name, body in layers(document)]
    parent, child = pick(random, parents), pick(random, nested)
    if parent is None or child is None:
        return None
    url = str(child[1]["Properties"]["TemplateURL"])
    below = [document for _, document in system.walk(url=url)]
    added = len(list(system.walk(url=url))) * sum(document is parents[parent] for _, document in paths)
    deep = max((len(path) for path, _ in system.walk(url=url)), default=0)
    level = max(len(path) for path, document in paths if document is parents[parent])
    if any(document is parents[parent] for document in below) or len(paths) + added > MOST_STACKS or level + deep > 2:
        return None
    for document in below:
        _nameless(document)
    return f"{parent} nests {url} again as {add_layer(random, system, parents[parent], url.rpartition('/')[2])}"


def _own(system: System) -> list[Document]:
    return [*system.files.values()]


def _nameless(document: Document) -> None:
    """Takes away what only one stack can have: names, and exports that bear no stack's name."""
    for _, body in leaves(document):
        unnamed(body)
    for output in document.get("Outputs", {}).values():
        if isinstance(output.get("Export", {}).get("Name"), str):
            del output["Export"]
