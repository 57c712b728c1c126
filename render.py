"""Render the templates to the YAML that people review and that is deployed."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from templates.rendering.tree import FileChange

PROJECT = Path(__file__).resolve().parent

EPILOG = """\
what it reads
  templates/*.py      the system, layer by layer
  params/<env>.yaml   what differs between environments
  params/prices.yaml  what deploy.py tells of the cost of a change: held to its form, and nothing is rendered of it

what it writes, all of it to be committed
  rendered/root.yaml and one file a layer
  rendered/policies/*.json     what deploy.py and CloudFormation's service role may do, in each environment
  rendered/params/<env>.json   every parameter of root.yaml, for aws cloudformation --parameters
  docs/environments.md         its table of what the environments set
  rendered/params/<env>.at-creation.json   the same for a first creation, where that leaves something out

It removes what it wrote once and would not write again; files of others stay. The same input gives the same bytes.

exit codes
  0   done, or up to date
  1   --check: something is stale, or does not read back as what it was written from
  2   wrong use, or a bad file in params/; nothing was written

next
  git diff rendered/                       what people review
  python deploy.py --env dev --rehearse    play the deployment on this machine
"""


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Run the command over the project in `project`; give its exit code."""
    # argparse takes a tenth of the time that all the rest does: not for a call that has nothing to parse.
    options = _parser().parse_args(arguments) if arguments else None
    folder = Path(options.out) if options and options.out else project / "rendered"

    from cloudformation.environment.environment_file import PRICES_FILE, environment_files
    from templates.parts.wiring import WiringError
    from templates.rendering.environment import EnvironmentFileError, refuse_bad_prices
    from templates.rendering.environments_page import PAGE
    from templates.rendering.handler_permissions import HandlerPermissionsError
    from templates.rendering.tree import bring_up_to_date, render, stale, stale_page, unproved

    try:
        params = project / "params"
        environments = [_shown(file) for file in environment_files(params)]
        files, warnings, with_table = render(environments, thorough=bool(options and options.check))
        refuse_bad_prices(params, str(_shown(params / PRICES_FILE)))
        for warning in warnings:
            print(f"warning: {warning}", file=sys.stderr)
        changes = stale(folder, files)
        if folder == project / "rendered":
            changes += stale_page(project / PAGE, with_table)
        if options and options.check:
            return _check(changes, unproved(files))
        bring_up_to_date(changes)
    except (EnvironmentFileError, HandlerPermissionsError, WiringError) as error:
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
    parser.add_argument("--out", metavar="DIR", help="write the tree into DIR instead of rendered/")
    return parser


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
        print(f"render.py: {len(changes)} stale; run python render.py and commit what it writes", file=sys.stderr)
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
