"""Who asks which service in which Region: the credential scope that Signature Version 4 puts into every request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.http_message import Request

_SCOPE = r"(?P<access_key>[^/\s,]+)/\d{8}/(?P<region>[a-z0-9-]+)/(?P<service>[A-Za-z0-9.-]+)/aws4_request"
_CREDENTIAL = re.compile(rf"AWS4-HMAC-SHA256\s.*?Credential={_SCOPE}\s*(,|$)")


@dataclass(frozen=True)
class CredentialScope:
    """What a request is signed for. The signature itself is not checked: nobody here knows the secret."""

    access_key: str
    region: str
    service: str

    @property
    def account(self) -> str | None:
        """The account that an access key of twelve digits means, as with other local engines; AWS gives no such key."""
        return self.access_key if re.fullmatch(r"\d{12}", self.access_key, re.ASCII) else None


def credential_scope(request: Request) -> CredentialScope | None:
    """The scope of a request's Authorization header, or of its query string when it is presigned.

    None: the request has none. CloudFormationError IncompleteSignature: the header is not valid.
    """
    header = request.header("authorization")
    presigned = "" if header else parse_qs(request.query).get("X-Amz-Credential", [""])[0]
    scope = _CREDENTIAL.match(header) if header else re.fullmatch(_SCOPE, presigned)
    if header and not scope:
        raise CloudFormationError("IncompleteSignature", "Authorization header is not of Signature Version 4.")
    return CredentialScope(scope["access_key"], scope["region"], scope["service"].lower()) if scope else None


def service_asked(request: Request) -> str:
    """The service that a request is for; one that nobody has signed is for S3, which alone answers such."""
    try:
        scope = credential_scope(request)
    except CloudFormationError:
        return "s3"
    return scope.service if scope else "s3"
