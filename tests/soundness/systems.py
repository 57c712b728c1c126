"""Random systems: trees of small templates in which values travel in every way that CloudFormation knows.

The same seed makes the same system. What is built up here one by one (a resource, a parameter, a layer), changes.py
adds to systems that stand.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.soundness.expressions import place, sort_of
from tests.soundness.system import ROOT_FILE, Document, System, written
from tests.soundness.vocabulary import BY_TYPE, KINDS, STACK, STAGES, WORDS, ResourceKind

FOREIGN_BUCKET = "shared-templates"
SECRET = "deep"
_READING = 0.65
_FOREIGN_URL = f"https://{FOREIGN_BUCKET}.s3.eu-west-1.amazonaws.com/"
MOST_STACKS = 8


def random_system(random: Random, prefix: str) -> System:
    """A system of two to eight stacks, two to four levels deep."""
    system = System(prefix)
    # Where nothing is read elsewhere, a plain change set may stand in for the reviewed one.
    for letter in "abc"[: random.randint(1, 3) * (random.random() < _READING)]:
        system.stored[f"/{prefix}/{letter}"] = random.choice(WORDS)
    for tag in ("team", "stage")[: random.randint(0, 2)]:
        system.tags[tag] = random.choice(WORDS)
    files = [f"layer{number}.yaml" for number in range(random.randint(1, MOST_STACKS - 1))]
    children: dict[str, list[str]] = {file: [] for file in (ROOT_FILE, *files)}
    depths = {ROOT_FILE: 0}
    for file in files:
        above = random.choice([each for each in depths if depths[each] < 3])
        children[above].append(file)
        depths[file] = depths[above] + 1
    for file in reversed(files):
        make_layer(random, system, file, children[file])
    make_layer(random, system, ROOT_FILE, children[ROOT_FILE])
    give_values(random, system, some=True)
    return system


def give_values(random: Random, system: System, *, some: bool = False) -> None:
    """Gives the root's parameters values: all that have no default, and `some` that have one."""
    for name, declared in system.root["Parameters"].items():
        if name not in system.parameters and ("Default" not in declared or (some and random.random() < 0.4)):
            system.parameters[name] = given_constant(random, system, name)
    for name in [name for name in system.parameters if name not in system.root["Parameters"]]:
        del system.parameters[name]


def given_constant(random: Random, system: System, parameter: str) -> str:
    """A value for a parameter of the root; a secret is one that no template has."""
    value = constant(random, system, parameter)
    return f"{SECRET}-{value}" if parameter.startswith("Secret") else value


def make_layer(random: Random, system: System, file: str, children: list[str]) -> None:
    """Writes one template; those that it nests are there already. Some layers lie in the foreign bucket."""
    document: Document = {"Description": "plain", "Parameters": {}, "Mappings": {}, "Conditions": {}, "Resources": {}}
    for number in range(random.randint(1, 4)):
        add_parameter(random, system, document, number)
    document["Mappings"]["Colours"] = {
        stage: {"Hue": random.choice(WORDS), "Tone": random.choice(WORDS)} for stage in STAGES
    }
    for number in range(random.randint(0, 2)):
        document["Conditions"][f"On{number}"] = condition(random, system, document)
    todo: list[str | None] = [*children, *[None] * random.randint(1, 6 if not children else 3)]
    random.shuffle(todo)
    for child in todo:
        if child is None:
            add_resource(random, system, document)
        else:
            add_layer(random, system, document, child)
    for _ in range(random.randint(1, 4)):
        add_output(random, system, document)
    elsewhere = file != ROOT_FILE and not children and system.stored and random.random() < 0.12
    if elsewhere and not _needs_capability(document):
        system.foreign[f"{system.prefix}-{file}"] = document
    else:
        system.files[file] = document


def _needs_capability(document: Document) -> bool:
    return any(body["Type"].startswith("AWS::IAM") for body in document["Resources"].values())


def fresh(taken: Any, stem: str) -> str:
    """A logical id that nothing has yet."""
    return next(name for number in range(1, 999) if (name := f"{stem}{number}") not in taken)


def add_parameter(random: Random, system: System, document: Document, number: int = 0) -> None:
    """Declares a parameter; the first of a template is one for a stage, so that mappings are asked by it."""
    stems = ("Name", "Name", "Secret", "Items", "Cidr", "Vpc", *["Stored"] * bool(system.stored))
    stem = random.choice(stems) if number else "Stage"
    name = fresh(document["Parameters"], stem)
    declared: Document = {"Type": "String"}
    if stem == "Stage":
        declared["AllowedValues"] = [*STAGES]
    elif stem == "Items":
        declared["Type"] = "CommaDelimitedList"
    elif stem == "Stored":
        declared["Type"] = "AWS::SSM::Parameter::Value<String>"
    elif stem == "Secret":
        declared["NoEcho"] = "true"
    if stem == "Stored" or random.random() < 0.6:
        declared["Default"] = constant(random, system, name)
    document["Parameters"][name] = declared


def constant(random: Random, system: System, parameter: str) -> str:
    """A value for a parameter, by its name."""
    if parameter.startswith("Stored"):
        return random.choice(sorted(system.stored))
    if parameter.startswith("Stage"):
        return random.choice(STAGES)
    if parameter.startswith("Secret"):
        return f"hush-{random.choice(WORDS)}"
    fixed = {"Cidr": f"10.{random.randrange(4)}.0.0/16", "Items": random.choice(("red,green", "blue,one"))}
    return fixed.get(parameter.rstrip("0123456789"), "vpc-12345678" if "Vpc" in parameter else random.choice(WORDS))


def condition(random: Random, system: System, document: Document) -> Any:
    """The text of a condition: of parameters, and of conditions that stand before it."""
    names = [name for name in document["Parameters"] if name.startswith(("Name", "Stage", "Stored"))]
    left = {"Ref": random.choice(names)} if names else random.choice(STAGES)
    equals: Any = {"Fn::Equals": [left, random.choice(STAGES)]}
    others = [{"Condition": name} for name in document["Conditions"]]
    if others and random.random() < 0.15:
        return {"Fn::Not": [random.choice(others)]}
    if others and random.random() < 0.4:
        return {random.choice(("Fn::And", "Fn::Or")): [equals, random.choice(others)]}
    return {"Fn::Not": [equals]} if random.random() < 0.4 else equals


def add_resource(random: Random, system: System, document: Document, kind: ResourceKind | None = None) -> str:
    """Adds a resource at the end of a template."""
    kind = kind or random.choice(KINDS)
    name = fresh(document["Resources"], kind.type.rpartition("::")[2])
    body: Document = {"Type": kind.type, "Properties": dict(kind.fixed)}
    if document["Conditions"] and random.random() < 0.15:
        body["Condition"] = random.choice([*document["Conditions"]])
    if random.random() < 0.2:
        body |= {"DeletionPolicy": "Retain"} | ({"UpdateReplacePolicy": "Retain"} if random.random() < 0.7 else {})
    if document["Resources"] and random.random() < 0.1:
        body["DependsOn"] = [random.choice([*document["Resources"]])]
    document["Resources"][name] = body
    for each in (*kind.replacing, *kind.in_place):
        if each in kind.needed or random.random() < 0.5:
            set_property(random, system, document, name, each)
    if kind.taggable and random.random() < 0.3:
        set_tags(random, system, document, name)
    return name


def set_property(random: Random, system: System, document: Document, name: str, key: str) -> None:
    """Gives a property a new value; a name begins with what makes it nobody else's."""
    body = document["Resources"][name]
    kind = BY_TYPE[body["Type"]]
    where = place(random, system, document, before=name)
    where.live = True
    value = where.value({**kind.replacing, **kind.in_place}[key])
    if key == kind.naming and sum(each is document for _, each in system.walk()) > 1:
        body["Properties"].pop(key, None)
        return
    if key == kind.naming:
        value = {"Fn::Join": ["-", [f"{system.prefix}-{system.stem(document)}-{name}", value]]}
    body["Properties"][key] = value


def set_tags(random: Random, system: System, document: Document, name: str) -> None:
    """Gives a resource a tag of its own."""
    where = place(random, system, document, before=name)
    document["Resources"][name]["Properties"]["Tags"] = [{"Key": "owner", "Value": where.value("name")}]


def add_layer(random: Random, system: System, document: Document, file: str) -> str:
    """Nests a template that is there already."""
    foreign = file if file in system.foreign else f"{system.prefix}-{file}"
    url = f"{_FOREIGN_URL}{foreign}" if foreign in system.foreign else file
    child = system.document(url)
    assert child is not None
    where = place(random, system, document)
    given = {}
    for parameter, declared in child["Parameters"].items():
        if "Default" not in declared or random.random() < 0.4:
            given[parameter] = given_value(random, system, where, parameter)
    name = fresh(document["Resources"], "Layer")
    body: Document = {"Type": STACK, "Properties": {"TemplateURL": url} | ({"Parameters": given} if given else {})}
    if document["Conditions"] and random.random() < 0.08:
        body["Condition"] = random.choice([*document["Conditions"]])
    if random.random() < 0.1:
        body["DeletionPolicy"] = "Retain"
    document["Resources"][name] = body
    return name


def given_value(random: Random, system: System, where: Any, parameter: str) -> Any:
    """What a layer is given for a parameter."""
    if parameter.startswith("Stored"):
        return constant(random, system, parameter)
    return where.value(sort_of(parameter))


def add_output(random: Random, system: System, document: Document) -> None:
    """Adds an output of what the template has."""
    where = place(random, system, document)
    sorts = [sort for sort in ("vpc", "cidr", "stage") if any(has == sort for _, has in where.sources)]
    sort = random.choice(["name", "name", "text", *sorts])
    name = fresh(document.get("Outputs", {}), sort.capitalize())
    output: Document = {"Value": where.value(sort)}
    if document["Conditions"] and random.random() < 0.1:
        output["Condition"] = random.choice([*document["Conditions"]])
    if random.random() < 0.15:
        output["Export"] = {"Name": {"Fn::Sub": f"${{AWS::StackName}}-{name}"}}
    document.setdefault("Outputs", {})[name] = output


def texts(system: System) -> dict[str, str]:
    """The files of a system, by name."""
    return {name: written(document) for name, document in system.files.items()}
