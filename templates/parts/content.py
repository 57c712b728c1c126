"""What a template is made of -> plain data: dictionaries, lists and scalars, as troposphere's own `to_dict` gives it.

That one reads again, for each object, what the objects within it gave already: most of a template four times. Here each
object is read once. What checks that an object is whole (`validate`, the properties that it must have) is asked first.
"""

from collections.abc import Callable, Iterable
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


def template_content(template: Template, known: dict[int, Any] | None = None) -> dict[str, Any]:
    """Give a template as plain data. Raises what troposphere raises for an object that is not whole.

    `known` holds, by their `id`, the parameters of templates that were read before: root has those of all layers, and
    gives the same data for them.
    """
    written = {section: getattr(template, attribute) for section, attribute in _SECTIONS.items()}
    known = {} if known is None else known
    for parameter in template.parameters.values():
        if id(parameter) not in known:
            known[id(parameter)] = plain(parameter)
    sections = {
        section: {name: known[id(parameter)] for name, parameter in value.items()}
        if value is template.parameters
        else plain(value)
        for section, value in written.items()
        if value
    }
    return {**sections, "Resources": plain(template.resources)}


def plain(value: Any) -> Any:
    """Give a part of a template, or of a policy, as plain data. Raises as `template_content`."""
    kind = type(value)
    return value if kind in _SCALARS else (_READERS.get(kind) or _reader(kind))(value)


def _reader(kind: type[Any]) -> Callable[[Any], Any]:
    """What reads the objects of a class; it is looked for once."""
    to_dict = getattr(kind, "to_dict", None)
    if to_dict is AWSHelperFn.to_dict:
        reader = _of_function
    elif to_dict is BaseAWSObject.to_dict:
        reader = _of_object
    else:
        reader = _of_itself if to_dict else _of_policy if hasattr(kind, "JSONrepr") else _of_others
    return _READERS.setdefault(kind, reader)


def _of_mapping(value: dict[str, Any]) -> dict[str, Any]:
    # Most of what a template is made of are scalars.
    return {name: member if type(member) in _SCALARS else plain(member) for name, member in value.items()}


def _of_list(value: Iterable[Any]) -> list[Any]:
    return [member if type(member) in _SCALARS else plain(member) for member in value]


def _of_function(value: AWSHelperFn) -> Any:
    return plain(value.data)


def _of_object(value: BaseAWSObject) -> dict[str, Any]:
    """A resource, a property, a parameter, an output."""
    if value.do_validation:
        value._validate_props()
        value.validate()
    if value.properties:
        return _of_mapping(value.resource)
    if not hasattr(value, "resource_type"):
        return {}
    return {name: plain(member) for name, member in value.resource.items() if name != "Properties"}


def _of_itself(value: Any) -> Any:
    """An object of troposphere that says itself what it is."""
    return plain(value.to_dict())


def _of_policy(value: Any) -> Any:
    """An object of awacs."""
    return plain(value.JSONrepr())


def _of_others(value: Any) -> Any:
    """What is no object of either library: collections of other types."""
    if isinstance(value, (list, tuple)):
        return _of_list(value)
    return _of_mapping(value) if isinstance(value, dict) else value


_READERS: dict[type, Callable[[Any], Any]] = {dict: _of_mapping, list: _of_list}
