"""The rendered tree: root.yaml, one file a layer, params/<env>.json; what of it is stale, and how to mend that."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import Template

from templates import LAYERS, root
from templates.environment import EnvironmentFileError, Mistake, parameter_values, parameters_json
from templates.yaml_writer import MARK, write


@dataclass(frozen=True)
class RenderedFile:
    """One file of the tree: its path in the tree, its text, and the object that the text must read back as."""

    path: str
    text: str
    content: Any


@dataclass(frozen=True)
class FileChange:
    """A file that is not what it should be; `now` or `wanted` is None where there is none."""

    path: Path
    now: str | None
    wanted: str | None


def render(environment_files: Iterable[Path]) -> list[RenderedFile]:
    """Give the whole tree. Raises WiringError, or EnvironmentFileError with the mistakes of all files."""
    layers = [(name, template()) for name, template in LAYERS.items()]
    root_template = root.template(layers)
    files = [_template_file(name, template) for name, template in (("root", root_template), *layers)]
    mistakes: list[Mistake] = []
    for environment_file in environment_files:
        try:
            values = parameter_values(environment_file, root_template.parameters)
        except EnvironmentFileError as error:
            mistakes.extend(error.mistakes)
        else:
            files.append(_parameters_file(environment_file.stem, values))
    if mistakes:
        raise EnvironmentFileError(mistakes)
    return files


def unproved(files: Iterable[RenderedFile]) -> list[str]:
    """Give the paths of files whose text, read by an independent parser, is not the object it was written from."""
    from templates.yaml_reader import read

    return [
        file.path
        for file in files
        if (read(file.text) if file.path.endswith(".yaml") else json.loads(file.text)) != file.content
    ]


def stale(folder: Path, files: Sequence[RenderedFile]) -> list[FileChange]:
    """Give what must change in `folder` so that it holds `files`, and nothing else that was rendered once."""
    changes = []
    for file in files:
        path = folder / file.path
        now = _text(path)
        if now != file.text:
            changes.append(FileChange(path, now, file.text))
    wanted = {folder / file.path for file in files}
    vanished = (
        path for path in [*_listing(folder, ".yaml"), *_listing(folder / "params", ".json")] if path not in wanted
    )
    return changes + [FileChange(path, text, None) for path in vanished if (text := _rendered_once(path)) is not None]


def bring_up_to_date(changes: Iterable[FileChange]) -> None:
    """Make `changes` on disk, each file at once: a reader sees the old one or the new one."""
    for change in changes:
        if change.wanted is None:
            change.path.unlink(missing_ok=True)
        else:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(change.path, change.wanted)


def _template_file(name: str, template: Template) -> RenderedFile:
    content = template.to_dict()
    return RenderedFile(f"{name}.yaml", write(content, f"templates/{name.replace('-', '_')}.py"), content)


def _parameters_file(environment: str, values: dict[str, str]) -> RenderedFile:
    content = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
    return RenderedFile(f"params/{environment}.json", parameters_json(values), content)


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
    ours = isinstance(rows, list) and all(isinstance(row, dict) and set(row) == _ROW for row in rows)
    return text if ours and rows else None


_ROW = {"ParameterKey", "ParameterValue"}


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(text.encode("utf-8"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
