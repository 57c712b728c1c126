"""What CloudFormation will refuse to replace: a resource whose template gives it a name, and continues giving it that.

A change set does not show it: the update fails in the resource's turn, and rolls back.
"""

from collections.abc import Iterator, Mapping

from cloudformation.template.custom_names import keeps_its_name
from cloudformation.template.schemas import schema_of
from deployment.review.review import Kind, ResourceChange, Review
from deployment.template.template import Documents

_WILL = {Kind.REPLACED: "CloudFormation refuses", Kind.MAY_BE_REPLACED: "if it has to, CloudFormation refuses"}


def name_notes(review: Review, templates: Documents) -> tuple[str, ...]:
    """A note for each resource that would be replaced under the custom name that it keeps."""
    return tuple(_notes(review, templates))


def _notes(review: Review, templates: Documents) -> Iterator[str]:
    for change in review.resources:
        if change.kind in _WILL and (name := _kept(change, templates)):
            yield (
                f"{change.path} keeps its custom name ({name}): {_WILL[change.kind]} to replace it, and rolls back; "
                "change the name with it, or take it out of the template"
            )


def _kept(change: ResourceChange, templates: Documents) -> str | None:
    """The property that names it; None where another name is on its way, or the template is not at hand."""
    body = (templates.get(change.path.parent, {}).get("Resources") or {}).get(change.path.name)
    schema = schema_of(change.type)
    properties = body.get("Properties") if isinstance(body, Mapping) else None
    if schema is None or not isinstance(properties, Mapping):
        return None
    changed = {changed.name.split("/")[0] for changed in change.properties}
    return keeps_its_name(change.type, schema, properties, changed)
