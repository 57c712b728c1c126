"""The documents of a whole tree of templates, found from its root's text by the TemplateURLs of the nested stacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from deployment.artifacts.packaging import Package, Storage
from deployment.aws.calls import call, streamed_text
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.change_set.change_set import ChangeSet
from deployment.errors import AwsRefusal, NotFound
from deployment.stack.nested_stacks import live_resources
from deployment.stack.stack import original_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, parse_document

Read = Callable[[ResourcePath, str], "str | None"]
"""The text of a layer, by its path and TemplateURL; None where it cannot be had."""


def documents(text: str, read: Read) -> dict[ResourcePath, Mapping[str, Any]]:
    """The document of the root and of each layer below it whose text can be read."""
    return dict(_documents(parse_document(text), read, ROOT))


def _documents(
    document: Mapping[str, Any], read: Read, path: ResourcePath
) -> Iterator[tuple[ResourcePath, Mapping[str, Any]]]:
    yield path, document
    for name, url in template_urls(document).items():
        below = read(path / name, url)
        if below is not None:
            yield from _documents(parse_document(below), read, path / name)


def template_urls(document: Mapping[str, Any]) -> dict[str, str]:
    """The TemplateURL of each nested stack; an expression is its text."""
    resources = document.get("Resources") or {}
    return {
        name: str((body.get("Properties") or {}).get("TemplateURL"))
        for name, body in resources.items()
        if isinstance(body, dict) and body.get("Type") == STACK_TYPE
    }


def packaged(package: Package, storage: Storage) -> Read:
    """Reads what was packaged for this run, without a call."""
    texts = {storage.url_of(artifact): artifact.body.decode() for artifact in package.artifacts}
    return lambda _, url: texts.get(url)


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


class StackTemplates:
    """Reads what the nested stacks of a stack have now: a call for each whose TemplateURL changes.

    The first level's ARNs are in the change set's rows; below a layer that changes they are looked up, a call a layer.
    """

    def __init__(
        self, cloudformation: Client, waiting: Waiting, plain: ChangeSet, after: Read, urls: Mapping[ResourcePath, str]
    ) -> None:
        self._cloudformation = cloudformation
        self._waiting = waiting
        self._after = after
        self._urls = urls
        nested = (change for change in plain.changes if change.type == STACK_TYPE and change.physical_id)
        self._below: dict[ResourcePath, dict[str, str]] = {
            ROOT: {change.logical_id: str(change.physical_id) for change in nested}
        }

    def read(self, path: ResourcePath, url: str) -> str | None:
        """The text that a nested stack was last given; what goes on under one URL is not asked for."""
        if self._urls.get(path) == url and (text := self._after(path, url)) is not None:
            return text
        arn = self.arn(path)
        return original_template(self._cloudformation, arn) if arn else None

    def arn(self, path: ResourcePath) -> str | None:
        """The nested stack at a path; None where none stands there."""
        above = path.parent
        if above not in self._below:
            self._below[above] = self._nested(self.arn(above))
        return self._below[above].get(path.name)

    def _nested(self, parent: str | None) -> dict[str, str]:
        """The nested stacks of one, by logical id; none where it is gone."""
        try:
            resources = live_resources(self._cloudformation, parent, self._waiting) if parent else ()
        except NotFound:
            return {}
        return {resource.logical_id: resource.nested for resource in resources if resource.nested}

    def lacks(self, path: ResourcePath) -> bool:
        """Whether it was looked up and found that no nested stack stands at a path."""
        return path.parent in self._below and path.name not in self._below[path.parent]
