"""Which pictures there are: the system with its defaults, and each environment as it will be."""

from collections.abc import Mapping

from cloudformation.environment.environment_file import Environment
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section
from templates.parts.parameters import hosted_zone_id
from templates.pictures.canvas.shapes import Page
from templates.pictures.facts.resolved_tree import resolved_tree
from templates.pictures.page import page

# It may be empty, though not with the defaults of what else there is.
_ASKED_FOR: Mapping[str, str | None] = {hosted_zone_id.title: None}


def of_defaults(tree: Tree) -> str:
    """The system where every parameter has its default; what has none is shown as `${Name}`."""
    about = f"{_description(tree)} Drawn with the default of every parameter; ${{Name}} is a parameter without a "
    "default."
    return _written(page(resolved_tree(tree, _ASKED_FOR, {}), "The system and its layers", about, with_absent=True))


def of_environment(tree: Tree, environment: Environment, values: Mapping[str, str | None]) -> str:
    """The system of an environment; a value that its file does not say is shown as `${Name}`."""
    known = {name: values.get(name) for name in section(tree, "Parameters")}
    pseudo = {
        "AWS::AccountId": environment.account,
        "AWS::Region": environment.region,
        "AWS::StackName": environment.stack,
    }
    about = f"Stack {environment.stack} in account {environment.account}, {environment.region}. {_description(tree)}"
    resolved = resolved_tree(tree, known, {name: text for name, text in pseudo.items() if text})
    return _written(page(resolved, f"Environment {environment.name}", about))


def _description(tree: Tree) -> str:
    return text_of(tree.document.get("Description", ""))


def _written(drawn: Page) -> str:
    # A tenth of a second for those who draw alone.
    from templates.pictures.canvas.svg_writer import written

    return written(drawn)
