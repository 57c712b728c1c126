"""Where a template's text comes from: the request itself, S3, or the stack as it is."""

from collections.abc import Mapping
from typing import Any

from cloudformation.limits import TEMPLATE_BYTES
from cloudformation.refusals import ValidationError
from rehearsal.state.s3_object import read_url
from rehearsal.state.services import ServiceError
from rehearsal.state.world import World


def template_at(world: World, url: str) -> str:
    """The text of a template in S3.

    Errors: ValidationError for what is no S3 URL, for an object that is not there, for one of more
    than 1 MB (AWS::CloudFormation quotas) and for bytes that are no text.
    """
    try:
        data = world.services.fetch(read_url(url))
    except ServiceError as error:
        raise ValidationError(
            f"S3 error: {error.message}\n"
            "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
        ) from None
    if len(data) > TEMPLATE_BYTES:
        raise ValidationError(f"Template may not exceed {TEMPLATE_BYTES} bytes in size.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValidationError("Template format error: YAML not well-formed.") from None


def submitted_template(world: World, in_use: str | None, request: Mapping[str, Any]) -> str:
    """The template of a request: TemplateBody, TemplateURL or the one in use.

    Errors: ValidationError when none or several are given.
    """
    given = [key for key in ("TemplateBody", "TemplateURL") if request.get(key)]
    previous = bool(request.get("UsePreviousTemplate"))
    if previous and not given and in_use is not None:
        return in_use
    if previous or len(given) != 1:
        raise ValidationError("Either Template URL or Template Body must be specified.")
    if given == ["TemplateURL"]:
        return template_at(world, request["TemplateURL"])
    return str(request["TemplateBody"])
