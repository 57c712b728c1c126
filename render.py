"""Render the templates to the YAML that people review and that is deployed."""

import templates  # noqa: F401, I001 - before pathlib, because it postpones what pathlib imports and nobody uses

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import argparse

    from templates.rendering.tree import FileChange, RenderedFile

PROJECT = Path(__file__).resolve().parent
SECURITY = "docs/security.md"


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Run the command for the project in `project`; return its exit code."""
    # Importing argparse takes a tenth of the total time, so it is skipped if there are no arguments.
    options = _parsed(arguments) if arguments else None
    folder = Path(options.out) if options and options.out else project / "rendered"
    check, diagram = bool(options and options.check), options.diagram if options else None
    if options and options.new_service:
        return _new_service(project / "templates/services", options.new_service, options.kind)
    if options and options.new:
        return _new_project(project, Path(options.new), options)
    if options and options.bundle:
        return _bundle(project, Path(options.bundle), options)

    from templates.parts.policy_parts import PolicySizeError
    from templates.parts.wiring import WiringError
    from templates.rendering.environment import EnvironmentFileError
    from templates.rendering.handler_permissions import HandlerPermissionsError
    from templates.rendering.tree import bring_up_to_date, unproved

    try:
        files, changes = _changes(project, folder, check=check, diagram=diagram)
        if check:
            return _check(changes, unproved(files))
        bring_up_to_date(changes)
    except (EnvironmentFileError, HandlerPermissionsError, PolicySizeError, WiringError, _NotDrawnError) as error:
        return _nothing(error)
    except BrokenPipeError:
        # The reader of the diff (head, less) closed the pipe; the interpreter's last flush must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"render.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    for change in changes:
        print(f"{_verb(change)} {_shown(change.path)}")
    print(f"{len(files)} files in {_shown(folder)}, {len(changes) or 'none'} changed", file=sys.stderr)
    return 0


def _changes(
    project: Path, folder: Path, *, check: bool, diagram: bool | None
) -> tuple[list["RenderedFile"], list["FileChange"]]:
    """The whole tree, and the changes that bring `folder` and the project's pages up to date."""
    from cloudformation.environment.environment_file import PRICES_FILE, environment_files
    from templates.pipelines.ci_page import PAGE as PIPELINES
    from templates.rendering.environments_page import PAGE as ENVIRONMENTS
    from templates.rendering.lint_regions import PAGE as LINT_REGIONS
    from templates.rendering.tree import render, stale, stale_page

    params = project / "params"
    environments = [_shown(file) for file in environment_files(params)]
    files, warnings, with_tables, draw = render(
        environments, services_in=project / "templates/services", thorough=check
    )
    if check:
        from templates.rendering.environment import refuse_bad_prices

        refuse_bad_prices(params, str(_shown(params / PRICES_FILE)))
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    changes = stale(folder, files)
    if folder == project / "rendered":
        for page in (ENVIRONMENTS, SECURITY, PIPELINES, LINT_REGIONS):
            changes += stale_page(project / page, with_tables)
        # Drawing takes longer than everything else, so it is done only if an input of the diagrams changed.
        if diagram or (diagram is None and (check or changes)):
            changes += _pictures(project / "docs", draw, needed=check or bool(diagram))
    return files, changes


class _NotDrawnError(Exception):
    """The diagrams cannot be drawn, and so cannot be compared either."""


def _pictures(folder: Path, draw: Callable[[], dict[str, str]], *, needed: bool) -> list["FileChange"]:
    """The changes in docs/. A missing drawing library is a warning, or an error if the diagrams are `needed`."""
    from templates.rendering.tree import stale_pictures

    if not folder.is_dir():
        return []
    try:
        return stale_pictures(folder, draw())
    except ModuleNotFoundError as error:
        if error.name != "svg":
            raise
        remedy = "install requirements/run.txt, then run python render.py --diagram"
        reason = f"{_shown(folder)}/architecture*.svg cannot be drawn because svg.py is not installed; {remedy}"
        if needed:
            raise _NotDrawnError(reason) from None
        print(f"warning: {reason}", file=sys.stderr)
        return []


def _parsed(arguments: Sequence[str]) -> "argparse.Namespace":
    from templates.command_line import parsed

    return parsed(arguments, str(__doc__))


def _new_project(project: Path, folder: Path, options: "argparse.Namespace") -> int:
    from templates.command_line import OF_NEW
    from templates.new_project.answers import AnswersError, complete
    from templates.new_project.new_project import NewProjectError, refuse_folder, write_new_project

    given = {name: getattr(options, name) for name in OF_NEW}
    try:
        refuse_folder(folder, project)  # before asking any question
        answers = complete(given, _ask if sys.stdin.isatty() else None)
        count = write_new_project(project, folder, answers)
    except (AnswersError, NewProjectError) as error:
        return _nothing(error)
    except OSError as error:
        return _nothing(f"{error.filename}: {error.strerror}")
    except (EOFError, KeyboardInterrupt):
        return _nothing("")
    print(f"{answers.name}: {count} files in {_shown(folder)}", file=sys.stderr)
    print(
        f"next: cd {folder}, git init and commit, make rehearse, make test; then continue with docs/make-it-yours.md",
        file=sys.stderr,
    )
    return 0


def _bundle(project: Path, folder: Path, options: "argparse.Namespace") -> int:
    from templates.bundle.bundle import write_bundle
    from templates.bundle.errors import BundleError

    try:
        made = write_bundle(project, folder, options.version, options.since)
    except BundleError as error:
        return _nothing(error)
    for warning in made.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"version {made.stamp.version}, {made.stamp.digest}")
    print(f"{len(made.files)} files in {_shown(folder)}", file=sys.stderr)
    return 0


def _nothing(reason: object) -> int:
    print(f"{reason}\nrender.py: nothing was written", file=sys.stderr)
    return 2


def _ask(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    return input()


def _new_service(folder: Path, name: str, kind: str | None) -> int:
    from cloudformation.environment.services.attached import Kind
    from templates.rendering.new_service import next_steps, write_module
    from templates.service.stack import DeclarationError

    chosen = Kind(kind or "web")
    try:
        print(f"added {_shown(write_module(folder, name, chosen))}")
    except (DeclarationError, OSError) as error:
        return _nothing(error)
    print(next_steps(name, chosen), file=sys.stderr)
    return 0


def _check(changes: Sequence["FileChange"], broken: Sequence[str]) -> int:
    from difflib import unified_diff

    for change in changes:
        name = str(_shown(change.path))
        before, after = name if change.now else "/dev/null", name if change.wanted else "/dev/null"
        old, new = (change.now or "").splitlines(keepends=True), (change.wanted or "").splitlines(keepends=True)
        sys.stdout.writelines(unified_diff(old, new, before, after))
    sys.stdout.flush()
    for path in broken:
        print(f"render.py: {path} does not read back as the template it was written from", file=sys.stderr)
    if changes:
        drawn = " --diagram" if any(change.path.suffix == ".svg" for change in changes) else ""
        command = f"python render.py{drawn}"
        print(f"render.py: {len(changes)} stale; run {command} and commit the result", file=sys.stderr)
    return 1 if changes or broken else 0


def _verb(change: "FileChange") -> str:
    if change.now is None:
        return "added"
    return "removed" if change.wanted is None else "changed"


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _leave(code: int) -> NoReturn:
    """End the process immediately: every file is closed, and normal interpreter shutdown takes a tenth of the time."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader closed the pipe
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    gc.disable()  # Every object lives until the end, so there is nothing to collect.
    _leave(main(sys.argv[1:]))
