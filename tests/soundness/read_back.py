"""A family of systems with seeds of its own: a tree reads back what it stores, and conditions test a layer's outputs.

Here a stack writes parameters of Systems Manager and secrets, and any stack of the tree reads them, by references of
each form; and a layer outputs what a sibling's condition tests, which moves onto the tested value, or away from it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.soundness.changes import changed
from tests.soundness.expressions import place
from tests.soundness.mending import mended
from tests.soundness.moves import pick
from tests.soundness.story import Story
from tests.soundness.system import ROOT_FILE, Document, System, layers
from tests.soundness.systems import add_layer, add_resource, fresh, give_values, make_layer
from tests.soundness.vocabulary import BY_TYPE, SECRET_KIND, WORDS

Change = Callable[[Random, System], "str | None"]
_WRITERS = {"AWS::SSM::Parameter": ("ssm", "Value"), SECRET_KIND.type: ("secretsmanager", "SecretString")}
_READERS = (
    ("AWS::EC2::Instance", "ImageId"),
    ("AWS::EC2::Instance", "KeyName"),
    ("AWS::SNS::Topic", "DisplayName"),
    ("AWS::SQS::Queue", "KmsMasterKeyId"),
    ("AWS::IAM::Role", "Description"),
    ("AWS::SSM::Parameter", "Value"),
    ("Custom::Thing", "Release"),
)


def story(seed: int) -> Story:
    """The three systems of a seed: what is read has to stand before it is read."""
    random = Random(f"read back {seed}")
    founding = _founding(random, f"r{seed}")
    before = founding.copied()
    for _ in range(random.randint(1, 4)):
        _read(random, before)
    if random.random() < 0.6:
        _test(random, before)
    mended(before)
    give_values(random, before)
    after, notes = before.copied(), []
    for change in (random.choice((_stores, _stores, _moves_onto)), *random.sample(_CHANGES, random.randint(0, 2))):
        note = change(random, after)
        notes += [note] if note else []
    mended(after)
    give_values(random, after)
    if not notes or random.random() < 0.3:
        after, more = changed(random, after)
        notes += more
    return Story(random, before, after, tuple(notes), founding)


def _founding(random: Random, prefix: str) -> System:
    """A tree of two to four stacks with what it stores, which nothing reads yet."""
    system = System(prefix, stored={f"/{prefix}/a": random.choice(WORDS)})
    files = [f"layer{number}.yaml" for number in range(random.randint(1, 3))]
    deep = len(files) > 1 and random.random() < 0.3
    for file in reversed(files):
        make_layer(random, system, file, [files[-1]] if deep and file == files[0] else [])
    make_layer(random, system, ROOT_FILE, files[:-1] if deep else files)
    for _ in range(random.randint(1, 3)):
        _write(random, system)
    mended(system)
    give_values(random, system)
    return system


def _write(random: Random, system: System) -> None:
    document = random.choice([*system.documents()])
    kind = random.choice([BY_TYPE["AWS::SSM::Parameter"]] * 3 + [SECRET_KIND])
    name = fresh(document["Resources"], "Store")
    member = _WRITERS[kind.type][1]
    value = place(random, system, document).value("name")
    properties = {**kind.fixed, member: value}
    if random.random() < 0.8:
        properties["Name"] = f"/{system.prefix}/own/{system.stem(document)}/{name}"
    document["Resources"][name] = {"Type": kind.type, "Properties": properties}


def _writers(system: System) -> list[tuple[Document, str, Document]]:
    return [
        (document, name, body)
        for document in system.documents()
        for name, body in document["Resources"].items()
        if name.startswith("Store")
    ]


def _read(random: Random, system: System) -> str | None:
    """One more reader of what the tree stores."""
    writer = pick(random, _writers(system))
    if writer is None:
        return None
    document, store, body = writer
    named = body["Properties"].get("Name")
    target = random.choice([*system.documents()]) if named else document
    kind, key = random.choice([each for each in _READERS if target in system.files.values() or "IAM" not in each[0]])
    name = add_resource(random, system, target, BY_TYPE[kind])
    target["Resources"][name]["Properties"][key] = _expression(random, target, writer)
    if target is document and random.random() < 0.5:
        target["Resources"][name].setdefault("DependsOn", []).append(store)
    _order(random, system, document, target)
    return f"{system.stem(target)}: {name}.{key} reads {store} of {system.stem(document)}"


def _expression(random: Random, target: Document, writer: tuple[Document, str, Document]) -> Any:
    """A reference to what a writer stores, in one of its forms."""
    document, store, body = writer
    service, named = _WRITERS[body["Type"]][0], body["Properties"].get("Name")
    if target is document and (not named or random.random() < 0.4):
        joined = {"Fn::Join": ["", [f"{{{{resolve:{service}:", {"Ref": store}, "}}"]]}
        return random.choice([joined, {"Fn::Sub": f"{{{{resolve:{service}:${{{store}}}}}}}"}])
    if service == "ssm" and random.random() < 0.4:
        parameter = fresh(target["Parameters"], "Stored")
        target["Parameters"][parameter] = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": named}
        return {"Ref": parameter}
    text = f"{{{{resolve:{service}:{named}}}}}"
    return random.choice([text, {"Fn::Join": [":", text.split(":")]}, {"Fn::Sub": ["${N}", {"N": text}]}])


def _order(random: Random, system: System, first: Document, second: Document) -> None:
    """Has one layer wait for another that stands before it in the template of both."""
    for document in system.documents():
        nested = [(body, system.document(body["Properties"]["TemplateURL"]), name) for name, body in layers(document)]
        at = {id(child): number for number, (_, child, _) in enumerate(nested)}
        both = (at.get(id(first)), at.get(id(second)))
        if both[0] is not None and both[1] is not None and both[0] < both[1] and random.random() < 0.5:
            nested[both[1]][0].setdefault("DependsOn", []).append(nested[both[0]][2])


def _test(random: Random, system: System) -> None:
    """Has a layer output what a condition of another one tests."""
    pairs = [
        (document, one, other)
        for document in system.documents()
        for number, one in enumerate(layers(document))
        for other in layers(document)[number + 1 :]
        if "Condition" not in one[1]
    ]
    found = pick(random, pairs)
    if found is None:
        return
    _, (name, body), (_, tested) = found
    source, target = (system.document(each["Properties"]["TemplateURL"]) for each in (body, tested))
    if source is None or target is None:
        return
    source["Parameters"]["NameOut1"] = {"Type": "String", "Default": random.choice(WORDS)}
    source.setdefault("Outputs", {})["NameOut1"] = {"Value": {"Ref": "NameOut1"}}
    target["Parameters"]["NameIn1"] = {"Type": "String"}
    tested["Properties"].setdefault("Parameters", {})["NameIn1"] = {"Fn::GetAtt": [name, "Outputs.NameOut1"]}
    target["Conditions"]["Tested1"] = {"Fn::Equals": [{"Ref": "NameIn1"}, random.choice(WORDS)]}
    target["Conditions"]["Tested2"] = {"Fn::Not": [{"Condition": "Tested1"}]}
    for _ in range(random.randint(1, 3)):
        on = random.choice(("Tested1", "Tested2"))
        made = target["Resources"][add_resource(random, system, target)]
        made["Condition"] = on
    if random.random() < 0.3 and target in system.files.values():
        make_layer(random, system, "tested.yaml", [])
        target["Resources"][add_layer(random, system, target, "tested.yaml")]["Condition"] = "Tested1"


def _moves_onto(random: Random, system: System) -> str | None:
    """The output comes to be what the condition tests; or, where it is that already, something else."""
    source = pick(random, [each for each in system.documents() if "NameOut1" in each["Parameters"]])
    target = pick(random, [each for each in system.documents() if "Tested1" in each["Conditions"]])
    if source is None or target is None:
        return None
    wanted, declared = target["Conditions"]["Tested1"]["Fn::Equals"][1], source["Parameters"]["NameOut1"]
    others = [word for word in WORDS if word != declared["Default"]]
    declared["Default"] = random.choice(others) if declared["Default"] == wanted else wanted
    return f"the tested output is {declared['Default']}"


def _stores(random: Random, system: System) -> str | None:
    writer = pick(random, _writers(system))
    if writer is None:
        return None
    document, name, body = writer
    member = _WRITERS[body["Type"]][1]
    old = body["Properties"].get(member)
    body["Properties"][member] = random.choice([word for word in WORDS if word != old])
    return f"{system.stem(document)}: {name} stores {body['Properties'][member]}"


def _is_described(random: Random, system: System) -> str | None:
    writer = pick(random, _writers(system))
    if writer is None:
        return None
    writer[2]["Properties"]["Description"] = random.choice(WORDS)
    return f"{writer[1]} is described"


def _stores_elsewhere(random: Random, system: System) -> str | None:
    writer = pick(random, [each for each in _writers(system) if "Name" in each[2]["Properties"]])
    if writer is None:
        return None
    writer[2]["Properties"]["Name"] += "-new"
    return f"{writer[1]} stores under another name"


def _is_gone(random: Random, system: System) -> str | None:
    writer = pick(random, [each for each in _writers(system) if len(each[0]["Resources"]) > 1])
    if writer is None or f"'{writer[1]}'" in repr([*writer[0]["Resources"].values(), writer[0].get("Outputs")]):
        return None
    if f"${{{writer[1]}}}" in repr(writer[0]["Resources"]):
        return None
    del writer[0]["Resources"][writer[1]]
    return f"{writer[1]} goes"


_CHANGES: tuple[Change, ...] = (_moves_onto, _stores, _is_described, _stores_elsewhere, _is_gone, _read)
