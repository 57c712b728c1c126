"""The transform AWS::Serverless, as AWS's own translator makes it: a template of SAM in, a plain template out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-serverless.html
The translator takes half a second to import, and is imported when a template asks for it.
"""

import copy
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.scalars import text_of
from cloudformation.template.transforms import SERVERLESS
from cloudformation.unknown import Unknown
from rehearsal.language.transforms.transform_failure import Budget, FinalError, failed

_APPLICATION = "AWS::Serverless::Application"


@dataclass(frozen=True)
class _Session:
    """What the translator asks of a session of boto3."""

    region_name: str


def translated(document: Mapping[str, Any], scope: Scope, secret: frozenset[str], budget: Budget) -> dict[str, Any]:
    """The template with plain resources in place of those of SAM.

    `secret` names the parameters that stay references. Errors: TemplateError in the words of the translator;
    ValidationError for applications that only the Serverless Application Repository has.
    """
    _refuse_applications(document)
    marks = {name: f"noecho{sha256(name.encode()).hexdigest()}" for name in secret}
    made = _translate(copy.deepcopy(dict(document)), _values(scope, marks), text_of(scope.parameters["AWS::Region"]))
    text = json.dumps(made)
    budget.spend(len(text))
    plain: dict[str, Any] = _referring(made, marks) if any(mark in text for mark in marks.values()) else made
    return plain


def _refuse_applications(document: Mapping[str, Any]) -> None:
    resources = document.get("Resources")
    for entry in resources.values() if isinstance(resources, Mapping) else ():
        properties = entry.get("Properties") if isinstance(entry, Mapping) else None
        located = properties.get("Location") if isinstance(properties, Mapping) else None
        if isinstance(located, Mapping) and entry.get("Type") == _APPLICATION:
            raise ValidationError(
                f"{_APPLICATION} is not simulated: only AWS knows the contents of the Serverless Application Repository"
            )


def _values(scope: Scope, marks: Mapping[str, str]) -> dict[str, Any]:
    """Values of parameters as texts, in lists with commas between; a secret one is a mark to be found again."""
    known = {name: value for name, value in scope.parameters.items() if not isinstance(value, Unknown)}
    texts = {name: ",".join(value) if isinstance(value, list) else text_of(value) for name, value in known.items()}
    return texts | {name: mark for name, mark in marks.items() if name in scope.parameters}


def _translate(document: dict[str, Any], values: dict[str, Any], region: str) -> dict[str, Any]:
    from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    # It warns of figures about itself that nobody collects.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    try:
        translator = Translator(None, Parser(), boto_session=_Session(region))
        plain: dict[str, Any] = translator.translate(document, values, get_managed_policy_map=dict)
        return plain
    except InvalidDocumentException as error:
        causes = " ".join(sorted(cause.message for cause in error.causes))
        raise _failed(f"{error.message} {causes}") from None
    except ExceptionWithMessage as error:
        raise _failed(error.message) from None
    except Exception as error:  # what its authors have not foreseen fails the transform on AWS too
        raise _failed(f"Internal transform failure ({type(error).__name__}: {error})") from None


def _failed(text: str) -> TemplateError:
    return failed(text, FinalError, SERVERLESS)


def _referring(value: Any, marks: Mapping[str, str], inside_sub: bool = False) -> Any:
    """The marks as references to their parameters."""
    if isinstance(value, dict):
        return {
            key: _referring(item, marks, inside_sub or (key == "Fn::Sub" and isinstance(item, (str, list))))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_referring(item, marks, inside_sub and not index) for index, item in enumerate(value)]
    found = [name for name, mark in marks.items() if isinstance(value, str) and mark in value]
    for name in found:
        if value == marks[name] and not inside_sub:
            return {"Ref": name}
        value = value.replace(marks[name], f"${{{name}}}")
    return {"Fn::Sub": value} if found and not inside_sub else value
