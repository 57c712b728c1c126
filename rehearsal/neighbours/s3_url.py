"""Template URLs: which bucket and key an S3 URL names.

Virtual-host and path style, with and without a Region:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

_S3_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]+)\.)?s3(?:[.-](?:dualstack\.)?(?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?"
    r"\.amazonaws\.com(?:\.cn)?"
)


class NoSuchTemplateError(KeyError):
    """A template URL that gives no template; `message` is what CloudFormation says of it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class S3Object:
    """What a URL names; `version` is an object version's id, or empty."""

    bucket: str
    key: str
    version: str = ""

    @property
    def target(self) -> str:
        """The path-style request target."""
        version = f"?versionId={quote(self.version)}" if self.version else ""
        return f"/{self.bucket}/{quote(self.key)}{version}"


def read_url(url: str) -> S3Object:
    """The object that an S3 URL names; on loopback, path style. NoSuchTemplateError: the URL is none of S3."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise NoSuchTemplateError("TemplateURL must be a supported URL.") from None
    if parts.scheme == "s3":
        raise NoSuchTemplateError(f"S3 error: Domain name specified in {host} is not a valid S3 domain")
    bucket, path = _bucket_and_path(parts, host)
    key = unquote(path)
    if not bucket or not key:
        raise NoSuchTemplateError("TemplateURL must be a supported URL.")
    return S3Object(bucket, key, parse_qs(parts.query).get("versionId", [""])[0])


def _bucket_and_path(parts: SplitResult, host: str) -> tuple[str, str]:
    path = parts.path.removeprefix("/")
    if parts.scheme == "https" and (found := _S3_HOST.fullmatch(host)):
        if found["bucket"]:
            return found["bucket"], path
    elif parts.scheme not in ("http", "https") or host not in ("127.0.0.1", "localhost"):
        return "", ""
    bucket, _, key = path.partition("/")
    return bucket, key
