"""Every parameter of a stack: its meaning and constraint, what a change replaces, its value in each environment."""

from collections.abc import Mapping, Sequence
from typing import Any

from cloudformation.parameters.declarations import is_no_echo
from cloudformation.scalars import text_of
from cloudformation.template.tree import section
from templates.bundle.pages.markdown import Lines, heading, literal, paragraph, table
from templates.bundle.pages.stack_facts import StackFacts
from templates.parts.parameters import said_of_replacing

_INTERFACE = "AWS::CloudFormation::Interface"


def parameters(stacks: Sequence[StackFacts]) -> Lines:
    """The tables: one of the platform, and one of each service."""
    services = dict.fromkeys(facts.one.environment.service for facts in stacks)
    lines = paragraph(
        "A value in parentheses is the default of the template: the environment does not set it.",
        "A replaced resource is created again, and the old one is deleted. The review of `plan` shows this "
        "before anything",
        "happens, and the change needs an approval if something is lost.",
    )
    for service in services:
        of_service = [facts for facts in stacks if facts.one.environment.service == service]
        lines += heading(3, f"Parameters of the service {service}" if service else "Parameters of the platform")
        lines += _table(of_service)
    return lines


def _table(stacks: Sequence[StackFacts]) -> Lines:
    template = stacks[0].one.tree
    declared = section(template, "Parameters")
    head = ["Parameter", "What it means", "Allowed values", "A change replaces"]
    head += [facts.one.environment.name for facts in stacks]
    rows: list[list[str]] = []
    for group, names in _groups(template.document, list(declared)).items():
        rows.append([f"**{group}**", *[""] * (len(head) - 1)])
        rows += [_row(name, declared[name], stacks) for name in names]
    return table(head, rows)


def _groups(document: Mapping[str, Any], declared: list[str]) -> dict[str, list[str]]:
    """The parameters as the console's form groups them; those of no group come last."""
    interface = document.get("Metadata", {}).get(_INTERFACE, {})
    groups = {
        text_of(group["Label"]["default"]): [name for name in group["Parameters"] if name in declared]
        for group in interface.get("ParameterGroups", [])
    }
    grouped = {name for names in groups.values() for name in names}
    others = [name for name in declared if name not in grouped]
    return groups | ({"Others": others} if others else {})


def _row(name: str, body: Mapping[str, Any], stacks: Sequence[StackFacts]) -> list[str]:
    means, replaced = said_of_replacing(text_of(body.get("Description", "")))
    values = [_value(name, body, facts) for facts in stacks]
    return [literal(name), means, _constraint(body), replaced, *values]


def _constraint(body: Mapping[str, Any]) -> str:
    if "ConstraintDescription" in body:
        return text_of(body["ConstraintDescription"])
    if "AllowedValues" in body:
        return f"one of {', '.join(map(text_of, body['AllowedValues']))}"
    return text_of(body.get("Type", "String"))


def _value(name: str, body: Mapping[str, Any], facts: StackFacts) -> str:
    setting = facts.one.environment.parameters.get(name)
    if setting is not None and setting.source is not None:
        return setting.source.told
    if is_no_echo(body):
        return "not shown"
    text = facts.one.values.get(name)
    if text is None:
        return "kept as the stack has it"
    shown = literal(text) if text else "empty"
    return shown if setting is not None else f"({shown})"
