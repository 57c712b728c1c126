"""Where a template's text comes from: the request itself, S3, or the stack as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from rehearsal.errors import ValidationError
from rehearsal.stacks import Stack
from rehearsal.world import World

MAXIMUM_BYTES = 1024 * 1024
_S3_HOST = re.compile(r"(.+\.)?s3([.-][a-z0-9.-]*)?\.amazonaws\.com(\.cn)?")


def template_at(world: World, url: str) -> str:
    """The text of a template in S3.

    Errors: ValidationError for what is no S3 URL, for an object that is not there, for one of more
    than 1 MB (AWS::CloudFormation quotas) and for bytes that are no text.
    """
    _check_url(url)
    try:
        data = world.fetch(url)
    except KeyError as error:
        raise ValidationError(str(error.args[0])) from None
    if len(data) > MAXIMUM_BYTES:
        raise ValidationError(f"Template may not exceed {MAXIMUM_BYTES} bytes in size.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValidationError("Template format error: YAML not well-formed.") from None


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no IPv6 address
        raise ValidationError("TemplateURL must be a supported URL.") from None
    if parts.scheme == "s3":
        raise ValidationError(f"S3 error: Domain name specified in {parts.netloc} is not a valid S3 domain")
    loopback = parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme not in ("https", "http") or not (loopback or _S3_HOST.fullmatch(parts.hostname or "")):
        raise ValidationError("TemplateURL must be a supported URL.")


def submitted_template(world: World, stack: Stack | None, request: Mapping[str, Any]) -> str:
    """The template of a request: TemplateBody, TemplateURL or the one in use.

    Errors: ValidationError when none or several are given.
    """
    given = [key for key in ("TemplateBody", "TemplateURL") if request.get(key)]
    if request.get("UsePreviousTemplate"):
        if given or stack is None or stack.target is None:
            raise ValidationError("Either Template URL or Template Body must be specified.")
        return stack.target.template
    if len(given) != 1:
        raise ValidationError("Either Template URL or Template Body must be specified.")
    if given == ["TemplateURL"]:
        return template_at(world, request["TemplateURL"])
    return str(request["TemplateBody"])
