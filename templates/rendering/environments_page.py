"""docs/environments.md: the table of what the environments set, between two marks of a page that people write.

A value that an environment does not set is the default of root.yaml, in brackets; what no environment sets is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cloudformation.scalars import text_of
from templates.rendering.environment import SetEnvironment

PAGE = "docs/environments.md"
BEGIN, END = "<!-- the table is written by render.py -->", "<!-- end of the table -->"


def with_table(page: str, root: Mapping[str, Any], project: Sequence[SetEnvironment]) -> str:
    """Give the page with its table anew; a page without the two marks is left as it is."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return page
    return f"{before}{BEGIN}\n{_table(root, project)}{END}{after}"


def _table(root: Mapping[str, Any], project: Sequence[SetEnvironment]) -> str:
    """One row a parameter that some environment sets, under the groups of the console's form."""
    ours = [one for one in project if one.values is not None]
    lines = [f"| | {' | '.join(one.environment.name for one in ours)} |", f"|---|{'---|' * len(ours)}"]
    for group in root["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        rows = [
            f"| {name} | {' | '.join(_value(one, name, root['Parameters'][name]) for one in ours)} |"
            for name in group["Parameters"]
            if any(name in one.environment.parameters for one in ours)
        ]
        if rows:
            lines += [f"| **{group['Label']['default']}** |{' |' * len(ours)}", *rows]
    return "\n".join(lines) + "\n"


def _value(one: SetEnvironment, name: str, declared: Mapping[str, Any]) -> str:
    setting = one.environment.parameters.get(name)
    if setting is None:
        default = declared.get("Default")
        return f"({text_of(default) or 'empty'})" if default is not None else ""
    # A value that is kept, or comes from an environment variable, is not in the file; a secret is not for a page.
    text = (one.values or {}).get(name)
    if text is None or text_of(declared.get("NoEcho", False)) == "true":
        return "not shown"
    return f"`{text}`" if text else "`''`"
