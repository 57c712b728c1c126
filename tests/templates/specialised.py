"""A layer as one environment has it: root's values put in, conditions decided; references to resources stay.

Linters read templates without working them out: cfn-lint looks at no parameter's value, scanners at neither branch of
an Fn::If. What is left here is a plain template of what would be created. What a sibling feeds stays a parameter.
"""

from collections.abc import Mapping
from typing import Any

from tests.templates.resolved import NO_VALUE, document


def specialised(layer: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Give the template of `layer` with `values`, by name, in place of its parameters."""
    parsed = document(layer)
    fixer = _Fixer(parsed, {name: values[name] for name in parsed["Parameters"] if name in values})
    kept = {name: body for name, body in parsed["Resources"].items() if fixer.there(body)}
    outputs = {name: body for name, body in parsed["Outputs"].items() if fixer.there(body)}
    template = {
        "AWSTemplateFormatVersion": parsed["AWSTemplateFormatVersion"],
        "Description": parsed["Description"],
        "Parameters": {name: body for name, body in parsed["Parameters"].items() if name not in fixer.values},
        "Resources": fixer.fixed(kept),
        "Outputs": fixer.fixed(outputs),
    }
    return {name: section for name, section in template.items() if section}


class _Fixer:
    def __init__(self, parsed: Mapping[str, Any], values: Mapping[str, str]) -> None:
        self.parsed, self.values = parsed, values

    def there(self, body: Mapping[str, Any]) -> bool:
        return "Condition" not in body or self.holds({"Condition": body["Condition"]})

    def holds(self, node: Any) -> bool:
        ((function, argument),) = node.items()
        if function == "Condition":
            return self.holds(self.parsed["Conditions"][argument])
        if function == "Fn::Equals":
            left, right = (self.fixed(value) for value in argument)
            return bool(left == right)
        parts = [self.holds(part) for part in argument]
        return {"Fn::Not": not parts[0], "Fn::And": all(parts), "Fn::Or": any(parts)}[function]

    def fixed(self, node: Any) -> Any:
        if isinstance(node, list):
            return [item for item in map(self.fixed, node) if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function == "Ref" and argument in self.values:
                return self.values[argument]
            if node == {"Ref": "AWS::NoValue"}:
                return NO_VALUE
            if function == "Fn::If":
                return self.fixed(argument[1 if self.holds({"Condition": argument[0]}) else 2])
            if function == "Fn::Split" and isinstance(text := self.fixed(argument[1]), str):
                return text.split(argument[0])
            if function == "Fn::Sub":
                return self._filled(argument)
        resolved = {
            key: self.fixed(item) for key, item in node.items() if key != "Condition" or not isinstance(item, str)
        }
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def _filled(self, argument: Any) -> Any:
        text, given = argument if isinstance(argument, list) else (argument, {})
        kept = {name: self.fixed(value) for name, value in given.items()}
        known = {**self.values, **{name: value for name, value in kept.items() if isinstance(value, str)}}
        for name, value in known.items():
            text = text.replace(f"${{{name}}}", value)
        rest = {name: value for name, value in kept.items() if not isinstance(value, str)}
        if "${" not in text:
            return text
        return {"Fn::Sub": [text, rest] if rest else text}
