"""A system made whole again after a change: what refers to something that is gone gets a constant instead."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from cloudformation.references import intrinsic
from tests.soundness.expressions import sort_of
from tests.soundness.system import Document, System, layers
from tests.soundness.vocabulary import BY_TYPE, FALLBACK, STACK


def mended(system: System) -> None:
    """Puts constants where references lead nowhere, and gives every layer what it needs and no more."""
    for document in [*system.files.values(), *system.foreign.values()]:
        for name, body in layers(document):
            if system.document(body["Properties"]["TemplateURL"]) is None:
                del document["Resources"][name]
    for document in [*system.files.values(), *system.foreign.values()]:
        for _, body in layers(document):
            _give(system, body["Properties"])
    offered = set(exports(system))
    for document in [*system.files.values(), *system.foreign.values()]:
        _mend(system, document, offered)
    reached = [id(document) for document in system.documents()]
    for known in (system.files, system.foreign):
        for name in [name for name, document in known.items() if id(document) not in reached]:
            del known[name]


def _give(system: System, properties: Document) -> None:
    child = system.document(properties["TemplateURL"])
    assert child is not None
    given = {name: value for name, value in properties.get("Parameters", {}).items() if name in child["Parameters"]}
    for name, declared in child["Parameters"].items():
        if "Default" not in declared and name not in given:
            given[name] = sorted(system.stored)[0] if name.startswith("Stored") else FALLBACK[sort_of(name)]
    properties.pop("Parameters", None)
    if given:
        properties["Parameters"] = given


def exports(system: System) -> Iterator[str]:
    """The exports that bear a name of their own, of resources that exist under all conditions."""
    for document in system.documents():
        for output in document.get("Outputs", {}).values():
            name: Any = output.get("Export", {}).get("Name")
            if isinstance(name, str) and "Condition" not in output:
                yield name


def _mend(system: System, document: Document, offered: Collection[str]) -> None:
    conditions = document["Conditions"]
    for body in document["Resources"].values():
        kind = BY_TYPE.get(body["Type"])
        sorts = {**kind.replacing, **kind.in_place} if kind else {}
        properties = body["Properties"]
        body["DependsOn"] = [name for name in body.get("DependsOn", ()) if name in document["Resources"]]
        if not body["DependsOn"]:
            del body["DependsOn"]
        for key in [*properties]:
            if key == "Parameters":
                given = properties[key]
                properties[key] = {
                    each: _whole(system, document, value, sort_of(each), offered) for each, value in given.items()
                }
            else:
                properties[key] = _whole(system, document, properties[key], sorts.get(key, "name"), offered)
        if body.get("Condition") not in conditions:
            body.pop("Condition", None)
    for name, output in document.get("Outputs", {}).items():
        output["Value"] = _whole(system, document, output["Value"], sort_of(name), offered)
        if output.get("Condition") not in conditions:
            output.pop("Condition", None)


def _whole(system: System, document: Document, value: Any, sort: str, offered: Collection[str]) -> Any:
    """An expression in which everything that is read is there."""
    found = intrinsic(value)
    if found and found[0] == "Fn::ImportValue" and found[1] not in offered:
        return FALLBACK.get(sort, "gone")
    if found and found[0] in ("Ref", "Fn::GetAtt") and not _is_there(system, document, *found):
        return FALLBACK.get(sort, "gone")
    if found and found[0] == "Fn::If" and found[1][0] not in document["Conditions"]:
        return _whole(system, document, found[1][1], sort, offered)
    if isinstance(value, dict):
        return {key: _whole(system, document, each, sort, offered) for key, each in value.items()}
    return [_whole(system, document, each, sort, offered) for each in value] if isinstance(value, list) else value


def _is_there(system: System, document: Document, function: str, argument: Any) -> bool:
    if function == "Ref":
        return argument in document["Parameters"] or argument in document["Resources"]
    body = document["Resources"].get(argument[0])
    if body is None:
        return False
    if body["Type"] != STACK:
        return argument[1] in BY_TYPE[body["Type"]].attributes
    child = system.document(body["Properties"]["TemplateURL"]) or {}
    name = argument[1].removeprefix("Outputs.")
    return "Condition" not in child.get("Outputs", {}).get(name, {"Condition": ""})


def renamed(document: Document, old: str, new: str) -> None:
    """Gives a resource another logical id, everywhere in its template."""
    document["Resources"] = {new if name == old else name: body for name, body in document["Resources"].items()}

    def rewritten(value: Any) -> Any:
        if value == {"Ref": old}:
            return {"Ref": new}
        found = intrinsic(value)
        if found and found[0] == "Fn::GetAtt" and found[1][0] == old:
            return {"Fn::GetAtt": [new, found[1][1]]}
        if isinstance(value, dict):
            return {key: rewritten(each) for key, each in value.items()}
        return [rewritten(each) for each in value] if isinstance(value, list) else value

    for body in document["Resources"].values():
        if "DependsOn" in body:
            body["DependsOn"] = [new if name == old else name for name in body["DependsOn"]]
    for section in ("Resources", "Outputs"):
        document[section] = rewritten(document.get(section, {}))
