"""Rendered templates as they travel: under names made of their content, children first.

The name of an object is the sha256 of its exact bytes, so that an unchanged layer keeps its URL and does not show up
as changed, and what stands in S3 under a name can only be the right bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from cloudformation.limits import TEMPLATE_BYTES
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import NothingSent
from deployment.template.template import Template

_AT_ONCE = 8


@dataclass(frozen=True)
class Artifact:
    """One template to upload; `depth` counts how far below the root it hangs."""

    key: str
    body: bytes
    depth: int


@dataclass(frozen=True)
class Package:
    """The root as it will be sent, and every template that it needs, the deepest first."""

    url: str
    text: str
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True)
class Storage:
    """Where artifacts live: `https://<bucket>.s3.<region>.<DNS suffix>/<prefix>/...`."""

    bucket: str
    account: str
    region: str
    partition: str
    dns_suffix: str
    prefix: str

    def url(self, key: str) -> str:
        """The URL that CloudFormation reads the object from."""
        return f"https://{self.bucket}.s3.{self.region}.{self.dns_suffix}/{key}"


def package(root: Template, storage: Storage) -> Package:
    """Every template of the tree under its content's name; raises NothingSent for one that is too large."""
    artifacts: dict[str, Artifact] = {}
    url, text = _pack(root, storage, 0, artifacts)
    ordered = sorted(artifacts.values(), key=lambda artifact: -artifact.depth)
    return Package(url, text, tuple(ordered))


def _pack(template: Template, storage: Storage, depth: int, artifacts: dict[str, Artifact]) -> tuple[str, str]:
    urls = {name: _pack(child, storage, depth + 1, artifacts)[0] for name, child in template.nested.items()}
    text = template.with_urls(urls)
    body = text.encode()
    if len(body) > TEMPLATE_BYTES:
        raise NothingSent(
            f"{template.path.name} has {len(body):,} bytes; CloudFormation reads at most {TEMPLATE_BYTES:,}",
            remedy="split the template into nested stacks",
        )
    key = f"{storage.prefix}/{template.path.stem}-{sha256(body).hexdigest()}.yaml"
    # The same file nested twice is one object, uploaded with the deepest of its places.
    artifacts[key] = Artifact(key, body, max(depth, artifacts[key].depth if key in artifacts else 0))
    return storage.url(key), text


def missing(package: Package, present: frozenset[str]) -> tuple[Artifact, ...]:
    """What is not in the bucket yet, the deepest first."""
    return tuple(artifact for artifact in package.artifacts if artifact.key not in present)


def upload(s3: Client, storage: Storage, artifacts: Sequence[Artifact]) -> None:
    """Puts the artifacts, those of one depth at once, children before what names them."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for depth in sorted({artifact.depth for artifact in artifacts}, reverse=True):
            level = [artifact for artifact in artifacts if artifact.depth == depth]
            list(pool.map(lambda artifact: _put(s3, storage, artifact), level))


def _put(s3: Client, storage: Storage, artifact: Artifact) -> None:
    call(
        s3.put_object,
        Bucket=storage.bucket,
        Key=artifact.key,
        Body=artifact.body,
        ContentType="application/yaml",
        ExpectedBucketOwner=storage.account,
    )
