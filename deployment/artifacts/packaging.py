"""Rendered templates as they travel: under names made of their content, each as one version, children first.

The name of an object is the sha256 of its exact bytes, so that an unchanged layer keeps its URL and does not show up
as changed. A name proves nothing about the bytes: they are verified where they stand (stored.py), and the URL names the
version that was, so that nobody can put others behind it. What a parent says holds the versions of its children.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote

from cloudformation.limits import TEMPLATE_BYTES
from deployment.errors import NothingSent
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Template

_AT_ONCE = 8


@dataclass(frozen=True)
class Located:
    """Where an artifact's bytes stand: `version` is the object version, None where the bucket keeps none."""

    version: str | None


@dataclass(frozen=True)
class Artifact:
    """One template as an object in S3; not `located` where it has to be put there first."""

    key: str
    body: bytes
    located: Located | None = None

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
    """What each template of the tree says as it is sent, by where it is nested."""

    @property
    def missing(self) -> tuple[Artifact, ...]:
        """What has to be put into the bucket, and whatever is above it: what that says is not final."""
        return tuple(artifact for artifact in self.artifacts if artifact.located is None)

    @property
    def pinned(self) -> bool:
        """Whether each URL names one version for ever; a bucket that keeps no versions gives what was put last."""
        return all(artifact.located and artifact.located.version for artifact in self.artifacts)


@dataclass(frozen=True)
class Storage:
    """Where artifacts live: `https://<bucket>.s3.<region>.<DNS suffix>/<prefix>/...`.

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

    def url(self, key: str, version: str | None = None) -> str:
        """The URL that CloudFormation reads the object from, in that version.

        User guide, "Selecting a stack template": `...template?versionId=...` for a bucket that keeps versions.
        """
        query = f"?versionId={quote(version, safe='')}" if version else ""
        host = f"s3.{self.region}.{self.dns_suffix}"
        place = f"{host}/{self.bucket}" if self.by_path else f"{self.bucket}.{host}"
        return f"https://{place}/{quote(key)}{query}"

    def url_of(self, artifact: Artifact) -> str:
        """The URL of an artifact, in the version that it stands in."""
        return self.url(artifact.key, artifact.located.version if artifact.located else None)


Locate = Callable[[Artifact], "Located | None"]
"""Where an artifact stands, perhaps because it is put there now; None where it does not."""


def package(root: Template, storage: Storage, locate: Locate) -> Package:
    """Every template of the tree under its content's name; raises NothingSent for one that is too large.

    Those of one depth are located at once, children before what names them: a parent's bytes hold their URLs.
    """
    nodes = dict(root.walk())
    artifacts: dict[str, Artifact] = {}
    placed: dict[ResourcePath, Artifact] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for depth in sorted({len(path) for path in nodes}, reverse=True):
            level = {path: _artifact(nodes[path], path, storage, placed) for path in nodes if len(path) == depth}
            # The same file nested twice is one object.
            new = {artifact.key: artifact for artifact in level.values() if artifact.key not in artifacts}
            artifacts |= zip(new, pool.map(lambda artifact: _located(artifact, locate), new.values()), strict=True)
            placed |= {path: artifacts[artifact.key] for path, artifact in level.items()}
    own = placed[ResourcePath()]
    texts = {path: artifact.body.decode() for path, artifact in placed.items()}
    return Package(storage.url_of(own), own.body.decode(), tuple(artifacts.values()), texts)


def _artifact(
    template: Template, path: ResourcePath, storage: Storage, placed: Mapping[ResourcePath, Artifact]
) -> Artifact:
    text = template.with_urls({name: storage.url_of(placed[path / name]) for name in template.nested})
    body = text.encode()
    if len(body) > TEMPLATE_BYTES:
        raise NothingSent(
            f"{template.path.name} has {len(body):,} bytes; CloudFormation reads at most {TEMPLATE_BYTES:,}",
            remedy="split the template into nested stacks",
        )
    return Artifact(f"{storage.prefix}/{template.path.stem}-{sha256(body).hexdigest()}.yaml", body)


def _located(artifact: Artifact, locate: Locate) -> Artifact:
    return Artifact(artifact.key, artifact.body, locate(artifact))
