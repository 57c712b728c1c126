"""Rendered templates, and the files that they name, as they are uploaded: named by their content, children first.

The name of an object is the sha256 of its exact bytes, so that an unchanged nested stack keeps its URL and is not
listed as changed. A name proves nothing about the bytes: they are verified in the bucket (stored.py), and the URL names
the version that was verified, so that nobody can replace them. A parent contains the versions of its children. Which
properties name files is written in template/local_files.py.
"""

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cloudformation.environment.delivery.artifact_names import bucket_host, object_url, template_key
from cloudformation.limits import TEMPLATE_BYTES
from deployment.artifacts.archive import content_of
from deployment.errors import NothingSent
from deployment.template.local_files import Members, Url
from deployment.template.resource_path import ResourcePath
from deployment.template.template import FileReference, Template

_AT_ONCE = 8
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Located:
    """Where an artifact's bytes are: `version` is the object version, None where the bucket keeps none."""

    version: str | None


@dataclass(frozen=True)
class Artifact:
    """A template, or a file that one names, as an object in S3; not `located` where it still has to be uploaded."""

    key: str
    body: bytes
    located: Located | None = None
    is_template: bool = True
    file: str = ""
    """The file as messages name it."""

    @property
    def digest(self) -> bytes:
        """The sha256 of the bytes."""
        return sha256(self.body).digest()


@dataclass(frozen=True)
class Package:
    """The root as it will be sent, and every template that it needs, the deepest first."""

    url: str
    text: str
    artifacts: tuple[Artifact, ...]
    texts: Mapping[ResourcePath, str] = field(default_factory=dict)
    """The text of each template of the tree as it is sent, by where it is nested."""

    @property
    def missing(self) -> tuple[Artifact, ...]:
        """What has to be uploaded, and the templates above it, whose text is not final."""
        return tuple(artifact for artifact in self.artifacts if artifact.located is None)

    @property
    def counted(self) -> str:
        """How many artifacts there are, in words."""
        files = any(not artifact.is_template for artifact in self.artifacts)
        return f"{len(self.artifacts)} templates{' and files' if files else ''}"

    @property
    def pinned(self) -> bool:
        """Whether each URL names one version for ever; a bucket that keeps no versions returns what was put last."""
        return all(artifact.located and artifact.located.version for artifact in self.artifacts)


@dataclass(frozen=True)
class Storage:
    """Where artifacts are: `https://<bucket>.s3.<region>.<DNS suffix>/<prefix>/...`.

    `by_path` names the bucket in the path instead, as `aws cloudformation package` does: another CloudFormation than
    AWS's seldom knows the other form.
    """

    bucket: str
    account: str
    region: str
    partition: str
    dns_suffix: str
    prefix: str
    by_path: bool = False
    stack: str = ""
    """The stack that its releases are of, where the folder has another name."""

    def url(self, key: str, version: str | None = None) -> str:
        """The URL that CloudFormation reads the object from, in that version."""
        by_path = f"s3.{self.region}.{self.dns_suffix}/{self.bucket}"
        place = by_path if self.by_path else bucket_host(self.bucket, self.region, self.dns_suffix)
        return object_url(place, key, version)

    def url_of(self, artifact: Artifact) -> str:
        """The URL of an artifact, in its version."""
        return self.url(artifact.key, artifact.located.version if artifact.located else None)

    def named(self, artifact: Artifact, reference: FileReference) -> str:
        """An artifact as the property that names its file wants it: the text that takes the file's place."""
        form, quote_mark = reference.named.property.form, reference.span.quote
        version = artifact.located.version if artifact.located else None
        if isinstance(form, Members):
            members = {form.bucket: self.bucket, form.key: artifact.key}
            return json.dumps(members | ({form.version: version} if form.version and version else {}))
        url = self.url_of(artifact) if form is Url.HTTPS else f"s3://{self.bucket}/{artifact.key}"
        return f"{quote_mark}{url}{quote_mark}"


Locate = Callable[[Artifact], "Located | None"]
"""Where an artifact is, perhaps because it is uploaded now; None where it does not exist."""


def package(root: Template, storage: Storage, locate: Locate) -> Package:
    """Every template of the tree under its content's name; raises NothingSent for one that is too large.

    Those of one depth are located at once, children before what names them: a parent's bytes contain their URLs.
    """
    nodes = dict(root.walk())
    named = {reference: _file(reference, storage) for node in nodes.values() for reference in node.files}
    artifacts: dict[str, Artifact] = {}
    placed: dict[ResourcePath, Artifact] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        files = {artifact.key: artifact for artifact in named.values()}
        artifacts |= zip(files, pool.map(lambda artifact: _located(artifact, locate), files.values()), strict=True)
        objects = {
            reference: storage.named(artifacts[artifact.key], reference) for reference, artifact in named.items()
        }
        for depth in sorted({len(path) for path in nodes}, reverse=True):
            level = {
                path: _artifact(nodes[path], path, storage, placed, objects) for path in nodes if len(path) == depth
            }
            # The same file nested twice is one object.
            new = {artifact.key: artifact for artifact in level.values() if artifact.key not in artifacts}
            artifacts |= zip(new, pool.map(lambda artifact: _located(artifact, locate), new.values()), strict=True)
            placed |= {path: artifacts[artifact.key] for path, artifact in level.items()}
    own = placed[ResourcePath()]
    texts = {path: artifact.body.decode() for path, artifact in placed.items()}
    return Package(storage.url_of(own), own.body.decode(), tuple(artifacts.values()), texts)


def _artifact(
    template: Template,
    path: ResourcePath,
    storage: Storage,
    placed: Mapping[ResourcePath, Artifact],
    objects: Mapping[FileReference, str],
) -> Artifact:
    text = template.with_urls({name: storage.url_of(placed[path / name]) for name in template.nested}, objects)
    body = text.encode()
    if len(body) > TEMPLATE_BYTES:
        raise NothingSent(
            f"{template.path.name} has {len(body):,} bytes; CloudFormation reads at most {TEMPLATE_BYTES:,}",
            remedy="split the template into nested stacks",
        )
    key = template_key(storage.prefix, template.path.stem, body)
    return Artifact(key, body, file=template.shown or template.path.name)


def _file(reference: FileReference, storage: Storage) -> Artifact:
    named = reference.named.property
    body, suffix = content_of(reference.file, archived=named.archived)
    # CloudFormation's handlers parse names in many ways: a name has no character that a URL would have to quote.
    name = _UNSAFE.sub("-", f"{reference.file.resolve().stem}-{sha256(body).hexdigest()}{suffix}")
    return Artifact(f"{storage.prefix}/{name}", body, is_template=named.is_template, file=str(reference.file.resolve()))


def _located(artifact: Artifact, locate: Locate) -> Artifact:
    return replace(artifact, located=locate(artifact))
