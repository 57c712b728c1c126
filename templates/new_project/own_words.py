"""The words of one project in the place of another's: what its pages say of names, domain, Region, zone and account."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from cloudformation.environment.environment_file import Environment, environment_files, read_file
from templates.new_project.answers import Answers, is_production
from templates.parts.parameters import app_name

# What a page says of the project in which it stands, and of none that is made from it.
_HERE_ALONE = re.compile(r"^<!-- here alone -->\n.*?^<!-- end of here alone -->\n+", re.MULTILINE | re.DOTALL)


def replaced_words(project: Path, new: Answers) -> dict[str, str]:
    """Each word that this project's environment files give a name, with the new project's."""
    name = str(app_name.properties["Default"])
    words = {name: new.name}
    for file in environment_files(project / "params"):
        words |= _words(read_file(file).environment, name, new)
    return words


def _words(environment: Environment, name: str, new: Answers) -> dict[str, str]:
    values = {key: setting.text for key, setting in environment.parameters.items() if isinstance(setting.text, str)}
    zones = [values.get(f"AvailabilityZone{number}") for number in (1, 2)]
    words = {environment.account: new.account, environment.region: new.region}
    words |= {zone: own for zone, own in zip(zones, new.zones, strict=True) if zone}
    if "HostedZoneId" in values:
        words[values["HostedZoneId"]] = new.zone_id
    if (app := values.get("AppName")) and app != name:
        words[app] = new.stack(environment.name)
    if host := values.get("DomainName"):
        words[host if is_production(environment.name) else host.removeprefix(f"{environment.name}.")] = new.domain
    return words


def in_words(words: Mapping[str, str]) -> Callable[[str], str]:
    """Give what replaces every word at once, the longest first; a word within a longer one (`myservice`) is none."""
    longest = sorted(words, key=len, reverse=True)
    # A zone of the Region and a name with a label in front may go on with a letter or a dot; nothing else does.
    pattern = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(map(re.escape, longest))})(?![A-Z0-9])")
    return lambda text: pattern.sub(lambda match: words[match[1]], text)


def without_what_is_here_alone(page: str) -> str:
    """The page without the parts between the two marks."""
    return _HERE_ALONE.sub("", page)
