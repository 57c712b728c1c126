"""Random changes of what is where: resources and layers that come, go, get another name, or move."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from tests.soundness.mending import renamed
from tests.soundness.system import Document, System, layers, leaves
from tests.soundness.systems import add_layer, fresh, make_layer
from tests.soundness.vocabulary import BY_TYPE


def some(random: Random, system: System) -> tuple[str, Document]:
    """A template, by the name of its file; those that lie elsewhere have none that the files know."""
    files = {**system.files, **system.foreign}
    name = random.choice(sorted(files))
    return name, files[name]


def pick(random: Random, found: Iterable[Any]) -> Any:
    """One of what there is; None where there is nothing."""
    options = list(found)
    return random.choice(options) if options else None


def resource_renamed(random: Random, system: System) -> str | None:
    """A resource with another logical id: to CloudFormation another resource."""
    file, document = some(random, system)
    name = pick(random, (name for name, _ in leaves(document)))
    if name is None:
        return None
    new = fresh(document["Resources"], f"New{name.rstrip('0123456789')}")
    unnamed(document["Resources"][name])
    renamed(document, name, new)
    return f"{file}: {name} is renamed {new}"


def unnamed(body: Document) -> None:
    """Two resources cannot have one name, not even for the time that a replacement takes."""
    kind = BY_TYPE.get(body["Type"])
    if kind and kind.naming:
        body["Properties"].pop(kind.naming, None)


def resource_moved(random: Random, system: System) -> str | None:
    """A resource in another layer."""
    (file, document), (other, target) = some(random, system), some(random, system)
    name = pick(random, (name for name, _ in leaves(document)))
    foreign = other in system.foreign and name and "IAM" in document["Resources"][name]["Type"]
    if name is None or file == other or len(document["Resources"]) < 2 or foreign:
        return None
    body = document["Resources"].pop(name)
    unnamed(body)
    body.pop("Condition", None)
    body.pop("DependsOn", None)
    target["Resources"][fresh(target["Resources"], name.rstrip("0123456789"))] = body
    return f"{name} moves from {file} to {other}"


def layer_added(random: Random, system: System) -> str | None:
    """One more nested stack."""
    files = sorted(system.files)
    file, new = random.choice(files), fresh({name.partition(".")[0] for name in files}, "extra") + ".yaml"
    make_layer(random, system, new, [])
    add_layer(random, system, system.files[file], new)
    return f"{file}: nests {new}"


def layer_removed(random: Random, system: System) -> str | None:
    """A nested stack that goes, with all in it."""
    file, document = some(random, system)
    found = pick(random, layers(document))
    if found is None or len(document["Resources"]) < 2:
        return None
    del document["Resources"][found[0]]
    return f"{file}: layer {found[0]} is removed"


def layer_renamed(random: Random, system: System) -> str | None:
    """A nested stack with another logical id: all that is in it goes, and comes anew."""
    file, document = some(random, system)
    found = pick(random, layers(document))
    if found is None:
        return None
    for each in _with_all_below(system, found[1]):
        for _, body in leaves(each):
            unnamed(body)
    renamed(document, found[0], fresh(document["Resources"], "NewLayer"))
    return f"{file}: layer {found[0]} is renamed"


def _with_all_below(system: System, body: Document) -> list[Document]:
    """The template of a nested stack, and those of all that it nests."""
    document = system.document(body["Properties"]["TemplateURL"])
    if document is None:
        return []
    return [document, *(each for _, child in layers(document) for each in _with_all_below(system, child))]
