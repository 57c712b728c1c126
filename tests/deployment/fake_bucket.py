"""A bucket in memory that answers as S3 does: versions, conditional writes, checksums."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import md5, sha256
from io import BytesIO
from typing import Any

from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.shapes import START

_MISSING = refusal("404", "Not Found", 404)


@dataclass
class Version:
    """One version of a key; its checksum is what S3 keeps of it."""

    id: str
    body: bytes
    checksum: str | None


@dataclass
class FakeBucket:
    """`keyed`: its ETags are no MD5, as where a KMS key encrypts; `lists`: how many keys a list call returns."""

    versioned: bool = True
    keyed: bool = False
    lists: int = 1000
    region: str = "eu-west-1"
    keys: dict[str, list[Version]] = field(default_factory=dict)

    def client(self, **answers: Any) -> FakeClient:
        """A client of S3 that answers from this bucket."""
        own = {
            "put_object": self._put,
            "head_object": self._head,
            "get_object": self._get,
            "list_object_versions": self._list,
            "head_bucket": {"BucketRegion": self.region},
        }
        return FakeClient("s3", **{**own, **answers})

    def plant(self, key: str, body: bytes, *, summed: bool = True) -> str:
        """Somebody else puts these bytes, with a checksum or without; gives the version."""
        versions = self.keys.setdefault(key, [])
        checksum = b64encode(sha256(body).digest()).decode() if summed else None
        made = Version(f"v{sum(map(len, self.keys.values())) + 1}" if self.versioned else "null", body, checksum)
        self.keys[key] = [*versions, made] if self.versioned else [made]
        return made.id

    def body(self, key: str, version: str | None = None) -> bytes:
        """What exists under a key."""
        return self._version(key, version).body

    def _version(self, key: str, version: str | None) -> Version:
        found = [kept for kept in self.keys.get(key, ()) if version in (None, kept.id)]
        if not found:
            raise _MISSING
        return found[-1]

    def _put(self, **arguments: Any) -> dict[str, Any]:
        key = arguments["Key"]
        assert arguments["ChecksumSHA256"] == b64encode(sha256(arguments["Body"]).digest()).decode()
        assert arguments["IfNoneMatch"] == "*"
        if self.keys.get(key):
            raise refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)
        version = self.plant(key, arguments["Body"])
        return {"ETag": '"x"', **({"VersionId": version} if self.versioned else {})}

    def _head(self, Key: str, VersionId: str | None = None, **asked: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        found = self._version(Key, VersionId)
        told = {"ChecksumSHA256": found.checksum} if found.checksum and "ChecksumMode" in asked else {}
        return {"ContentLength": len(found.body), **told, **({"VersionId": found.id} if self.versioned else {})}

    def _get(self, Key: str, VersionId: str | None = None, **_: Any) -> dict[str, Any]:  # noqa: N803
        found = self._version(Key, VersionId)
        return {"Body": BytesIO(found.body), **({"VersionId": found.id} if self.versioned else {})}

    def _list(self, Prefix: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        listed = [
            {
                "Key": key,
                "VersionId": version.id,
                "ETag": f'"{md5(version.body + (b"key" if self.keyed else b"")).hexdigest()}"',
                "Size": len(version.body),
                "LastModified": START,
            }
            for key in sorted(self.keys)[: self.lists]
            for version in reversed(self.keys[key])
            if key.startswith(Prefix)
        ]
        return {"Versions": listed} if listed else {}
