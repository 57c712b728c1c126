"""The rendered tree: root.yaml, one file a layer, IAM policies, params/*.json; what is stale, and how to fix it."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from troposphere import Template

from cloudformation.environment.at_creation import values_at_creation
from cloudformation.environment.findings import Problem
from cloudformation.environment.services.attached import FOLDER
from cloudformation.template.tree import PlainTree, Tree
from templates.layers import LAYERS, root
from templates.parts.content import plain, template_content
from templates.parts.json_text import indented
from templates.pipelines import ci_role, service_role
from templates.pipelines.ci_role import Deployer
from templates.rendering.environment import SetEnvironment, environments, parameter_rows, parameters_json
from templates.rendering.environments_page import with_table
from templates.rendering.lint_regions import with_regions
from templates.rendering.policy_documents import policy_documents
from templates.rendering.yaml_writer import MARK, write
from templates.schema.environment_schema import PATH, environment_schema, written

if TYPE_CHECKING:
    from templates.security.beside import Beside


class RenderedFile(NamedTuple):
    """One file of the tree: its path in the tree, its text, and the object that the text must read back as."""

    path: str
    text: str
    content: Any


class _Known(NamedTuple):
    """The parameters of templates by their `id`, as data, and the lines of these data by theirs: root has those of
    all layers."""

    contents: dict[int, Any]
    lines: dict[int, list[str]]


class FileChange(NamedTuple):
    """A file that is not what it should be; `now` or `wanted` is None where there is none."""

    path: Path
    now: str | None
    wanted: str | None


def render(
    environment_files: Iterable[Path], *, services_in: Path | None = None, thorough: bool = True
) -> tuple[list[RenderedFile], tuple[Problem, ...], Callable[[str], str], Callable[[], dict[str, str]]]:
    """Give the whole tree, what to warn of in the environment files, which may be checked thoroughly, what writes
    the tables of a page of theirs anew, and what draws the pictures of docs/, by name. `services_in` is the folder of
    the services' modules.

    Raises WiringError, HandlerPermissionsError, PolicySizeError, or EnvironmentFileError with the problems of all
    files.
    """
    known = _Known({}, {})
    files = [_template_file(f"{name}.yaml", _module(name), template, known) for name, template in templates()]
    nested = tree_of("root.yaml", {file.path: file.content for file in files})
    attached = _services(services_in) if services_in else {}
    trees = {name: PlainTree(file.content) for name, file in attached.items()}
    project = environments(environment_files, nested, trees, thorough=thorough)
    schema = environment_schema(nested, trees)
    files += [*attached.values(), RenderedFile(PATH, written(schema), schema)]
    contents = {file.path: file.content for file in files}
    files += _policy_files(contents, project)
    for one in project:
        files += _parameters_files(nested, one) if one.values is not None else []
    warnings = tuple(warning for one in project for warning in one.warnings)
    return (
        files,
        warnings,
        lambda page: _with_tables(page, nested, project, {file.path: file.content for file in files}),
        lambda: _pictures(nested, project),
    )


def _pictures(tree: Tree, project: Sequence[SetEnvironment]) -> dict[str, str]:
    # Most who render draw nothing.
    from templates.rendering.drawn_files import drawn

    return drawn(tree, project)


def _services(folder: Path) -> dict[str, RenderedFile]:
    if not folder.is_dir():
        return {}
    from templates.rendering.services import path_of, services  # where there is none, none is to be read

    return {name: _template_file(path_of(name), source, template) for name, source, template in services(folder)}


def _with_tables(page: str, tree: Tree, project: Sequence[SetEnvironment], contents: Mapping[str, Any]) -> str:
    """The page with the tables that its marks ask for; without marks as it is."""
    from templates.pipelines.ci_page import with_environments
    from templates.security.page import with_controls  # not when rendering into another folder

    every = [(one.environment, one.values) for one in project]
    settled = [(environment, values) for environment, values in every if values is not None]
    page = with_environments(with_table(page, tree.document, project), every)
    page = with_controls(page, tree, settled, lambda: _beside(project, contents))
    return with_regions(page, settled)


def _beside(project: Sequence[SetEnvironment], contents: Mapping[str, Any]) -> "list[Beside]":
    """The stacks beside the platform in each environment: services, and the roles that the owner makes once."""
    from templates.security.beside import Beside

    stacks = []
    for one in project:
        environment = one.environment
        for name, values in one.services.items():
            stacks.append(Beside(name, PlainTree(contents[f"{FOLDER}/{name}.yaml"]), environment, values))
        roles = {"service role": f"{_POLICIES}/{environment.name}-service-role.yaml", "pipeline": "ci-role.yaml"}
        for label, path in roles.items():
            if path in contents and one.values is not None:
                stacks.append(Beside(label, PlainTree(contents[path]), environment, {}, is_deployed=False))
    return stacks


def tree_of(path: str, contents: Mapping[str, Mapping[str, Any]]) -> PlainTree:
    """The templates as they nest each other."""
    resources = contents[path]["Resources"]
    urls = {name: body.get("Properties", {}).get("TemplateURL") for name, body in resources.items()}
    return PlainTree(contents[path], {name: tree_of(url, contents) for name, url in urls.items() if url in contents})


def templates() -> list[tuple[str, Template]]:
    """Give root, then every layer in build order, each with its name. Raises WiringError."""
    layers = [(name, template()) for name, template in LAYERS.items()]
    return [("root", root.template(layers)), *layers]


def unproved(files: Iterable[RenderedFile]) -> list[str]:
    """Give the paths of files whose text, read as CloudFormation reads it, is not the object it was written from.

    The reader is that of cloudformation/, which does not depend on the writer: a second one here would prove
    less. The tests check the writer with third-party parsers (the AWS CLI's, cfn-flip's).
    """
    from cloudformation.text import read

    return [
        file.path
        for file in files
        if (read(file.text) if file.path.endswith(".yaml") else json.loads(file.text)) != file.content
    ]


def stale(folder: Path, files: Sequence[RenderedFile]) -> list[FileChange]:
    """Give what must change in `folder` so that it has `files`, and no other rendered files."""
    changes = []
    for file in files:
        path = folder / file.path
        now = _text(path)
        if now != file.text:
            changes.append(FileChange(path, now, file.text))
    wanted = {folder / file.path for file in files}
    listed = [*_listing(folder, ".yaml"), *_listing(folder, ".json")]
    listed += [*_listing(folder / "params", ".json"), *_listing(folder / "params" / FOLDER, ".json")]
    listed += [*_listing(folder / _POLICIES, ".json"), *_listing(folder / _POLICIES, ".yaml")]
    listed += _listing(folder / FOLDER, ".yaml")
    vanished = (path for path in listed if path not in wanted)
    return changes + [FileChange(path, text, None) for path in vanished if (text := _rendered_once(path)) is not None]


def stale_page(page: Path, rewritten: Callable[[str], str]) -> list[FileChange]:
    """Give the change of a page that people write, whose table is not what it should be; nothing where it is absent."""
    now = _text(page)
    wanted = now if now is None else rewritten(now)
    return [] if now == wanted else [FileChange(page, now, wanted)]


def stale_pictures(folder: Path, pictures: Mapping[str, str]) -> list[FileChange]:
    """Give what must change in `folder` so that it has `pictures`, and no other drawn ones."""
    from templates.rendering.drawn_files import drawn_once

    now = {path.name: _text(path) for path in _listing(folder, ".svg")}
    kept = {name: text for name, text in now.items() if name in pictures or drawn_once(name, text)}
    names = dict.fromkeys([*pictures, *kept])
    return [
        FileChange(folder / name, now.get(name), pictures.get(name))
        for name in names
        if now.get(name) != pictures.get(name)
    ]


def bring_up_to_date(changes: Iterable[FileChange]) -> None:
    """Make `changes` on disk, each file at once: a reader sees the old one or the new one."""
    for change in changes:
        if change.wanted is None:
            change.path.unlink(missing_ok=True)
        else:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(change.path, change.wanted)


def _template_file(path: str, source: str, template: Template, known: _Known | None = None) -> RenderedFile:
    known = _Known({}, {}) if known is None else known
    written = template_content(template, known.contents)
    return RenderedFile(path, write(written, source, known.lines), written)


def _module(layer: str) -> str:
    return f"templates/layers/{layer.replace('-', '_')}.py"


def _policy_files(contents: Mapping[str, Any], project: Sequence[SetEnvironment]) -> list[RenderedFile]:
    """What may be done in each environment: documents to attach, and the roles of CloudFormation and of a pipeline."""
    documents, environments = policy_documents(contents, project), [one.environment for one in project]
    files = []
    for one in environments:
        for number, text in enumerate(documents.deployers[one.name], start=1):
            part = f"-{number}" if number > 1 else ""
            files.append(_policy_file(f"{_POLICIES}/{one.name}-deployer{part}.json", text))
        if one.name in documents.service_roles:
            template = service_role.template(one, documents.service_roles[one.name])
            path = f"{_POLICIES}/{one.name}-service-role.yaml"
            files.append(_template_file(path, "templates/pipelines/service_role.py", template))
    if documents.bucket:
        files.append(_policy_file(f"{_POLICIES}/artifacts-bucket.json", plain(documents.bucket)))
    deployers = [Deployer(one.name, one.account, documents.deployers[one.name]) for one in environments]
    if deployers:
        files.append(_template_file("ci-role.yaml", "templates/pipelines/ci_role.py", ci_role.template(deployers)))
    return files


def _policy_file(path: str, document: Mapping[str, Any]) -> RenderedFile:
    # awacs writes its keys in alphabetical order; a policy reads Version, then Sid, Effect, Action, Resource.
    statements = [
        {key: statement[key] for key in _STATEMENT if key in statement} for statement in document["Statement"]
    ]
    written = {"Version": document["Version"], "Statement": statements}
    return RenderedFile(path, indented(written), written)


def _parameters_files(tree: Tree, one: SetEnvironment) -> list[RenderedFile]:
    """The parameters of an environment; those of its creation in a file of their own, where they are others; and those
    of each of its services."""
    environment, values = one.environment.name, one.values or {}
    created = {name: value for name, value in values_at_creation(tree).items() if name in values}
    named = {environment: values, f"{environment}.at-creation": {**values, **created}}
    given = {name: rows for name, rows in named.items() if name == environment or rows != values}
    given |= {f"{FOLDER}/{environment}.{name}": rows for name, rows in one.services.items()}
    return [
        RenderedFile(f"params/{name}.json", parameters_json(rows), parameter_rows(rows)) for name, rows in given.items()
    ]


def _listing(folder: Path, suffix: str) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix == suffix)


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None


def _rendered_once(path: Path) -> str | None:
    """Give the file's text if this project wrote it: others' files in the same folder are not ours to remove."""
    text = _text(path) or ""
    if path.suffix == ".yaml":
        return text if text.startswith(MARK) else None
    try:
        rows = json.loads(text)
    except ValueError:
        return None
    if "params" not in (path.parent.name, path.parent.parent.name):
        named = path.parent.name == _POLICIES or path.stem.endswith("-policy")
        return text if named and isinstance(rows, dict) and set(rows) == _POLICY else None
    ours = isinstance(rows, list) and all(isinstance(row, dict) and set(row) in _ROWS for row in rows)
    return text if ours and rows else None


_POLICIES = "policies"
_POLICY = {"Version", "Statement"}
_STATEMENT = ("Sid", "Effect", "Action", "Resource", "Condition")
_ROWS = ({"ParameterKey", "ParameterValue"}, {"ParameterKey", "UsePreviousValue"})


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(text.encode("utf-8"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
