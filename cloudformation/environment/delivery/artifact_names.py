"""How templates are named in the artifacts bucket, and the URL that a TemplateURL names them by."""

from hashlib import sha256
from urllib.parse import quote


def template_key(folder: str, stem: str, body: bytes) -> str:
    """The key of a template, which is made of its bytes: an unchanged one keeps its name."""
    return f"{folder}/{stem}-{sha256(body).hexdigest()}.yaml"


def object_url(place: str, key: str, version: str | None = None) -> str:
    """The URL that CloudFormation reads an object from, in that version; `place` is host, or host and bucket.

    User guide, "Selecting a stack template": `...template?versionId=...` for a bucket that keeps versions.
    """
    query = f"?versionId={quote(version, safe='')}" if version else ""
    return f"https://{place}/{quote(key)}{query}"


def bucket_host(bucket: str, region: str, dns_suffix: str) -> str:
    """The host of a bucket, which AWS answers at."""
    return f"{bucket}.s3.{region}.{dns_suffix}"
