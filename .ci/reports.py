"""What .ci/plan and .ci/deploy read of the JSON reports of deploy.py, and of the project.

reports.py stacks ENVIRONMENT platform|services   the stacks to plan, in the order in which they are deployed
reports.py planned REPORT     of a plan: the change set, its guarded changes, a digest of what goes beside it
reports.py beside REPORT      of a status: that digest as it would be now
reports.py settings REPORT    of a plan that found settings alone: the digest of all of them
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

PROJECT = Path.cwd()
sys.path.insert(0, str(PROJECT))

Report = Mapping[str, Any]
# What deploy.py sets by calls of its own once a change set was executed: no change set holds it.
BESIDE = ("termination-protection", "stack-policy")


def stacks(environment: str, part: str) -> list[str]:
    """The platform, or the services: a job that runs before another one's deployment precedes it, be it a job, too."""
    from cloudformation.environment.environment_file import read_file
    from cloudformation.environment.services.attached import attachment
    from cloudformation.template.tree import PlainTree
    from cloudformation.text import read

    if part == "platform":
        return ["platform"]
    file = f"params/{environment}.yaml"
    names = read_file(PROJECT / file, file).environment.services
    templates = {name: PROJECT / f"rendered/services/{name}.yaml" for name in names}
    # The plan reports what is not rendered.
    texts = {name: path.read_text(encoding="utf-8") for name, path in templates.items() if path.is_file()}
    before = {name: attachment(PlainTree(read(text))).before for name, text in texts.items()}
    jobs = dict.fromkeys(job for name in names for job in _first(name, before) if job in names)
    return list(dict.fromkeys([*jobs, *names]))


def _first(name: str, before: Mapping[str, str | None]) -> list[str]:
    """The jobs that precede a service, the one that waits for no other first. The plan refuses a circle."""
    chain: list[str] = []
    while (job := before.get(name)) is not None and job not in chain:
        chain.append(name := job)
    return chain[::-1]


def planned(report: Report) -> str:
    """The line of plans.tsv behind the stack's name. Exits with why where nothing could be executed as it was shown."""
    paths = [change["path"] for change in report["changes"]]
    names = [setting["name"] for setting in report["settings"]]
    if not report["kept"] and (paths or report["create"] or "artifacts-bucket" in names):
        print("no change set was saved", *report["notes"], sep="; ")
        raise SystemExit(1)
    guarded = [change["path"] for change in report["changes"] if change["guard"]]
    asking = [setting["name"] for setting in report["settings"] if setting["guard"]]
    guarded += [f"setting:{name}" if name in paths else name for name in asking]
    # A stack that is not there yet has no settings that anybody could change meanwhile.
    digest = settings(report) if not report["kept"] else "-" if report["create"] else beside(report)
    return f"{report['kept'] or '-'}\t{' '.join(guarded) or '-'}\t{digest}"


def beside(report: Report) -> str:
    """The digest of what is set beside a change set."""
    return _digest(setting for setting in report["settings"] if setting["name"] in BESIDE)


def settings(report: Report) -> str:
    """The digest of all settings, where a plan finds nothing else."""
    names = [setting["name"] for setting in report["settings"]]
    if report["changes"] or report.get("create") or "artifacts-bucket" in names:
        print("error: more than settings changes by now; plan again", file=sys.stderr)
        raise SystemExit(2)
    return _digest(report["settings"])


def _digest(of: Iterable[Mapping[str, Any]]) -> str:
    told = sorted([setting["name"], setting["before"], setting["after"]] for setting in of)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def main(words: list[str]) -> None:
    """One of the four."""
    if words[0] == "stacks":
        for name in stacks(words[1], words[2]):
            print(name)
        return
    about: Callable[[Report], str] = {"planned": planned, "beside": beside, "settings": settings}[words[0]]
    print(about(json.loads(Path(words[1]).read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main(sys.argv[1:])
