"""The documents of a whole tree of templates, found from its root's text by the TemplateURLs of the nested stacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from deployment.artifacts.packaging import Package, Storage
from deployment.aws.calls import at_once, call, streamed_text
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.aws.waiting import not_known_yet, retried
from deployment.change_set.change_set import Change, ChangeSet
from deployment.errors import AwsRefusal, NotFound
from deployment.stack.nested_stacks import live_resources
from deployment.stack.stack import change_set_template, given_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, parse_document

Read = Callable[[ResourcePath, str], "str | None"]
"""The text of a layer, by its path and TemplateURL; None where it cannot be had."""


def documents(text: str, read: Read) -> dict[ResourcePath, Mapping[str, Any]]:
    """The document of the root and of each layer below it whose text can be read; those of one level at once."""
    found, level = {ROOT: parse_document(text)}, [ROOT]
    while level:
        urls = {path / name: url for path in level for name, url in template_urls(found[path]).items()}
        texts = at_once(lambda below: read(*below), {path: (path, url) for path, url in urls.items()})
        level = [path for path, below in texts.items() if below is not None]
        found |= {path: parse_document(texts[path] or "") for path in level}
    return found


def template_urls(document: Mapping[str, Any]) -> dict[str, str]:
    """The TemplateURL of each nested stack; an expression is its text."""
    resources = document.get("Resources") or {}
    return {
        name: str((body.get("Properties") or {}).get("TemplateURL"))
        for name, body in resources.items()
        if isinstance(body, dict) and body.get("Type") == STACK_TYPE
    }


def is_pinned(url: str) -> bool:
    """Whether a URL names a version of an object, whose bytes nobody can change; `null` is one that was put without."""
    named = [value for name, value in parse_qsl(urlsplit(url).query) if name == "versionId"]
    return len(named) == 1 and named != ["null"]


def packaged(package: Package, storage: Storage, cloudformation: Client, tree: ChangeSet) -> Read:
    """Reads what was packaged for this run, without a call; what is not ours, from the change sets of a tree."""
    texts = {storage.url_of(artifact): artifact.body.decode() for artifact in package.artifacts}
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
    """Reads what the change sets of a tree hold, a call each; of layers that have none, what `otherwise` reads."""
    sets = dict(tree.walk())

    @cache
    def read(path: ResourcePath, url: str) -> str | None:
        text = change_set_template(cloudformation, sets[path].arn) if path in sets else None
        return otherwise(path, url) if text is None else text

    return read


class StackTemplates:
    """Reads what the nested stacks of a stack have now: a call for each whose URL changes, or names no version.

    What a URL without a version leads to may be another text than the stack was given: it can be written over.
    ARNs are in the rows of the change sets; below a layer that has none they are looked up, a call a layer.
    """

    def __init__(
        self, cloudformation: Client, waiting: Waiting, tree: ChangeSet, after: Read, urls: Mapping[ResourcePath, str]
    ) -> None:
        self._cloudformation = cloudformation
        self._waiting = waiting
        self._after = after
        self._urls = urls
        self._root, self._is_plain = tree.stack_arn, not tree.nested
        listed = {path / row.logical_id for path, known in tree.walk() for row in known.changes}
        self._unlisted = urls.keys() - listed if tree.nested else frozenset[ResourcePath]()
        self._below: dict[ResourcePath, dict[str, str]] = {
            path: {
                row.logical_id: row.physical_id for row in known.changes if row.type == STACK_TYPE if row.physical_id
            }
            for path, known in tree.walk()
            if not path or known.changes
        }

    def read(self, path: ResourcePath, url: str) -> str | None:
        """The text that a nested stack was last given; what goes on under one URL and version is not asked for.

        Nor is what a set with nested ones does not list: CloudFormation has looked behind its URL.
        """
        stays = self._urls.get(path) == url
        if stays and (is_pinned(url) or path in self._unlisted) and (text := self._after(path, url)) is not None:
            return text
        arn = self.arn(path) or (self._looked_up(path) if stays and self._is_plain else None)
        if arn is None:
            return None
        try:
            return retried(self._waiting, lambda: given_template(self._cloudformation, arn), not_known_yet)
        except NotFound:
            return None

    def arn(self, path: ResourcePath) -> str | None:
        """The nested stack at a path; None where none stands there."""
        above = path.parent
        if above not in self._below:
            parent = self.arn(above) if above else None
            if parent is None:
                return None
            self._below[above] = self._nested(parent)
        return self._below[above].get(path.name)

    def _looked_up(self, path: ResourcePath) -> str | None:
        """The nested stack at a path, which a set without nested ones need not list."""
        parent = self.arn(path.parent) if path.parent else self._root
        return self._nested(parent).get(path.name) if parent else None

    def _nested(self, parent: str) -> dict[str, str]:
        """The nested stacks of one, by logical id; none where it is gone."""
        try:
            resources = live_resources(self._cloudformation, parent, self._waiting)
        except NotFound:
            return {}
        return {resource.logical_id: resource.nested for resource in resources if resource.nested}

    def lacks(self, path: ResourcePath) -> bool:
        """Whether it was looked up and found that no nested stack stands at a path."""
        return path.parent in self._below and path.name not in self._below[path.parent]


def _layers(change_set: ChangeSet) -> list[Change]:
    return [row for row in change_set.changes if row.type == STACK_TYPE]
