"""Render the templates to the YAML that people review and that is deployed."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from templates.rendering.tree import FileChange, RenderedFile

PROJECT = Path(__file__).resolve().parent
SECURITY = "docs/security.md"

EPILOG = """\
what it reads
  templates/layers/*.py     the system, layer by layer
  templates/services/*.py   further services, each a stack of its own
  params/<env>.yaml         what differs between environments
  params/prices.yaml        what deploy.py tells of the cost of a change: held to its form, and no more

what it writes, all of it to be committed
  rendered/root.yaml and one file a layer
  rendered/services/*.yaml     one file a service
  rendered/policies/*.json     what deploy.py and CloudFormation's service role may do, in each environment
  rendered/ci-role.yaml        what a pipeline takes to deploy: a stack that is made once, by hand
  rendered/params/<env>.json   every parameter of root.yaml, for aws cloudformation --parameters
  rendered/params/<env>.at-creation.json   the same for a first creation, where that leaves something out
  rendered/params/services/<env>.<service>.json   the same for each service
  docs/environments.md         its table of what the environments set
  docs/security.md             its tables of what Security Hub's controls say of each environment
  docs/ci.md                   its table of GitHub's environments
  docs/architecture*.svg       the system, and each environment, where something of the above changed
  .cfnlintrc                   its Regions: those of the environments

With --new it writes into DIR and nowhere else: a project of your own, from the committed files of this one, with
your names, domain, Region and account. It asks on a terminal for what is not given (docs/make-it-yours.md).

It removes what it wrote once and would not write again; files of others stay. The same input gives the same bytes.

exit codes
  0   done, or up to date
  1   --check: something is stale, or does not read back as what it was written from
  2   wrong use, or a bad file in params/; nothing was written

next
  git diff rendered/                       what people review
  python render.py --diagram               draw every picture again, whatever changed
  python deploy.py --env dev --rehearse    play the deployment on this machine
"""


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Run the command over the project in `project`; give its exit code."""
    # argparse takes a tenth of the time that all the rest does: not for a call that has nothing to parse.
    options = _parse(arguments) if arguments else None
    folder = Path(options.out) if options and options.out else project / "rendered"
    check, diagram = bool(options and options.check), options.diagram if options else None
    if options and options.new_service:
        return _new_service(project / "templates/services", options.new_service, options.kind)
    if options and options.new:
        return _new_project(project, Path(options.new), options)

    from templates.parts.wiring import WiringError
    from templates.rendering.environment import EnvironmentFileError
    from templates.rendering.handler_permissions import HandlerPermissionsError
    from templates.rendering.tree import bring_up_to_date, unproved

    try:
        files, changes = _changes(project, folder, check=check, diagram=diagram)
        if check:
            return _check(changes, unproved(files))
        bring_up_to_date(changes)
    except (EnvironmentFileError, HandlerPermissionsError, WiringError, _NotDrawnError) as error:
        print(f"{error}\nrender.py: nothing was written", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever reads the diff (head, less) has seen enough; the interpreter's own last flush must not fail again.
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
    """The whole tree, and what must change so that `folder` and the pages of the project are what they should be."""
    from cloudformation.environment.environment_file import PRICES_FILE, environment_files
    from templates.pipelines.ci_page import PAGE as PIPELINES
    from templates.rendering.environment import refuse_bad_prices
    from templates.rendering.environments_page import PAGE as ENVIRONMENTS
    from templates.rendering.lint_regions import PAGE as LINT_REGIONS
    from templates.rendering.tree import render, stale, stale_page

    params = project / "params"
    environments = [_shown(file) for file in environment_files(params)]
    files, warnings, with_tables, draw = render(
        environments, services_in=project / "templates/services", thorough=check
    )
    refuse_bad_prices(params, str(_shown(params / PRICES_FILE)))
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    changes = stale(folder, files)
    if folder == project / "rendered":
        for page in (ENVIRONMENTS, SECURITY, PIPELINES, LINT_REGIONS):
            changes += stale_page(project / page, with_tables)
        # Drawing takes longer than all the rest: only where something was drawn from what is not so any more.
        if diagram or (diagram is None and (check or changes)):
            changes += _pictures(project / "docs", draw, needed=check or bool(diagram))
    return files, changes


class _NotDrawnError(Exception):
    """The pictures cannot be drawn, or compared with what would be drawn."""


def _pictures(folder: Path, draw: Callable[[], dict[str, str]], *, needed: bool) -> list["FileChange"]:
    """What must change in docs/; without the library that draws, that is said, and an error where it is `needed`."""
    from templates.rendering.tree import stale_pictures

    if not folder.is_dir():
        return []
    try:
        return stale_pictures(folder, draw())
    except ModuleNotFoundError as error:
        if error.name != "svg":
            raise
        remedy = "install requirements/run.txt, then: python render.py --diagram"
        reason = f"{_shown(folder)}/architecture*.svg cannot be drawn: svg.py is not installed; {remedy}"
        if needed:
            raise _NotDrawnError(reason) from None
        print(f"warning: {reason}", file=sys.stderr)
        return []


def _parse(arguments: Sequence[str]) -> "argparse.Namespace":
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.kind and not options.new_service:
        parser.error("--kind: only with --new-service")
    if options.new_service and (options.check or options.out):
        parser.error("--new-service: not with --check or --out; it renders nothing")
    if options.new and (options.check or options.out or options.new_service):
        parser.error("--new: not with --check, --out or --new-service; it writes another project")
    if not options.new and any(getattr(options, name) for name in _OF_NEW):
        parser.error(f"{', '.join(_typed(name) for name in _OF_NEW)}: only with --new")
    return options


# What sets one project apart from another: the options of --new, with what each is.
_OF_NEW = {
    "name": ("NAME", "name of the system, for example shop: the start of its stacks' names and of many others"),
    "domain": ("DOMAIN", "what production answers to, for example shop.example.com; dev answers to dev.DOMAIN"),
    "region": ("REGION", "Region, for example eu-central-1; the subnets begin in its first two zones"),
    "account": ("IDS", "AWS account, twelve digits; or one for each environment, joined by commas"),
    "zone_id": ("ID", "public hosted zone of the domain; without it a value that only a rehearsal takes"),
    "environments": ("NAMES", "environments, joined by commas (dev,prod); prod* and live* are protected"),
    "branch": ("NAME", "branch that the workflow deploys (main)"),
}


def _typed(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _parser() -> "argparse.ArgumentParser":
    import argparse

    parser = argparse.ArgumentParser(
        prog="render.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; show a diff of what is stale, and prove every file by reading it back",
    )
    parser.add_argument(
        "--diagram",
        action=argparse.BooleanOptionalAction,
        help="draw the pictures of docs/ also where nothing changed; --no-diagram: leave them alone, with --check, too",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="write the tree into DIR instead of rendered/, and nothing into docs/"
    )
    add = parser.add_argument_group("a service more").add_argument
    add("--new-service", metavar="NAME", help="write the module of a service, templates/services/NAME.py, and no more")
    add("--kind", choices=("web", "worker", "job"), help="with --new-service: what it is (web)")
    add = parser.add_argument_group("a project of your own").add_argument
    add("--new", metavar="DIR", help="write it into DIR, which is empty or not there")
    for name, (metavar, means) in _OF_NEW.items():
        add(_typed(name), metavar=metavar, help=f"with --new: {means}")
    return parser


def _new_project(project: Path, folder: Path, options: "argparse.Namespace") -> int:
    from templates.new_project.answers import AnswersError, complete
    from templates.new_project.new_project import NewProjectError, refuse_folder, write_new_project

    given = {name: getattr(options, name) for name in _OF_NEW}
    try:
        refuse_folder(folder, project)  # before anybody answers a question
        answers = complete(given, _ask if sys.stdin.isatty() else None)
        count = write_new_project(project, folder, answers)
    except (AnswersError, NewProjectError) as error:
        print(f"{error}\nrender.py: nothing was written", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}\nrender.py: nothing was written", file=sys.stderr)
        return 2
    except (EOFError, KeyboardInterrupt):
        print("\nrender.py: nothing was written", file=sys.stderr)
        return 2
    print(f"{answers.name}: {count} files in {_shown(folder)}", file=sys.stderr)
    print(f"next: cd {folder}, git init, then make test, make rehearse, and docs/make-it-yours.md", file=sys.stderr)
    return 0


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
        print(f"{error}\nrender.py: nothing was written", file=sys.stderr)
        return 2
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
        print(f"render.py: {len(changes)} stale; run {command} and commit what it writes", file=sys.stderr)
    return 1 if changes or broken else 0


def _verb(change: "FileChange") -> str:
    if change.now is None:
        return "added"
    return "removed" if change.wanted is None else "changed"


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    # Whatever is built lives until the end: nothing to collect on the way, nor when the interpreter tidies up.
    gc.disable()
    code = main(sys.argv[1:])
    gc.freeze()
    sys.exit(code)
