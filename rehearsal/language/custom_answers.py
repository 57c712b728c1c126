"""What Fn::GetAtt gives of a custom resource, whose attributes its own function makes: any name has a plausible value.
So has any output of a provisioned product, whose template is not here.

Nobody here can know what the function answers. A scenario file can say it; else the value follows the name (`VpcId`,
`TopicArn`, `Count`) and what the template does with it: a list where one is selected from or joined, text that splits
where it is split, a number where a property wants one. It is the same each time, as long as the resource exists.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cloudformation.intrinsics.forms import INDEX
from cloudformation.references import intrinsic
from cloudformation.template.resource import is_custom
from cloudformation.template.sections import Template
from rehearsal.language.split_values import asked_by
from rehearsal.resources.identifier_words import Where, Words
from rehearsal.resources.resource_schema import Schema, value_types
from rehearsal.resources.resource_types import ResourceTypes
from rehearsal.state.stacks import StackResource

# Beginnings of the shapes of what an attribute's name ends with, the first that fits; letters and digits alone count.
_BY_NAME = (
    (r"rolearn", "arn:{partition}:iam::{account}:role/{lower10}"),
    (r"(function|lambda)arn", "arn:{partition}:lambda:{region}:{account}:function:{lower10}"),
    (r"topicarn", "arn:{partition}:sns:{region}:{account}:{lower10}"),
    (r"queuearn", "arn:{partition}:sqs:{region}:{account}:{lower10}"),
    (r"bucketarn", "arn:{partition}:s3:::{lower10}"),
    (r"certificatearn", "arn:{partition}:acm:{region}:{account}:certificate/{uuid}"),
    (r"keyarn", "arn:{partition}:kms:{region}:{account}:key/{uuid}"),
    (r"secretarn", "arn:{partition}:secretsmanager:{region}:{account}:secret:{lower10}-{mixed6}"),
    (r"arn", "arn:{partition}:cloudformation:{region}:{account}:custom/{lower10}"),
    (r"vpc(id)?", "vpc-0{hex16}"),
    (r"subnets?(ids?)?", "subnet-0{hex16}"),
    (r"securitygroups?(ids?)?", "sg-0{hex16}"),
    (r"routetables?(ids?)?", "rtb-0{hex16}"),
    (r"(ami|image)(id)?", "ami-0{hex16}"),
    (r"instance(id)?", "i-0{hex16}"),
    (r"prefixlist(id)?", "pl-0{hex16}"),
    (r"(networkinterface|eni)(id)?", "eni-0{hex16}"),
    (r"zoneid", "Z{upper20}"),
    (r"account(id)?", "{account}"),
    (r"region", "{region}"),
    (r"(availabilityzones?|azs?)", "{region}a"),
    (r"cidrs?(blocks?)?", "10.{digits1}.0.0/16"),
    (r"ip(s|address|addresses)?", "10.0.1{digits1}.1{digits1}"),
    (r"(url|uri)s?", "https://{lower10}.example.com/"),
    (r"(domain|dns|host|endpoint|server)s?(names?)?", "{lower10}.example.com"),
    (r"e?mail(address)?", "{lower10}@example.com"),
    (r"port", "443"),
    (r"(count|number|size|priority|length|version|weight|capacity)", "1"),
    (r"(enabled|exists|success|required)", "true"),
    (r"(date|time|timestamp)", "{now}"),
)
_SHAPES = tuple((re.compile(f"(?:.*?){ending}$"), shape) for ending, shape in _BY_NAME)
_CIDR = "10.{digits1}.0.0/16"
_ANY_INDEX = 5
_PRODUCT = "AWS::ServiceCatalog::CloudFormationProvisionedProduct"


@dataclass(frozen=True)
class _Use:
    """What a place of the template wants of the value: a list of so many, pieces between delimiters, what fits a
    property."""

    items: int = 0
    delimiter: str = ""
    shape: str | None = None
    forms: tuple[Schema, ...] = ()
    name: str = ""


def is_answered(type_name: str) -> bool:
    """Whether the attributes of a type are what code or a template that nobody here knows makes of them."""
    return is_custom(type_name) or type_name == _PRODUCT


def custom_answer(template: Template, types: ResourceTypes, where: Where, resource: StackResource, wanted: str) -> Any:
    """A value for an attribute of an existing custom resource; a list where the template needs one."""
    uses = list(_uses(template, types, (resource.logical_id, wanted)))
    shape = _shape(wanted, uses)
    forms = [form for use in uses for form in use.forms]
    count = max((use.items for use in uses), default=0)
    delimiter = next((use.delimiter for use in uses if use.delimiter), "")
    if delimiter:
        return delimiter.join(_filled(shape, where, resource, wanted, number) for number in range(count))
    if count or any(_is_list(use.forms) for use in uses):
        return [_filled(shape, where, resource, wanted, number) for number in range(max(count, 2))]
    return {} if value_types(forms) == {"object"} else _filled(shape, where, resource, wanted, 0)


def _is_list(forms: tuple[Schema, ...]) -> bool:
    """Whether a property takes a list, and no text: parameters of a nested stack are declared to take anything."""
    kinds = value_types(forms)
    return "array" in kinds and "string" not in kinds


def _shape(wanted: str, uses: list[_Use]) -> str:
    said = next((use.shape for use in uses if use.shape), None)
    if said is not None:
        return said
    forms = [form for use in uses for form in use.forms]
    choices = next((form["enum"] for form in forms if form.get("enum")), None)
    if choices:
        return str(choices[0])
    kinds = value_types(forms)
    if kinds and not kinds & {"string", "array", "object"}:
        low = next((form["minimum"] for form in forms if "minimum" in form), 1)
        return "true" if "boolean" in kinds else str(low)
    names = [wanted.rsplit(".", 1)[-1], *(use.name for use in uses)]
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in names]
    return next((shape for name in plain for ending, shape in _SHAPES if ending.match(name)), "{lower16}")


def _filled(shape: str, where: Where, resource: StackResource, wanted: str, number: int) -> str:
    """The shape with characters that the resource, the attribute and the place in a list decide."""
    seed = f"{resource.physical_id}\n{wanted}\n{number}"

    def token(length: int, alphabet: str) -> str:
        drawn = sha256(f"{seed}\n{length}\n{alphabet}".encode()).digest()
        return "".join(alphabet[byte % len(alphabet)] for byte in (drawn * (length // len(drawn) + 1))[:length])

    text: str = Words(resource.logical_id, {}, where, token).fill(shape)
    return text


def _uses(template: Template, types: ResourceTypes, asked: tuple[str, str]) -> Iterator[_Use]:
    for entry in template.resources.values():
        kind = types.get(entry.type)
        for name, value in entry.properties.items():
            for path, use in _walked(value, asked, (name,)):
                yield use if path is None or kind is None else _Use(forms=kind.forms_at(path), name=path[-1])
        yield from (use for _, use in _walked(entry.values[1:], asked, None))
    yield from (use for _, use in _walked(list(template.outputs.values()), asked, None))


def _walked(value: Any, asked: tuple[str, str], path: tuple[str, ...] | None) -> Iterator[tuple[Any, _Use]]:
    """Each place where the attribute is read: what it wants; or, where a property is nothing else, the path of it."""
    if asked_by(value) == asked:
        yield path, _Use()
        return
    function = intrinsic(value)
    if function:
        yield from ((None, use) for use in _of_function(*function, asked))
        name, argument = function
        if name == "Fn::If" and isinstance(argument, list):
            for branch in argument[1:]:
                yield from _walked(branch, asked, path)
        else:
            yield from _walked(argument, asked, None)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walked(item, asked, None if path is None else (*path, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walked(item, asked, None if path is None else (*path, str(number)))


def _of_function(name: str, argument: Any, asked: tuple[str, str]) -> Iterator[_Use]:
    parts = argument if isinstance(argument, list) else []
    if name == "Fn::Select" and len(parts) == 2:
        count = int(str(parts[0])) + 1 if INDEX.fullmatch(str(parts[0])) else _ANY_INDEX
        split = intrinsic(parts[1])
        if asked_by(parts[1]) == asked:
            yield _Use(items=count)
        elif split and split[0] == "Fn::Split" and isinstance(split[1], list) and asked_by(split[1][-1]) == asked:
            yield _Use(items=count, delimiter=str(split[1][0]))
    elif name == "Fn::Join" and len(parts) == 2 and asked_by(parts[1]) == asked:
        yield _Use(items=2)
    elif name == "Fn::Cidr" and parts and asked_by(parts[0]) == asked:
        yield _Use(shape=_CIDR)
