"""What was deployed, when and by whom: one object for each release, beside the templates in the artifacts bucket.

`_releases/<stack>/<time>-<digest>.json`, of a service `_releases/<platform's stack>/services/<service>/...`. No stack's
name begins with an underscore, so that the folder of none is in there, and a list of the templates of a stack is not
made longer. A record names templates in the version that was executed; versions never expire in a bucket
that deploy.py created. Values of NoEcho parameters are in none.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from cloudformation.environment.delivery.artifacts_bucket import RELEASES
from deployment.artifacts.packaging import Package, Storage
from deployment.aws.answers import needed
from deployment.aws.calls import call, streamed
from deployment.aws.pages import pages
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, Unreachable

SHORT = 12
"""How much of a digest is shown, and is part of a record's name."""
_FORM = 1
_NAMED = re.compile(r"(?P<name>[^?]*-(?P<sha256>[0-9a-f]{64})\.yaml)(\?versionId=(?P<version>[^&]+))?")
_STANDS = {"412", "PreconditionFailed"}


@dataclass(frozen=True)
class StoredTemplate:
    """One template of a release, in the version that was executed; None where the bucket kept none."""

    key: str
    version: str | None
    sha256: str


@dataclass(frozen=True)
class Release:
    """What one execution deployed to the stack.

    `root` is the SHA-256 of the root template as it was sent, which names every other by its content and version.
    `withheld` are NoEcho parameters. `outcome` is the status afterwards; None where the end was not watched.
    """

    stack: str
    time: datetime
    by: str
    outcome: str | None
    root: str
    templates: tuple[StoredTemplate, ...]
    parameters: Mapping[str, str]
    withheld: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What was deployed: the same for the same templates, parameters and tags."""
        return content_digest(self.root, self.parameters, self.tags)


def content_digest(root: str, parameters: Mapping[str, str], tags: Mapping[str, str]) -> str:
    """The SHA-256 over the root's own, the parameters but for NoEcho ones, and the tags."""
    text = json.dumps([root, dict(parameters), dict(tags)], sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def text_digest(text: str) -> str:
    """The SHA-256 of a template."""
    return sha256(text.encode()).hexdigest()


def packed_templates(package: Package) -> tuple[StoredTemplate, ...]:
    """Every template of a package as a record names it."""
    return tuple(
        StoredTemplate(artifact.key, artifact.located.version if artifact.located else None, artifact.digest.hex())
        for artifact in package.artifacts
    )


def stored_under(storage: Storage, url: str) -> StoredTemplate | None:
    """The SHA-256 that a TemplateURL into the storage names; None of any other URL."""
    base = storage.url(f"{storage.prefix}/")
    match = _NAMED.fullmatch(url.removeprefix(base)) if url.startswith(base) else None
    if match is None:
        return None
    version = unquote(match["version"]) if match["version"] else None
    return StoredTemplate(unquote(f"{storage.prefix}/{match['name']}"), version, match["sha256"])


def put_release(s3: Client, storage: Storage, release: Release) -> None:
    """Writes the record; an existing one has the same content."""
    name = f"{release.time.astimezone(UTC):%Y%m%dT%H%M%SZ}-{release.digest[:SHORT]}.json"
    told = {"form": _FORM, **asdict(release), "time": release.time.isoformat(), "digest": release.digest}
    body = json.dumps(told, indent=1).encode()
    try:
        call(
            s3.put_object,
            Bucket=storage.bucket,
            Key=f"{_folder(storage)}{name}",
            ExpectedBucketOwner=storage.account,
            Body=body,
            ContentType="application/json",
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=b64encode(sha256(body).digest()).decode(),
            IfNoneMatch="*",
        )
    except AwsRefusal as error:
        if error.code not in _STANDS:
            raise


def release_keys(s3: Client, storage: Storage) -> list[str]:
    """The names of all records of the stack, the newest first; none where there is no bucket."""
    # Not what is deeper: the releases of services.
    asked = {
        "Bucket": storage.bucket,
        "Prefix": _folder(storage),
        "Delimiter": "/",
        "ExpectedBucketOwner": storage.account,
    }
    try:
        listed = [key for page in pages(s3.list_objects_v2, **asked) for key in _keys(page)]
    except AwsRefusal as error:
        if error.code == "NoSuchBucket":
            return []
        raise
    return sorted((key for key in listed if key.endswith(".json")), reverse=True)


def _keys(page: Mapping[str, Any]) -> list[str]:
    """The keys of a page, which S3 counts beside them: a page that was lost on the way would show no release."""
    [count] = needed(page, "KeyCount")
    keys = [str(body["Key"]) for body in page.get("Contents") or ()]
    if len(keys) + len(page.get("CommonPrefixes") or ()) < int(count):
        raise Unreachable("no usable answer: S3 counts more keys than it lists", remedy="try again in a minute")
    return keys


def short_digest(key: str) -> str:
    """The beginning of the digest of the release that a record of that name is of."""
    return key.removesuffix(".json").rpartition("-")[2]


def read_release(s3: Client, storage: Storage, key: str) -> Release | None:
    """The record of that name; None where it is not valid: somebody else wrote it, or a later version."""
    answer = call(s3.get_object, Bucket=storage.bucket, Key=key, ExpectedBucketOwner=storage.account)
    try:
        release = _release(json.loads(streamed(answer)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    own = release.stack == (storage.stack or storage.prefix)
    return release if own and release.digest.startswith(short_digest(key)) else None


def _release(body: Mapping[str, Any]) -> Release:
    if body["form"] != _FORM:
        raise ValueError(body["form"])
    return Release(
        stack=str(body["stack"]),
        time=datetime.fromisoformat(body["time"]),
        by=str(body["by"]),
        outcome=None if body["outcome"] is None else str(body["outcome"]),
        root=str(body["root"]),
        templates=tuple(_templates(body["templates"])),
        parameters=_texts(body["parameters"]),
        withheld=tuple(str(name) for name in body["withheld"]),
        tags=_texts(body["tags"]),
    )


def _templates(bodies: list[Mapping[str, Any]]) -> Iterator[StoredTemplate]:
    for body in bodies:
        version = body["version"]
        yield StoredTemplate(str(body["key"]), None if version is None else str(version), str(body["sha256"]))


def _texts(body: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(text) for name, text in body.items()}


def _folder(storage: Storage) -> str:
    return f"{RELEASES}/{storage.prefix}/"
