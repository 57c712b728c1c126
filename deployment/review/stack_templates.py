"""The documents of a whole tree of templates, found from its root's text by the TemplateURLs of the nested stacks."""

from collections.abc import Callable, Mapping
from functools import cache
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from deployment.artifacts.packaging import Package, Storage
from deployment.aws.calls import at_once, call, streamed_text
from deployment.aws.clock import Waiting
from deployment.aws.retries import not_known_yet, retried
from deployment.aws.session import Client
from deployment.change_set.change_set import ChangeSet
from deployment.errors import AwsRefusal, NotFound
from deployment.stack.nested_stacks import live_resources
from deployment.stack.stack import change_set_template, given_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, parse_document

Read = Callable[[ResourcePath, str], "str | None"]
"""The text of a nested stack, by its path and TemplateURL; None where it cannot be had."""


def documents(text: str, read: Read) -> dict[ResourcePath, Mapping[str, Any]]:
    """The document of the root and of each nested stack below it whose text can be read; those of one level at once."""
    parsed, level = {ROOT: parse_document(text)}, [ROOT]
    while level:
        urls = {path / name: url for path in level for name, url in template_urls(parsed[path]).items()}
        texts = at_once(lambda below: read(*below), {path: (path, url) for path, url in urls.items()})
        level = [path for path, below in texts.items() if below is not None]
        parsed |= {path: parse_document(texts[path] or "") for path in level}
    return parsed


def template_urls(document: Mapping[str, Any]) -> dict[str, str]:
    """The TemplateURL of each nested stack; an expression is its text."""
    resources = document.get("Resources") or {}
    return {
        name: str((body.get("Properties") or {}).get("TemplateURL"))
        for name, body in resources.items()
        if isinstance(body, dict) and body.get("Type") == STACK_TYPE
    }


def is_pinned(url: str) -> bool:
    """Whether a TemplateURL, as a text, always leads to the same bytes; what is behind another may be overwritten.

    The version `null` is one that was put while the bucket kept none.
    """
    named = [value for name, value in parse_qsl(urlsplit(url).query) if name == "versionId"]
    return url.startswith("https://") and len(named) == 1 and named != ["null"]


def packaged(package: Package, storage: Storage, cloudformation: Client, tree: ChangeSet) -> Read:
    """Reads what was packaged for this run, without a call; what is not ours, from the change sets of a tree."""
    texts = {storage.url_of(artifact): artifact.body.decode() for artifact in package.artifacts if artifact.is_template}
    foreign = proposed(cloudformation, tree, lambda *_: None)
    return lambda path, url: texts[url] if url in texts else foreign(path, url)


def stored(s3: Client, storage: Storage) -> Read:
    """Reads the artifacts bucket, in the version that a URL names; a call for each."""
    base = storage.url("")

    def read(_path: ResourcePath, url: str) -> str | None:
        if not url.startswith(base):
            return None
        name, _, query = url.removeprefix(base).partition("?")
        owned = {"Bucket": storage.bucket, "ExpectedBucketOwner": storage.account, "Key": unquote(name)}
        version = dict(parse_qsl(query)).get("versionId")
        try:
            return streamed_text(call(s3.get_object, **owned, **({"VersionId": version} if version else {})))
        except AwsRefusal:
            return None

    return read


def proposed(cloudformation: Client, tree: ChangeSet, otherwise: Read) -> Read:
    """Reads what the change sets of a tree contain, a call each; without one, what `otherwise` reads."""
    sets = dict(tree.walk())

    @cache
    def read(path: ResourcePath, url: str) -> str | None:
        text = change_set_template(cloudformation, sets[path].arn) if path in sets else None
        return otherwise(path, url) if text is None else text

    return read


class StackTemplates:
    """Reads what the nested stacks of a stack have now: a call for each, but for those that keep a URL with a version.

    ARNs are in the rows of the change sets; of nested stacks that are in none they are looked up, a call for the nested
    stack above.
    """

    def __init__(
        self, cloudformation: Client, waiting: Waiting, tree: ChangeSet, after: Read, urls: Mapping[ResourcePath, str]
    ) -> None:
        self._cloudformation = cloudformation
        self._waiting = waiting
        self._after = after
        self._urls = urls
        self._root = tree.stack_arn
        self._below = {path: _listed(known) for path, known in tree.walk() if not path or known.changes}
        self._looked_up: set[ResourcePath] = set()
        self._lock = RLock()

    def read(self, path: ResourcePath, url: str) -> str | None:
        """The text that a nested stack was last given.

        It is not asked for where it continues under a URL that names a version, or the text to come cannot be had.
        """
        if self._urls.get(path) == url:
            text = self._after(path, url)
            if text is None or is_pinned(url):
                return text
        arn = self.arn(path)
        if arn is None:
            return None
        try:
            return retried(self._waiting, lambda: given_template(self._cloudformation, arn), not_known_yet)
        except NotFound:
            return None

    def arn(self, path: ResourcePath) -> str | None:
        """The nested stack at a path; None where none stands there."""
        with self._lock:  # nested stacks are read at once
            if path.name not in self._below.get(path.parent, {}) and path.parent not in self._looked_up:
                self._look_up(path.parent)
            return self._below.get(path.parent, {}).get(path.name)

    def _look_up(self, above: ResourcePath) -> None:
        self._looked_up.add(above)
        parent = self.arn(above) if above else self._root
        if parent is not None:
            self._below[above] = {**self._nested(parent), **self._below.get(above, {})}

    def _nested(self, parent: str) -> dict[str, str]:
        """The nested stacks of one, by logical id; none where it is gone."""
        try:
            resources = live_resources(self._cloudformation, parent, self._waiting)
        except NotFound:
            return {}
        return {resource.logical_id: resource.nested for resource in resources if resource.nested}

    def lacks(self, path: ResourcePath) -> bool:
        """Whether it was looked up and found that there is no nested stack at a path."""
        return path.parent in self._below and self._below[path.parent].get(path.name) is None


def _listed(change_set: ChangeSet) -> dict[str, str | None]:
    """The nested stacks that a change set lists, by logical id; None for those that do not stand yet."""
    return {row.logical_id: row.physical_id for row in change_set.changes if row.type == STACK_TYPE}
