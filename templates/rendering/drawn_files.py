"""The pictures of docs/ by the name of their file; importing this draws nothing, and needs no library that draws."""

from collections.abc import Sequence

from cloudformation.template.tree import Tree
from templates.rendering.environment import SetEnvironment

_NAME, _MARK = "architecture", "<!-- Drawn by render.py"


def drawn(tree: Tree, project: Sequence[SetEnvironment]) -> dict[str, str]:
    """The system with its defaults, and each environment whose templates these are.

    Raises ModuleNotFoundError where svg.py, which draws, is not installed.
    """
    from templates.pictures.pictures import of_defaults, of_environment

    pictures = {f"{_NAME}.svg": of_defaults(tree)}
    for one in project:
        if one.values is not None:
            pictures[f"{_NAME}-{one.environment.name}.svg"] = of_environment(tree, one.environment, one.values)
    return pictures


def drawn_once(name: str, text: str | None) -> bool:
    """Whether a file is a picture that this project drew: pictures of others in the same folder are not ours."""
    return name.startswith(_NAME) and _MARK in (text or "")[:600]
