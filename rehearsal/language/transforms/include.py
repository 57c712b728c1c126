"""The transform AWS::Include: the contents of an object in S3 become part of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
A snippet's keys come after those beside the transform, which keep their places, and replace equal ones
(measured on an account, floci-io/floci#2884, and recorded).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation import text as template_text
from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.refusals import CloudFormationError, TemplateError, ValidationError
from cloudformation.template.transforms import FUNCTION, INCLUDE, UNTRANSFORMED, Declaration, declarations, embedded
from rehearsal.language.transforms.transform_failure import Budget, failed
from rehearsal.state.s3_object import S3Object, read_uri
from rehearsal.state.services import ServiceError

_CONTENT = "The specified S3 object's content should be valid Yaml/JSON"


@dataclass(frozen=True)
class Include:
    """How snippets are found: `scope` resolves a Location, `fetch` reads what is there."""

    scope: Scope
    fetch: Callable[[S3Object], bytes]
    budget: Budget

    def embedded(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A template with each Fn::Transform in it replaced by its snippet, the deepest first.

        Errors: TemplateError in the words of the transform; ValidationError for what is not simulated.
        """
        return {key: item if key in UNTRANSFORMED else self._replaced(item) for key, item in document.items()}

    def _replaced(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._replaced(item) for item in value]
        if not isinstance(value, dict):
            return value
        made = {key: self._replaced(item) for key, item in value.items() if key != FUNCTION}
        for declared in declarations(value[FUNCTION]) if FUNCTION in value else ():
            made |= self._snippet(declared)
        return made

    def merged(self, document: Mapping[str, Any], declared: Declaration) -> dict[str, Any]:
        """A template with the sections of a snippet that its Transform section names.

        Errors: those of `embedded`. What becomes of a section that both have is not known, and parameters are
        settled before any transform.
        """
        sections = self._snippet(declared)
        meeting = [key for key in sections if key in document or key == "Parameters"]
        if meeting:
            raise ValidationError(f"Template sections in a snippet are not simulated: [{', '.join(meeting)}]")
        return {**document, **sections}

    def _snippet(self, declared: Declaration) -> dict[str, Any]:
        wanted = self._located(declared.parameters.get("Location"))
        try:
            data = self.fetch(wanted)
        except ServiceError as error:
            missing = error.code == "NoSuchBucket"
            raise _failed(f"S3 bucket [{wanted.bucket}] does not exist." if missing else error.message) from None
        self.budget.spend(len(data))
        return _read(data)

    def _located(self, location: Any) -> S3Object:
        try:
            uri = resolve(location, self.scope)
        except CloudFormationError:
            uri = None
        wanted = read_uri(uri) if isinstance(uri, str) else None
        if wanted is None:
            raise _failed("The location parameter is not a valid S3 uri.")
        return wanted


def _read(data: bytes) -> dict[str, Any]:
    """A snippet is an object without short forms, and includes nothing itself (awsdocs, user guide, #232)."""
    try:
        snippet = template_text.read(data.decode(), short_forms=False)
        nested = isinstance(snippet, dict) and any(embedded({"": snippet}))
    except (UnicodeDecodeError, TemplateError):
        raise _failed(_CONTENT) from None
    if not isinstance(snippet, dict) or nested:
        raise _failed(_CONTENT)
    return snippet


def _failed(text: str) -> TemplateError:
    return failed(text, transform=INCLUDE)
