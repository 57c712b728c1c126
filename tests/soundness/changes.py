"""Random changes to a system that stands: of its templates, of values, tags, and of what exists beside them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.soundness.expressions import place, sort_of
from tests.soundness.links import add_import, layer_doubled
from tests.soundness.mending import mended
from tests.soundness.moves import (
    layer_added,
    layer_removed,
    layer_renamed,
    pick,
    resource_moved,
    resource_renamed,
    some,
)
from tests.soundness.settings import setting_changed
from tests.soundness.system import System, layers, leaves
from tests.soundness.systems import (
    SECRET,
    add_output,
    add_resource,
    condition,
    constant,
    give_values,
    given_value,
    set_property,
    set_tags,
)
from tests.soundness.vocabulary import BY_TYPE, KINDS, STAGES, WORDS

Change = Callable[[Random, System], "str | None"]


def changed(random: Random, system: System) -> tuple[System, list[str]]:
    """The system after one to three changes, with a word on each."""
    after, notes = system.copied(), []
    wanted = random.choice((1, 1, 2, 3))
    for _ in range(40):
        note = random.choices(*_WEIGHED)[0](random, after)
        if note is not None:
            mended(after)
            give_values(random, after)
            notes.append(note)
        if len(notes) == wanted:
            break
    return after, notes


def _property(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    name = pick(random, (name for name, _ in leaves(document)))
    kind = BY_TYPE[document["Resources"][name]["Type"]] if name else None
    key = pick(random, [*kind.replacing, *kind.in_place]) if kind else None
    if key is None:
        return None
    properties = document["Resources"][name]["Properties"]
    if kind and key in properties and key not in kind.needed and random.random() < 0.2:
        del properties[key]
        return f"{file}: {name}.{key} goes"
    old = properties.get(key)
    for _ in range(4):
        set_property(random, system, document, name, key)
        if properties.get(key) != old:
            break
    return f"{file}: {name}.{key} is {properties.get(key)}"


def _default(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    name = pick(random, (name for name, each in document["Parameters"].items() if "Default" in each))
    if name is None:
        return None
    document["Parameters"][name]["Default"] = _other(random, system, name, document["Parameters"][name]["Default"])
    return f"{file}: default of {name} is {document['Parameters'][name]['Default']}"


def _value(random: Random, system: System) -> str | None:
    name = pick(random, system.root["Parameters"])
    if name is None:
        return None
    new = _other(random, system, name, system.parameters.get(name))
    system.parameters[name] = f"{SECRET}-{new}" if name.startswith("Secret") else new
    return f"value of {name} is {system.parameters[name]}"


def _other(random: Random, system: System, parameter: str, old: str | None) -> str:
    """Another value for a parameter, where it has one."""
    return next((new for _ in range(9) if (new := constant(random, system, parameter)) != old), old or "")


def _given(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    found = pick(random, layers(document))
    if found is None:
        return None
    properties = found[1]["Properties"]
    child = system.document(properties["TemplateURL"]) or {}
    parameter = pick(random, child.get("Parameters", {}))
    if parameter is None:
        return None
    where = place(random, system, document, before=found[0])
    properties.setdefault("Parameters", {})[parameter] = given_value(random, system, where, parameter)
    return f"{file}: {found[0]} is given {parameter}"


def _mapping(random: Random, system: System) -> str:
    file, document = some(random, system)
    stage, key = random.choice(STAGES), random.choice(("Hue", "Tone"))
    row = document["Mappings"]["Colours"][stage]
    row[key] = word = random.choice([word for word in WORDS if word != row[key]])
    return f"{file}: mapping {stage}.{key} is {word}"


def _condition(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    name = pick(random, document["Conditions"])
    if name is None:
        return None
    # Only of conditions that stand before it, so that there is no circle.
    names = list(document["Conditions"])
    shortened = {**document, "Conditions": dict.fromkeys(names[: names.index(name)])}
    document["Conditions"][name] = condition(random, system, shortened)
    return f"{file}: condition {name} is {document['Conditions'][name]}"


def _output(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    name = pick(random, document.get("Outputs", {}))
    if name is None or random.random() < 0.2:
        add_output(random, system, document)
        return f"{file}: an output is added"
    document["Outputs"][name]["Value"] = value = place(random, system, document).value(sort_of(name))
    return f"{file}: output {name} is {value}"


def _added(random: Random, system: System) -> str:
    file, document = some(random, system)
    foreign = file in system.foreign
    kind = pick(random, [each for each in KINDS if not (foreign and "IAM" in each.type)])
    return f"{file}: {add_resource(random, system, document, kind)} is added"


def _removed(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    if len(document["Resources"]) < 2:
        return None
    name = pick(random, (name for name, _ in leaves(document)))
    if name is None:
        return None
    del document["Resources"][name]
    return f"{file}: {name} is removed"


def _stack_tag(random: Random, system: System) -> str:
    key, value = random.choice(("team", "stage", "owner")), random.choice((*WORDS, ""))
    if value:
        system.tags[key] = value
    else:
        system.tags.pop(key, None)
    return f"stack tag {key} is {value or 'gone'}"


def _resource_tag(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    name = pick(random, (name for name, body in leaves(document) if BY_TYPE[body["Type"]].taggable))
    if name is None:
        return None
    set_tags(random, system, document, name)
    return f"{file}: {name} is tagged anew"


def _stored(random: Random, system: System) -> str | None:
    if not system.stored:
        return None
    name = random.choice(sorted(system.stored))
    system.stored[name] = random.choice([word for word in WORDS if word != system.stored[name]])
    return f"{name} in SSM is {system.stored[name]}"


def _foreign(random: Random, system: System) -> str | None:
    key = pick(random, sorted(system.foreign))
    if key is None:
        return None
    document = system.foreign[key]
    add_resource(random, system, document, BY_TYPE["AWS::SNS::Topic"])
    return f"{key} is another object"


def _policy(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    name, policy = pick(random, document["Resources"]), random.choice(("DeletionPolicy", "UpdateReplacePolicy"))
    body = document["Resources"][name]
    if policy in body:
        del body[policy]
    else:
        body[policy] = "Retain"
    return f"{file}: {name} has another {policy}"


def _retyped(random: Random, system: System) -> str | None:
    """Another type under the logical id of a resource, which CloudFormation refuses."""
    file, document = some(random, system)
    name = pick(random, (name for name, _ in leaves(document)))
    kind = pick(random, [kind for kind in KINDS if not (file in system.foreign and "IAM" in kind.type)])
    if name is None or document["Resources"][name]["Type"] == kind.type:
        return None
    new = add_resource(random, system, document, kind)
    document["Resources"][name] = {**document["Resources"].pop(new), "Properties": {**kind.fixed}}
    for key in kind.needed:
        set_property(random, system, document, name, key)
    return f"{file}: {name} is {kind.type}"


def _dependent(random: Random, system: System) -> str | None:
    file, document = some(random, system)
    names = list(document["Resources"])
    if len(names) < 2:
        return None
    at = random.randrange(1, len(names))
    document["Resources"][names[at]]["DependsOn"] = [random.choice(names[:at])]
    return f"{file}: {names[at]} depends on another resource"


def _switched(random: Random, system: System) -> str | None:
    """Puts a resource that nothing reads under a condition."""
    file, document = some(random, system)
    name, on = pick(random, (name for name, _ in leaves(document))), pick(random, document["Conditions"])
    text = repr(document["Resources"]) + repr(document.get("Outputs"))
    if name is None or on is None or f"'{name}'" in text.replace(f"'{name}': ", ""):
        return None
    document["Resources"][name]["Condition"] = on
    return f"{file}: {name} has condition {on}"


def _described(random: Random, system: System) -> str:
    file, document = some(random, system)
    document["Description"] = random.choice(WORDS)
    return f"{file}: another description"


WEIGHTS: dict[Change, int] = {
    _property: 6,
    _default: 4,
    _value: 5,
    _given: 3,
    _mapping: 5,
    _condition: 4,
    _output: 4,
    _added: 2,
    _removed: 3,
    resource_renamed: 2,
    resource_moved: 2,
    layer_added: 1,
    layer_removed: 1,
    layer_renamed: 1,
    _stack_tag: 3,
    _resource_tag: 2,
    _stored: 6,
    _foreign: 4,
    _policy: 1,
    _retyped: 1,
    _dependent: 1,
    setting_changed: 2,
    layer_doubled: 1,
    add_import: 1,
    _switched: 2,
    _described: 1,
}
_WEIGHED = ([*WEIGHTS], [*WEIGHTS.values()])
