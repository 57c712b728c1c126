"""Objects in S3: which bucket and key a template's URL, or an S3 URI, names.

Virtual-host and path style, with and without a Region:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from cloudformation.environment.keys.partitions import partitions
from cloudformation.refusals import ValidationError

_SUFFIXES = sorted({"amazonaws.com", *(partition.dns_suffix for partition in partitions())})
_S3_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]+)\.)?s3(?:[.-](?:dualstack\.)?(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d))?"
    rf"\.(?:{'|'.join(map(re.escape, _SUFFIXES))})"
)


@dataclass(frozen=True)
class S3Object:
    """An object by bucket and key; `version` is an object version's id, or empty."""

    bucket: str
    key: str
    version: str = ""

    @property
    def target(self) -> str:
        """The path-style request target."""
        version = f"?versionId={quote(self.version)}" if self.version else ""
        return f"/{self.bucket}/{quote(self.key)}{version}"


def read_url(url: str) -> S3Object:
    """The object that a template's URL names; on loopback, path style. ValidationError: the URL is none of S3."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # brackets without an IPv6 address
        raise _unsupported() from None
    if parts.scheme == "s3":
        raise ValidationError(f"S3 error: Domain name specified in {parts.netloc} is not a valid S3 domain")
    bucket, path = _bucket_and_path(parts, host)
    key = unquote(path)
    if not bucket or not key:
        raise _unsupported()
    return S3Object(bucket, key, parse_qs(parts.query).get("versionId", [""])[0])


def read_uri(uri: str) -> S3Object | None:
    """The object that `s3://bucket/key` names; None for any other text."""
    named = re.fullmatch(r"s3://([^/]+)/(.+)", uri, re.DOTALL)
    return S3Object(named[1], named[2]) if named else None


def _unsupported() -> ValidationError:
    return ValidationError("TemplateURL must be a supported URL.")


def _bucket_and_path(parts: SplitResult, host: str) -> tuple[str, str]:
    path = parts.path.removeprefix("/")
    if parts.scheme == "https" and (named := _S3_HOST.fullmatch(host)):
        if named["bucket"]:
            return named["bucket"], path
    elif parts.scheme not in ("http", "https"):
        return "", ""
    elif host.endswith(".localhost"):  # as SDKs write a bucket before the name of an endpoint
        return host.removesuffix(".localhost"), path
    elif host not in ("127.0.0.1", "localhost", "::1"):
        return "", ""
    bucket, _, key = path.partition("/")
    return bucket, key
