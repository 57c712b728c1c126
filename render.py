"""Press the templates into the YAML that people review and that is deployed."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from templates.environment import EnvironmentFileError
from templates.tree import FileChange, bring_up_to_date, render, stale, unproved
from templates.wiring import WiringError

PROJECT = Path(__file__).resolve().parent

EPILOG = """\
what it reads
  templates/*.py      the system, layer by layer
  params/<env>.yaml   what differs between environments

what it writes, all of it to be committed
  rendered/root.yaml and one file a layer
  rendered/params/<env>.json   every parameter of root.yaml, for aws cloudformation --parameters

exit codes
  0   done, or up to date
  1   --check: something is stale, or does not read back as what it was written from
  2   wrong use, or a bad file in params/; nothing was written

next
  git diff rendered/                    what people review
  python deploy.py --env dev --rehearse play the deployment on this machine
"""


def main(arguments: Sequence[str] | None = None, project: Path = PROJECT) -> int:
    """Run the command; give its exit code."""
    options = _parser().parse_args(arguments)
    folder = project / "rendered" if options.out is None else Path(options.out)
    try:
        files = render(sorted((project / "params").glob("*.yaml")))
        changes = stale(folder, files)
        if options.check:
            return _check(changes, unproved(files))
        bring_up_to_date(changes)
    except (EnvironmentFileError, WiringError, OSError) as error:
        print(f"render.py: nothing was written\n{error}", file=sys.stderr)
        return 2
    for change in changes:
        print(f"{_verb(change)} {_shown(change.path)}")
    print(f"{len(files)} files in {_shown(folder)}, {len(changes) or 'none'} changed", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
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


def _check(changes: Sequence[FileChange], broken: Sequence[str]) -> int:
    from difflib import unified_diff

    for change in changes:
        name = str(_shown(change.path))
        old, new = (change.now or "").splitlines(keepends=True), (change.wanted or "").splitlines(keepends=True)
        before, after = (
            name if change.now is not None else "/dev/null",
            name if change.wanted is not None else "/dev/null",
        )
        sys.stdout.writelines(unified_diff(old, new, before, after))
    for path in broken:
        print(f"render.py: {path} does not read back as the template it was written from", file=sys.stderr)
    if changes:
        print(f"render.py: {len(changes)} stale; run python render.py and commit what it writes", file=sys.stderr)
    return 1 if changes or broken else 0


def _verb(change: FileChange) -> str:
    if change.now is None:
        return "added"
    return "removed" if change.wanted is None else "changed"


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
