"""What a template is made of -> plain data: dictionaries, lists and scalars, as troposphere's own `to_dict` gives it.

That one reads again, for each object, what the objects within it gave already: most of a template four times. Here each
object is read once. What checks that an object is whole (`validate`, the properties that it must have) is asked first.
"""

from typing import Any

from troposphere import AWSHelperFn, BaseAWSObject, Template

_SCALARS = frozenset((str, int, bool, float, type(None)))
_SECTIONS = {
    "Description": "description",
    "Metadata": "metadata",
    "Conditions": "conditions",
    "Mappings": "mappings",
    "Outputs": "outputs",
    "Parameters": "parameters",
    "AWSTemplateFormatVersion": "version",
    "Transform": "transform",
    "Rules": "rules",
    "Globals": "globals",
}


def template_content(template: Template) -> dict[str, Any]:
    """Give a template as plain data. Raises what troposphere raises for an object that is not whole."""
    written = {section: getattr(template, attribute) for section, attribute in _SECTIONS.items()}
    sections = {section: plain(value) for section, value in written.items() if value}
    return {**sections, "Resources": plain(template.resources)}


def plain(value: Any) -> Any:
    """Give a part of a template, or of a policy, as plain data. Raises as `template_content`."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        return {name: plain(member) for name, member in value.items()}
    if kind is list:
        return [plain(member) for member in value]
    to_dict = getattr(kind, "to_dict", None)
    if to_dict is AWSHelperFn.to_dict:
        return plain(value.data)
    if to_dict is BaseAWSObject.to_dict:
        return _of_object(value)
    return plain(value.to_dict()) if to_dict else _of_others(value)


def _of_object(value: BaseAWSObject) -> dict[str, Any]:
    """A resource, a property, a parameter, an output."""
    if value.do_validation:
        value._validate_props()
        value.validate()
    if value.properties:
        return plain(value.resource)
    if not hasattr(value, "resource_type"):
        return {}
    return {name: plain(member) for name, member in value.resource.items() if name != "Properties"}


def _of_others(value: Any) -> Any:
    """What is no object of troposphere: the objects of awacs, and collections of other types."""
    if hasattr(value, "JSONrepr"):
        return plain(value.JSONrepr())
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    return {name: plain(member) for name, member in value.items()} if isinstance(value, dict) else value
