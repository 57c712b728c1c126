"""Fn::ToJsonString: an object or array as the JSON text of its value, compact and in the order of the template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ToJsonString.html
"""

import json
from typing import Any

from cloudformation.references import intrinsic


def json_string(value: Any) -> str | dict[str, Any]:
    """The text of a value; with functions left in it, a Fn::Sub whose context object has them.

    That CloudFormation leaves a Fn::Sub is known by its refusal of an attribute that is no text
    (aws-cloudformation/cfn-language-discussion#103).
    """
    pieces: list[str | dict[str, Any]] = []
    _write(value, pieces)
    left = [piece for piece in pieces if not isinstance(piece, str)]
    if not left:
        return "".join(str(piece) for piece in pieces)
    variables = {f"Value{index}": function for index, function in enumerate(left)}
    names = iter(variables)
    text = "".join(escaped(piece) if isinstance(piece, str) else f'"${{{next(names)}}}"' for piece in pieces)
    return {"Fn::Sub": [text, variables]}


def escaped(text: str) -> str:
    """A text as it is written in a Fn::Sub: what looks like a variable is a literal."""
    return text.replace("${", "${!")


def _write(value: Any, pieces: list[str | dict[str, Any]]) -> None:
    if intrinsic(value):
        pieces.append(value)
    elif isinstance(value, dict):
        for index, (key, item) in enumerate(value.items()):
            pieces.append(f"{',' if index else '{'}{_scalar(key)}:")
            _write(item, pieces)
        pieces.append("}" if value else "{}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            pieces.append("," if index else "[")
            _write(item, pieces)
        pieces.append("]" if value else "[]")
    else:
        pieces.append(_scalar(value))


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
