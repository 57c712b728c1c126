"""What must not be shown: the values of NoEcho parameters, wherever they stand.

CloudFormation masks such a parameter where it describes a stack, but says itself that outputs and metadata are not
masked (user guide, "NoEcho"), and a refusal may quote a value. So nothing is relied on: texts that are known are
masked everywhere, and both sides of every property that reads such a parameter, since the old text is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.parameter_values import declared_parameters
from cloudformation.parameters.declarations import MASK, is_no_echo
from cloudformation.parameters.values import members
from cloudformation.references import references
from deployment.review.review import LayerReview, PropertyChange, ResourceChange, Review
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Documents, Template

Facts = TypeVar("Facts")

_LEAST_SOUGHT = 4  # a shorter secret is masked only where it stands alone


def secret_texts(root: Template, environment: Environment) -> frozenset[str]:
    """The values that the NoEcho parameters of a root template are given; of a list each member too."""
    given = environment.parameters
    secret = [parameter for parameter in declared_parameters(root).values() if parameter.secret]
    texts = [
        (parameter.type, given[parameter.name].text if parameter.name in given else parameter.default or "")
        for parameter in secret
    ]
    return frozenset(text for kind, whole in texts for text in (whole, *members(kind, whole)))


def masked_review(review: Review, after: Documents) -> Review:
    """The review with both sides of each property masked that reads a NoEcho parameter; `after` is what is sent."""
    return replace(review, root=_masked_layer(review.root, after, frozenset()))


def _masked_layer(layer: LayerReview, after: Documents, fed: frozenset[str]) -> LayerReview:
    """`fed` are the layer's parameters that its parent gives a secret, whatever they declare themselves."""
    document = after.get(layer.path, {})
    secret = fed | {name for name, body in (document.get("Parameters") or {}).items() if is_no_echo(body)}
    resources = document.get("Resources") or {}
    return replace(
        layer,
        resources=tuple(
            _masked_resource(change, _properties(resources, change.path), secret) for change in layer.resources
        ),
        layers=tuple(
            _masked_layer(below, after, _passed_on(_properties(resources, below.path), secret))
            for below in layer.layers
        ),
    )


def _properties(resources: Mapping[str, Any], path: ResourcePath) -> Mapping[str, Any]:
    body = resources.get(path.name)
    return (body.get("Properties") or {}) if isinstance(body, dict) else {}


def _passed_on(nested: Mapping[str, Any], secret: frozenset[str]) -> frozenset[str]:
    """The parameters of a nested stack whose values read a secret."""
    given = nested.get("Parameters")
    return (
        frozenset(name for name, value in given.items() if _read(value, secret))
        if isinstance(given, dict)
        else frozenset()
    )


def _masked_resource(change: ResourceChange, body: Mapping[str, Any], secret: frozenset[str]) -> ResourceChange:
    masked = (_masked_property(changed) if _reads(body, changed, secret) else changed for changed in change.properties)
    return replace(change, properties=tuple(masked)) if secret else change


def _reads(body: Mapping[str, Any], change: PropertyChange, secret: frozenset[str]) -> bool:
    name = change.name.split("/")[0]
    return change.cause in secret or _read(body if name == "Properties" else body.get(name), secret)


def _read(expression: Any, secret: frozenset[str]) -> bool:
    return any(reference.name in secret for reference in references(expression))


def _masked_property(change: PropertyChange) -> PropertyChange:
    before, after = (None if side is None else MASK for side in (change.before, change.after))
    return replace(change, before=before, after=after)


def without_secrets(facts: Facts, secrets: frozenset[str]) -> Facts:
    """The same facts with every secret text masked, wherever it stands."""
    sought = {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}
    return facts if not sought else _without(facts, sorted(sought, key=len, reverse=True))


def _without(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, str):
        return _without_in_text(value, secrets)
    if isinstance(value, tuple):
        return type(value)(_without(member, secrets) for member in value)  # a ResourcePath stays one
    if isinstance(value, Mapping):
        return {name: _without(member, secrets) for name, member in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _without(getattr(value, field.name), secrets) for field in fields(value)})
    return value


def _without_in_text(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        if text == secret:
            return MASK
        if len(secret) >= _LEAST_SOUGHT:
            text = text.replace(secret, MASK)
    return text
