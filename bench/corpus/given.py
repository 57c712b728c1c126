"""Values for the parameters of a template that somebody else wrote: its defaults, else the first that fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cloudformation.parameters.allowed_pattern import java_pattern
from cloudformation.parameters.declarations import SSM_VALUE, is_list, is_no_echo
from cloudformation.parameters.java_characters import InvalidPatternError, UnsayableError
from cloudformation.parameters.values import breaches
from cloudformation.scalars import text_of
from rehearsal.language.split_values import selections

_OF_TYPE = {
    "AWS::EC2::AvailabilityZone::Name": ("us-east-1a", "us-east-1b", "us-east-1c"),
    "AWS::EC2::Image::Id": ("ami-0123456789abcdef0", "ami-0fedcba9876543210"),
    "AWS::EC2::Instance::Id": ("i-0123456789abcdef0", "i-0fedcba9876543210"),
    "AWS::EC2::KeyPair::KeyName": ("a-key", "b-key"),
    "AWS::EC2::SecurityGroup::GroupName": ("a-group", "b-group"),
    "AWS::EC2::SecurityGroup::Id": ("sg-0123456789abcdef0", "sg-0fedcba9876543210"),
    "AWS::EC2::Subnet::Id": ("subnet-0123456789abcdef0", "subnet-0fedcba9876543210", "subnet-00112233445566778"),
    "AWS::EC2::Volume::Id": ("vol-0123456789abcdef0", "vol-0fedcba9876543210"),
    "AWS::EC2::VPC::Id": ("vpc-0123456789abcdef0", "vpc-0fedcba9876543210"),
    "AWS::Route53::HostedZone::Id": ("Z0123456789ABCDEFGHIJ", "Z9876543210ABCDEFGHIJ"),
    "Number": ("1", "2", "80", "443", "1024", "8080"),
}
_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/example"
# What a name asks for where the type is a mere String: the first whose words are in it.
_OF_NAME = (
    (r"bucket", ("example-bucket", "another-bucket")),
    (r"image(name|uri)?$", (f"{_IMAGE}@sha256:{'0' * 64}", f"{_IMAGE}@sha256:{'1' * 64}")),
    (r"versionkey", ("assets/||0123456789.zip", "assets/||9876543210.zip")),
    (r"arn$|arns$", ("arn:aws:iam::123456789012:role/example", "arn:aws:iam::123456789012:role/other")),
    (r"cidr|iprange|ip_range", ("10.0.0.0/16", "10.1.0.0/16", "10.0.0.0/24")),
    (r"subnet", _OF_TYPE["AWS::EC2::Subnet::Id"]),
    (r"securitygroup", _OF_TYPE["AWS::EC2::SecurityGroup::Id"]),
    (r"vpc", _OF_TYPE["AWS::EC2::VPC::Id"]),
    (r"\bami|imageid|ami$", _OF_TYPE["AWS::EC2::Image::Id"]),
    (r"hostedzoneid|zoneid", _OF_TYPE["AWS::Route53::HostedZone::Id"]),
    (r"e?mail", ("somebody@example.com", "another@example.com")),
    (r"password|secret|token", ("Abcdef-12345678", "Bcdefg-23456789")),
    (r"url|endpoint|uri", ("https://example.com/path", "https://example.org/path")),
    (r"domain|host", ("example.com", "example.org")),
    (r"account", ("123456789012", "210987654321")),
    (r"region", ("us-east-1", "us-west-2")),
    (r"zone", ("us-east-1a", "us-east-1b")),
    (r"instancetype|instanceclass", ("t3.micro", "t3.small")),
    (r"runtime$", ("python3.13", "nodejs22.x")),
)
_PLAIN = (
    *("example", "another", "Example1", "Abcdef-12345678", "1", "2", "10", "80", "true", "false", "10.0.0.0/16"),
    *("10.0.0.1", "example.com", "https://example.com/path", "somebody@example.com", "us-east-1", "123456789012"),
    *("arn:aws:iam::123456789012:role/example", "subnet-0123456789abcdef0", "sg-0123456789abcdef0", "a" * 32),
    *("vpc-0123456789abcdef0", "ami-0123456789abcdef0", "t3.micro", "s3://example/key", "12:00", "mon:03:00-mon:04:00"),
    *("1.0", "2026-01-01", "cron(0 12 * * ? *)", "rate(1 day)", "v1", "ABC", "a" * 8, "a" * 64, "/a/b", "a_b"),
)


Parts = Sequence[tuple[str, int]]
"""By which delimiters the template splits a value, and how many parts it takes of it at least."""


def value(name: str, declaration: Mapping[str, Any], parts: Parts = ()) -> str | None:
    """A value for a parameter: its default, else the first that fits; None where none was found."""
    if "Default" in declaration:
        return None if isinstance(declaration["Default"], (list, dict)) else text_of(declaration["Default"])
    return next(_fitting(name, declaration, parts), None)


def another(name: str, declaration: Mapping[str, Any], current: str, parts: Parts = ()) -> str | None:
    """A second value that fits, for a change; None for what must not be seen, and where there is none."""
    if is_no_echo(declaration) or SSM_VALUE.fullmatch(text_of(declaration.get("Type", "String"))):
        return None
    return next((text for text in _fitting(name, declaration, parts) if text != current), None)


def parts_of(document: Mapping[str, Any]) -> Mapping[str, Parts]:
    """How a template takes its parameters apart."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (name, _), delimiter, count in selections(document):
        found[name].append((delimiter, count))
    return found


def _fitting(name: str, declaration: Mapping[str, Any], parts: Parts) -> Iterator[str]:
    for text in _candidates(name, declaration):
        for delimiter, count in parts:
            text = delimiter.join([text, *[text] * (count - len(text.split(delimiter)))])
        if not any(True for _ in breaches(name, declaration, text, _matches)):
            yield text


def _candidates(name: str, declaration: Mapping[str, Any]) -> Iterator[str]:
    kind = text_of(declaration.get("Type", "String"))
    allowed = declaration.get("AllowedValues")
    if isinstance(allowed, list):
        yield from map(text_of, allowed)
        return
    stored = SSM_VALUE.fullmatch(kind)
    if stored or kind == "AWS::SSM::Parameter::Name":
        yield "/example/parameter"
        return
    single = re.sub(r"^List<(.+)>$", r"\1", kind)
    words = [*_OF_TYPE.get(single, ()), *_of_name(name)]
    if is_list(kind):
        yield ",".join(words[:3] or _PLAIN[:2])
        yield ",".join((words[:2] or _PLAIN[:2])[::-1])
    yield from words
    for bound in ("MinValue", "MaxValue"):
        if bound in declaration:
            yield text_of(declaration[bound])
    yield from _PLAIN
    for length in ("MinLength", "MaxLength"):
        if length in declaration and str(declaration[length]).isdecimal():
            yield ("Abcdef12" * (int(declaration[length]) // 8 + 1))[: int(declaration[length])]
    yield from _drawn(declaration)


def _of_name(name: str) -> tuple[str, ...]:
    return next((words for pattern, words in _OF_NAME if re.search(pattern, name.lower())), ())


def _drawn(declaration: Mapping[str, Any]) -> Iterator[str]:
    """A text of the pattern, where nothing usual fits."""
    if not isinstance(declaration.get("AllowedPattern"), str):
        return
    from hypothesis import find, settings
    from hypothesis.errors import HypothesisException
    from hypothesis.strategies import from_regex

    least = int(declaration.get("MinLength", 0))
    try:
        pattern = java_pattern(declaration["AllowedPattern"])
        texts = from_regex(pattern, fullmatch=True)
        yield find(texts, lambda text: len(text) >= least, settings=settings(database=None, derandomize=True))
    except (HypothesisException, InvalidPatternError, UnsayableError, re.error):
        return


def _matches(pattern: str, text: str) -> bool | None:
    try:
        return java_pattern(pattern).fullmatch(text) is not None
    except (InvalidPatternError, UnsayableError, re.error):
        return None
