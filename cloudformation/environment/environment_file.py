"""An environment file, params/<name>.yaml, read with the line of everything that it says.

Scalars keep the text that was written: `0123`, `true` and `1.0` reach CloudFormation as those characters.
"""

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cloudformation.environment.findings import Place, Problem, in_order, nearest
from cloudformation.environment.keys.expected_routes import ExpectedRoute, expected_routes
from cloudformation.environment.keys.file_keys import KEYS, OWN_TREE, PATTERNS, REQUIRED, SCALARS
from cloudformation.environment.keys.operation_settings import NOTHING_SAID, OperationSettings, operation_settings
from cloudformation.environment.keys.regions import has_the_form, is_known, known_regions
from cloudformation.environment.keys.service_settings import KEY as SERVICES
from cloudformation.environment.keys.service_settings import ServiceSettings, service_settings
from cloudformation.environment.keys.tags import MOST_TAGS, refused_tag
from cloudformation.environment.node_reader import Entries, NodeReader
from cloudformation.environment.value_sources import Setting

PRICES_FILE = "prices.yaml"
"""What lies beside the environment files, and is none: the table of price_table.py."""


class AssignmentError(ValueError):
    """What `--set` was given assigns nothing."""


class Environment(NamedTuple):
    """What an environment file says; `places` holds the place of each top-level key."""

    name: str
    place: Place
    account: str
    region: str
    stack: str
    bucket: str
    termination_protection: bool
    tags: Mapping[str, str]
    protect: tuple[str, ...]
    parameters: Mapping[str, Setting]
    places: Mapping[str, Place]
    overridden: tuple[str, ...] = ()
    """The parameters that options of the command give a value for this run."""
    replaced: tuple[tuple[str, Setting], ...] = ()
    """What the file says of those: a stack may have it."""
    role: str | None = None
    """What CloudFormation works as; where none is named, as the caller."""
    rendered: str | None = None
    """The tree that it is an environment of, where that is not the project's own."""
    operation: OperationSettings = NOTHING_SAID
    """What it states of the stack beside that: its policy, notifications, rollback triggers."""
    services: Mapping[str, ServiceSettings] = {}
    """What it says of services that are stacks of their own."""
    routes: tuple[ExpectedRoute, ...] = ()
    """Which service is expected to answer which request."""
    service: str | None = None
    """The service that this is an environment of; None for the platform."""
    platform: str | None = None
    """The stack that the service stands on."""

    @property
    def owner(self) -> str:
        """The platform's stack, as whose those of services are named, too: so one policy of a deployer does for all."""
        return self.platform or self.stack

    @property
    def folder(self) -> str:
        """Where its templates and releases lie in the artifacts bucket: within the platform's, for the same reason."""
        return f"{self.owner}/{SERVICES}/{self.service}" if self.service else self.stack

    @property
    def root(self) -> str:
        """The file of the root template, seen from the rendered tree."""
        return f"{SERVICES}/{self.service}.yaml" if self.service else "root.yaml"

    def place_of(self, key: str) -> Place:
        """Where a top-level key is written; the file where it is not."""
        return self.places.get(key, self.place)

    def overriding(self, assignments: Sequence[str]) -> "Environment":
        """The environment with `--set KEY=VALUE` applied; raises AssignmentError for text without `=`."""
        environment = self
        for number, assignment in enumerate(assignments, 1):
            key, equals, value = assignment.partition("=")
            if not equals or not key:
                # The text may be a secret with a slip of the finger before it.
                count = f" number {number}" if len(assignments) > 1 else ""
                raise AssignmentError(f"--set{count}: KEY=VALUE is needed")
            environment = environment.with_setting(key, Setting(value, Place(f"--set {key}")))
        return environment

    def with_setting(self, name: str, setting: Setting) -> "Environment":
        """The environment with one parameter set otherwise than the file says, for this run."""
        before = self.parameters.get(name)
        return self._replace(
            parameters={**self.parameters, name: setting},
            overridden=tuple(dict.fromkeys([*self.overridden, name])),
            replaced=(*self.replaced, *([(name, before)] if before else [])),
        )

    def read(self, variables: Mapping[str, str], read: Callable[[str], str] | None) -> "Environment":
        """The environment with the values that come from elsewhere.

        `read` gives what standard input holds for a parameter; None where that is not to be waited for.
        """
        settings = {name: setting.read(name, variables, read) for name, setting in self.parameters.items()}
        return self._replace(parameters=settings)


class Reading(NamedTuple):
    """An environment file as far as it could be read, and everything that is wrong with its form."""

    environment: Environment
    problems: tuple[Problem, ...]
    unread: frozenset[str] = frozenset()
    """Parameters whose value could not be read, so that nothing can be said of it."""

    @property
    def as_written(self) -> "Reading":
        """The same where nobody asks for the values that come from elsewhere: nothing is said of those either."""
        settings = self.environment.parameters.items()
        lacking = {name for name, setting in settings if setting.source and setting.source.lacking}
        return self._replace(unread=self.unread | lacking)


def environment_files(folder: Path) -> list[Path]:
    """The environment files of a params/ folder, by name."""
    return sorted(file for file in folder.glob("*.yaml") if file.name != PRICES_FILE)


def read_file(path: Path, shown: str | None = None) -> Reading:
    """The environment file at `path`, which findings call `shown`."""
    reader = NodeReader(shown or f"{path.parent.name}/{path.name}", path.parent)
    environment = _environment(reader, path.stem, reader.document(path))
    return Reading(environment, in_order(reader.problems), frozenset(reader.unread))


def _environment(reader: NodeReader, name: str, read: Entries | None) -> Environment:
    if read is not None:
        _check_keys(reader, read)
    entries = read or {}
    scalars = {key: reader.text(key, *entries[key]) for key in SCALARS if key in entries}
    for key, text in scalars.items():
        written = text or (key in REQUIRED and reader.is_text(entries[key][1]))
        if key in PATTERNS and written and not re.fullmatch(PATTERNS[key], text):
            reader.problem(entries[key][0], f"{key}: {text!r} is not {KEYS[key]}")
    _check_region(reader, entries, scalars.get("region", ""))
    _check_role(reader, entries, scalars.get("role", ""), scalars.get("account", ""))
    account, region = scalars.get("account", ""), scalars.get("region", "")
    return Environment(
        name=name,
        place=Place(reader.shown),
        account=account,
        region=region,
        stack=scalars.get("stack", ""),
        bucket=scalars.get("artifacts_bucket") or f"cfn-artifacts-{account}-{region}",
        termination_protection=scalars.get("termination_protection") == "true",
        tags=_tags(reader, entries),
        protect=reader.items("protect", *entries["protect"]) if "protect" in entries else (),
        parameters={key: reader.setting(key, *entry) for key, entry in _within(reader, entries, "parameters").items()},
        places={key: place for key, (place, _) in entries.items()},
        role=scalars.get("role") or None,
        rendered=_tree(scalars.get("rendered", "")),
        operation=operation_settings(reader, entries, region),
        services=service_settings(reader, entries),
        routes=expected_routes(reader, entries),
    )


def _check_keys(reader: NodeReader, entries: Entries) -> None:
    for key, (place, _) in entries.items():
        if key not in KEYS:
            reader.problem(place, f"{key} is not a key of an environment file{nearest(key, KEYS)}")
    for key in REQUIRED:
        if key not in entries:
            reader.problem(Place(reader.shown, 1), f"{key} is missing: {KEYS[key]}")


def _check_region(reader: NodeReader, entries: Entries, region: str) -> None:
    """A Region of the right form that there is none of; one that opened since is known to a newer botocore."""
    known = known_regions()
    if has_the_form(region) and not is_known(region, known):
        hint = nearest(region, known or ()) or "; a Region that is new comes with a newer botocore"
        reader.problem(entries["region"][0], f"region: AWS has no {region}{hint}")


def _check_role(reader: NodeReader, entries: Entries, role: str, account: str) -> None:
    """CloudFormation works as roles of its stack's own account only: iam:PassRole crosses no account."""
    owner = role.split(":")[4] if re.fullmatch(PATTERNS["role"], role) else account
    if account and owner != account:
        reader.problem(entries["role"][0], f"role: is of account {owner}, the environment of {account}")


def _tags(reader: NodeReader, entries: Entries) -> dict[str, str]:
    tags: dict[str, str] = {}
    for key, (place, node) in _within(reader, entries, "tags").items():
        known = len(reader.problems)
        tags[key] = reader.text(key, place, node)
        if len(reader.problems) == known:
            for text in refused_tag(key, tags[key]):
                reader.problem(place, text)
    if len(tags) > MOST_TAGS:
        reader.problem(entries["tags"][0], f"tags: {len(tags)} are written; AWS takes at most {MOST_TAGS}")
    return tags


def _tree(rendered: str) -> str | None:
    """The folder as it is compared; None for the project's own."""
    folder = posixpath.normpath(rendered) if rendered else OWN_TREE
    return None if folder == OWN_TREE else folder


def _within(reader: NodeReader, entries: Entries, key: str) -> Entries:
    return reader.mapping(entries[key][1], key) if key in entries else {}
