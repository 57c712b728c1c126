"""What the artifacts bucket contains, and the proof that an object is what it is named for.

An object is put with its SHA-256, which S3 compares with the bytes that arrive and keeps, and only where there is none
of its name (If-None-Match). An existing one is verified by the checksum that S3 keeps, else by reading it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import Any

from deployment.artifacts.packaging import Artifact, Located, Package, Storage
from deployment.aws.answers import TOO_LARGE
from deployment.aws.calls import at_once, call, streamed
from deployment.aws.session import Client
from deployment.aws.shell_words import aws_command
from deployment.errors import AwsRefusal, ObjectDiffers, ObjectTooLarge, Unreachable

ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "405", "MethodNotAllowed"}
"""The codes by which S3 reports that an object, or that version of it, does not exist."""
# An object of the name exists already; somebody else puts the same name at this moment.
_STANDS = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
# S3's own limit, which is 5 GiB in one request, and that of a proxy in front of it.
_TOO_LARGE = {TOO_LARGE, "EntityTooLarge", "RequestEntityTooLarge", "MaxMessageLengthExceeded"}
_TRIES = 3
# The version of an object that was put while its bucket kept none. It can be overwritten: it pins nothing.
_NO_VERSION = "null"


@dataclass(frozen=True)
class StoredVersion:
    """One version of an object, as a list has it. `etag` is the MD5 of the bytes, unless a KMS key encrypts them."""

    version: str | None
    etag: str
    size: int


Listing = Mapping[str, tuple[StoredVersion, ...]]
"""The versions of each key, the oldest first: the one that was used first is used again, despite later ones."""


def listing_from(bodies: Iterable[Mapping[str, Any]]) -> Listing:
    """The Versions of a ListObjectVersions answer, which has the newest of each key first."""
    versions: dict[str, tuple[StoredVersion, ...]] = {}
    for body in bodies:
        if "Key" not in body:
            continue
        version = None if body.get("VersionId") in (None, _NO_VERSION) else str(body["VersionId"])
        stored = StoredVersion(version, str(body.get("ETag", "")).strip('"'), int(body.get("Size", 0)))
        versions[body["Key"]] = (stored, *versions.get(body["Key"], ()))
    return versions


def expected(listing: Listing, artifact: Artifact) -> Located | None:
    """Where an artifact seems to be, by the list alone: by its length and, where that is one, its MD5."""
    return next((Located(stored.version) for stored in _candidates(listing, artifact)), None)


def verified(s3: Client, storage: Storage, listing: Listing, packed: Package) -> bool:
    """Whether each artifact exists, in the version that its URL names; by its MD5 in the list, else by its SHA-256."""
    unproved = {artifact.key: artifact for artifact in packed.artifacts if not _listed(listing, artifact)}
    store = Store(s3, storage, listing)
    return not packed.missing and all(at_once(store.holds, unproved).values())


def _listed(listing: Listing, artifact: Artifact) -> bool:
    return any(
        artifact.located == Located(stored.version) and stored.etag == _md5(artifact)
        for stored in _candidates(listing, artifact)
    )


def _md5(artifact: Artifact) -> str:
    return md5(artifact.body, usedforsecurity=False).hexdigest()


def _candidates(listing: Listing, artifact: Artifact) -> list[StoredVersion]:
    alike = [stored for stored in listing.get(artifact.key, ()) if stored.size == len(artifact.body)]
    return [stored for stored in alike if stored.etag == _md5(artifact)] or alike


@dataclass(frozen=True)
class Store:
    """Locates artifacts in the bucket for good: existing ones are verified, missing ones are uploaded."""

    s3: Client
    storage: Storage
    listing: Listing

    def locate(self, artifact: Artifact) -> Located:
        """The version that has the artifact's bytes. Raises ObjectDiffers where an object of its name has others."""
        for stored in _candidates(self.listing, artifact):
            located = self._verified(artifact, stored.version)
            if located is not None:
                return located
        return self._put(artifact)

    def holds(self, artifact: Artifact) -> bool:
        """Whether an artifact is where it should be."""
        return artifact.located is not None and self._verified(artifact, artifact.located.version) is not None

    def _put(self, artifact: Artifact) -> Located:
        for _ in range(_TRIES):
            try:
                return _location(self._put_new(artifact))
            except AwsRefusal as error:
                if error.code not in _STANDS:
                    raise
                refused = error
            # If the other writer was a deployment, it put the same bytes: they are read, to be sure.
            located = self._verified(artifact, None, by_reading=True)
            if located is not None:
                return located
            if self._stands(artifact):
                raise self._differs(artifact)
        raise refused

    def _put_new(self, artifact: Artifact) -> dict[str, Any]:
        """Raises ObjectTooLarge, which the size alone explains; where no answer came, the size may be the cause."""
        try:
            return self._sent(artifact)
        except AwsRefusal as error:
            if error.code in _TOO_LARGE:
                raise self._too_large(artifact, error) from error
            raise
        except Unreachable as error:
            error.findings += (f"{artifact.file} was sent, {len(artifact.body):,} bytes",)
            raise

    def _sent(self, artifact: Artifact) -> dict[str, Any]:
        return call(
            self.s3.put_object,
            **self._named(artifact),
            Body=artifact.body,
            ContentType="application/yaml" if artifact.is_template else "application/octet-stream",
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=b64encode(artifact.digest).decode(),
            IfNoneMatch="*",
        )

    def _verified(self, artifact: Artifact, version: str | None, *, by_reading: bool = False) -> Located | None:
        """Where the artifact's bytes are in that version, or the current one; None where it is not there."""
        which = self._named(artifact) | ({"VersionId": version} if version else {})
        try:
            told = {} if by_reading else call(self.s3.head_object, **which, ChecksumMode="ENABLED")
            checksum = told.get("ChecksumSHA256")
            # A checksum of parts (`...-2`) is not that of the bytes.
            if checksum is not None and told.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT":
                same = checksum == b64encode(artifact.digest).decode()
            else:
                told = call(self.s3.get_object, **which)
                same = sha256(streamed(told)).digest() == artifact.digest
        except AwsRefusal as error:
            if error.code in ABSENT:
                return None
            raise
        return _location(told) if same else None

    def _stands(self, artifact: Artifact) -> bool:
        try:
            call(self.s3.head_object, **self._named(artifact))
        except AwsRefusal as error:
            if error.code in ABSENT:
                return False
            raise
        return True

    def _named(self, artifact: Artifact) -> dict[str, Any]:
        storage = self.storage
        return {"Bucket": storage.bucket, "Key": artifact.key, "ExpectedBucketOwner": storage.account}

    def _too_large(self, artifact: Artifact, error: AwsRefusal) -> ObjectTooLarge:
        smaller = "split the template into nested stacks" if artifact.is_template else "make the file smaller"
        return ObjectTooLarge(
            f"{artifact.file} is too large for bucket {self.storage.bucket}: {len(artifact.body):,} bytes were sent",
            findings=[f"the answer: {error.message} ({error.code})"],
            remedy=f"{smaller}; or, if a proxy is in between, raise its limit",
        )

    def _differs(self, artifact: Artifact) -> ObjectDiffers:
        what = "template" if artifact.is_template else "file"
        bucket, region = self.storage.bucket, self.storage.region
        listed = aws_command(region, "s3api", "list-object-versions", "--bucket", bucket, "--prefix", artifact.key)
        deleted = aws_command(region, "s3api", "delete-object", "--bucket", bucket, "--key", artifact.key)
        return ObjectDiffers(
            f"s3://{bucket}/{artifact.key} does not contain the {what} that it is named for",
            findings=[
                "somebody else wrote it: its name is the SHA-256 of the bytes that belong there",
                f"when it was written: {listed}",
            ],
            remedy=f"find out who wrote it, then: {deleted}",
        )


def _location(answer: Mapping[str, Any]) -> Located:
    version = answer.get("VersionId")
    return Located(None if version in (None, _NO_VERSION) else str(version))
