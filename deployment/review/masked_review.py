"""What must not be shown: the values of NoEcho parameters, wherever they stand.

CloudFormation masks such a parameter where it describes a stack, but says itself that outputs and metadata are not
masked (user guide, "NoEcho"), and a refusal may quote a value. So nothing is relied on: texts that are known are
masked everywhere (secret_texts), and what reads such a parameter is masked whole, since the stack may have another
text than the one that is known here (secret_places).
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from cloudformation.parameters.declarations import MASK
from deployment.review.review import LayerReview, OutputChange, PropertyChange, ResourceChange, Review
from deployment.review.secret_places import SecretPlaces
from deployment.review.secret_texts import SecretTexts
from deployment.template.template import Documents

Facts = TypeVar("Facts")


def masked_review(review: Review, after: Documents, before: Documents | None = None) -> Review:
    """The review with both sides of each property masked that reads a NoEcho parameter.

    `after` is what is sent, `before` what the stack has; a nested stack that is not in `before` is taken for unchanged.
    """
    sides = [SecretPlaces(after), *([SecretPlaces({**after, **before})] if before else [])]
    secret = [side for side in sides if side.any]
    outputs = tuple(_masked_output(change, secret) for change in review.outputs)
    return replace(review, root=_masked_layer(review.root, secret), outputs=outputs)


def _masked_output(change: OutputChange, sides: Sequence[SecretPlaces]) -> OutputChange:
    if not any(side.output(change.path.parent, change.path.name) for side in sides):
        return change
    before, after = (None if side is None else MASK for side in (change.before, change.after))
    return replace(change, before=before, after=after)


def _masked_layer(layer: LayerReview, sides: Sequence[SecretPlaces]) -> LayerReview:
    return replace(
        layer,
        resources=tuple(_masked_resource(change, sides) for change in layer.resources),
        layers=tuple(_masked_layer(below, sides) for below in layer.layers),
    )


def _masked_resource(change: ResourceChange, sides: Sequence[SecretPlaces]) -> ResourceChange:
    return replace(
        change,
        properties=tuple(
            _masked_property(property_change)
            if any(_reads(side, change, property_change) for side in sides)
            else property_change
            for property_change in change.properties
        ),
    )


def _reads(side: SecretPlaces, change: ResourceChange, property_change: PropertyChange) -> bool:
    cause = property_change.cause
    return side.property(change.path, property_change.name.split("/")[0]) or bool(
        cause and side.entity(change.path.parent, cause)
    )


def _masked_property(change: PropertyChange) -> PropertyChange:
    before, after = (None if side is None else MASK for side in (change.before, change.after))
    return replace(change, before=before, after=after)


def without_secrets(facts: Facts, secrets: frozenset[str]) -> Facts:
    """The same facts with every secret text masked, wherever it stands."""
    return without_texts(facts, SecretTexts(secrets)) if any(secrets) else facts


def without_texts(value: Any, texts: SecretTexts) -> Any:
    """The same for texts that were prepared before."""
    if isinstance(value, str):
        return texts.masked(value)
    if isinstance(value, tuple):
        return type(value)(without_texts(member, texts) for member in value)  # a ResourcePath stays one
    if isinstance(value, Mapping):
        return {name: without_texts(member, texts) for name, member in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: without_texts(getattr(value, field.name), texts) for field in fields(value)}
        )
    return value
