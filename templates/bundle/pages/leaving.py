"""What a deletion removes, and what it retains in the account."""

from collections.abc import Iterator

from cloudformation.resource_types.losses import HOLDS_DATA
from cloudformation.resource_types.policies import deletion_policy
from cloudformation.template.tree import Tree, section
from templates.bundle.pages.markdown import Lines, bullets, commands, heading, paragraph
from templates.bundle.pages.stack_facts import CERTIFICATE, StackFacts, path_of
from templates.load_balancer.parameters import deletion_protection


def deleting(facts: StackFacts) -> Lines:
    environment = facts.one.environment
    lines = heading(3, f"{facts.title}: delete the stack, and what is retained")
    lines += paragraph(
        "The command shows what it deletes and what it retains, and asks for the stack name. Retained resources "
        "incur costs."
    )
    protections = list(_protections(facts))
    if protections:
        lines += paragraph("The stack is protected. First turn off each protection, in this order:")
        lines += commands(*protections, when="unprotect")
    lines += commands(facts.program("delete"), when="delete")
    left = list(_left(facts))
    left += [f"the validation record of `{path_of(one)}` in the hosted zone" for one in facts.of(CERTIFICATE)]
    left += [
        f"the bucket `{environment.bucket}` with templates and release records, which other stacks use",
        "records, alarms and images that these templates did not create",
    ]
    lines += paragraph("The following stays in the account:")
    lines += bullets(f"{line[0].upper()}{line[1:]}." for line in left)
    lines += commands(facts.aws("s3api list-buckets", f"--query \"Buckets[?starts_with(Name, '{facts.stack}')].Name\""))
    return lines + paragraph(
        facts.console(*facts.in_console, "Delete"),
        "Delete the root stack, never a nested stack alone.",
        "Each service of the environment is a separate stack: delete the services first."
        if environment.service is None
        else "",
    )


def _protections(facts: StackFacts) -> Iterator[str]:
    if facts.one.values.get(deletion_protection.title) == "true":
        yield facts.program("deploy", f"--set {deletion_protection.title}=false")
    if facts.one.environment.termination_protection:
        yield facts.program("protect", "--off")


def _left(facts: StackFacts) -> Iterator[str]:
    """The resources that the templates retain, and those that are deleted with their data."""
    present = {
        (*resource.path, resource.name) for type_name in _types(facts.one.tree) for resource in facts.of(type_name)
    }
    for path, type_name, policy in _policies(facts.one.tree, ()):
        if path in present and policy != "Delete":
            noun = type_name.rpartition("::")[2]
            held = HOLDS_DATA.get(noun) or HOLDS_DATA.get(type_name.partition("::")[2])
            yield f"`{'/'.join(path)}` ({type_name}){f' with {held}' if held else ''}: its DeletionPolicy is {policy}"


def _types(tree: Tree) -> set[str]:
    own = {str(body["Type"]) for body in section(tree, "Resources").values()}
    return own.union(*(_types(nested) for nested in tree.nested.values()))


def _policies(tree: Tree, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for name, body in section(tree, "Resources").items():
        yield (*path, name), str(body["Type"]), deletion_policy(str(body["Type"]), body)
    for name, nested in tree.nested.items():
        yield from _policies(nested, (*path, name))
