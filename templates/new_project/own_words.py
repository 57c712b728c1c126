"""The words of one project in the place of another's: what its pages say of names, domain, Region, zone and account."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from cloudformation.environment.environment_file import Environment, environment_files, read_file
from templates.new_project.answers import BRANCH, Answers, is_production
from templates.parts.parameters import app_name
from templates.pipelines.ci_role import logical_ids

# A passage about this project, which no project made from it has.
_HERE_ALONE = re.compile(r"^<!-- here alone -->\n.*?^<!-- end of here alone -->\n+", re.MULTILINE | re.DOTALL)


def replaced_words(project: Path, new: Answers) -> dict[str, str]:
    """Each word that this project's environment files give a name, with the new project's."""
    name = str(app_name.properties["Default"])
    words = {name: new.name}
    for file in environment_files(project / "params"):
        environment = read_file(file).environment
        # What two environments have alike, as their account may be, is said of the first.
        words = _words(environment, name, new) | _named(environment, new) | words
    if (branch := branch_of(project)) != new.branch:
        words |= {
            f"{before}{branch}": f"{before}{new.branch}" for before in ("--from ", "--from origin/", "branches: [")
        }
    return words


def pipeline_words(project: Path, new: Answers) -> dict[str, str]:
    """In the page of pipelines a branch and the environments are words by themselves."""
    old, own = branch_of(project), logical_ids(new.environments)
    words = {old: new.branch}
    for name, logical_id in logical_ids(file.stem for file in environment_files(project / "params")).items():
        counterpart = new.counterpart(name)
        words |= {name: counterpart, f"{logical_id}Environment": f"{own[counterpart]}Environment"}
    return {word: other for word, other in words.items() if word != other}


def branch_of(project: Path) -> str:
    """The branch that the project's workflow deploys."""
    workflow = project / ".github/workflows/deploy.yml"
    text = workflow.read_text(encoding="utf-8") if workflow.is_file() else ""
    found = re.search(r"^    branches: \[(\S+)\]$", text, re.MULTILINE)
    return found[1] if found else BRANCH


def _named(environment: Environment, new: Answers) -> dict[str, str]:
    """Where pages name an environment that is called otherwise in the new project."""
    old, own = environment.name, new.counterpart(environment.name)
    if old == own:
        return {}
    words = {before + old: before + own for before in ("--env ", "ENV ?= ", "policies/", "architecture-")}
    words |= {f"params/{old}.": f"params/{own}.", f"services/{old}.": f"services/{own}."}
    words[environment.stack] = new.stack(own)
    if host := environment.parameters.get("DomainName"):
        words[host.text] = new.host(own)
    return words


def _words(environment: Environment, name: str, new: Answers) -> dict[str, str]:
    values = {key: setting.text for key, setting in environment.parameters.items() if isinstance(setting.text, str)}
    zones = [values.get(f"AvailabilityZone{number}") for number in (1, 2)]
    own = new.counterpart(environment.name)
    words = {environment.account: new.account_of(own), environment.region: new.region}
    words |= {zone: own for zone, own in zip(zones, new.zones, strict=True) if zone}
    if "HostedZoneId" in values:
        words[values["HostedZoneId"]] = new.zone_id
    if (app := values.get("AppName")) and app != name:
        words[app] = new.stack(own)
    if host := values.get("DomainName"):
        words[host if is_production(environment.name) else host.removeprefix(f"{environment.name}.")] = new.domain
    return words


def in_words(words: Mapping[str, str], whole: Collection[str] = ()) -> Callable[[str], str]:
    """Give what replaces every word at once, the longest first; a word within a longer one (`myservice`) is none.

    Those of `whole` do not go on, either: `prod` is not the start of `production`.
    """
    longest = sorted(words, key=len, reverse=True)
    ends = (re.escape(word) + ("(?![a-z])" if word in whole else "") for word in longest)
    # A zone of the Region and a name with a label in front may go on with a letter or a dot; nothing else does.
    pattern = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(ends)})(?![A-Z0-9])")
    return lambda text: pattern.sub(lambda match: words[match[1]], text)


def without_what_is_here_alone(page: str) -> str:
    """The page without the parts between the two marks."""
    return _HERE_ALONE.sub("", page)
