"""Random environment files over a template of every kind of parameter, and what deploy.py sends for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as some

from cloudformation.environment.environment_file import read_file
from cloudformation.template.tree import PlainTree
from deployment.template.environments import accepted
from deployment.template.template import Template
from templates.bundle.deployables import Deployable
from templates.rendering.environment import environments

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "Text": {"Type": "String", "Default": "as it is"},
    "Empty": {"Type": "String", "Default": ""},
    "Sentence": {"Type": "String"},
    "Count": {"Type": "Number", "Default": 1},
    "Names": {"Type": "CommaDelimitedList", "Default": "a,b"},
    "Ports": {"Type": "List<Number>", "Default": "80"},
    "Later": {"Type": "String", "Default": "false"},
    "Password": {"Type": "String", "NoEcho": True, "Default": "none"},
    "Token": {"Type": "String", "NoEcho": True},
}
DOCUMENT: Mapping[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Metadata": {"Deployment": {"AtCreation": {"Later": "false"}}},
    "Parameters": PARAMETERS,
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
}
# Whatever a shell, JSON, YAML or a command line could take for something else.
NASTY = [
    *("'", '"', "`", "$HOME", "$(id)", "\\", "\\n", "a\nb", "a\r\nb", "\ttab", " blank ", "", "=", "a=b=c", "#x"),
    *("-x", "file://x", "file:///etc/passwd", "https://example.com/", "@x", "!Ref X", "{{y}}", "[1]", '{"a": 1}'),
    *("~", "*", "é", "日本", "\U0001f600", "e\u0301", "\u00a0", "\u2028", "%s", "null", "yes", "0123", "1e3"),
    *("K=V", "ParameterKey=A,ParameterValue=B"),
]
_PLAIN = some.text(some.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
TEXTS = some.lists(some.sampled_from(NASTY) | _PLAIN).map("".join)
_MEMBERS = some.lists(some.text("abc.-_$'\" é", min_size=1, max_size=6), min_size=1, max_size=4)
_TAG = some.text("abc ÄÖ1_.:/+-@", min_size=1, max_size=8).filter(lambda text: text.strip() and text[:4] != "aws:")
VALUES = some.fixed_dictionaries(
    {
        "Sentence": TEXTS,
        "Token": some.sampled_from([{"keep": True}, {"from_environment": "TOKEN"}]),
    },
    optional={
        "Text": TEXTS,
        "Empty": TEXTS,
        "Count": some.integers(-5, 10**12).map(str) | some.sampled_from(["1.50", "007", "1e3"]),
        "Names": _MEMBERS | some.just([""]),
        "Ports": some.lists(some.integers(1, 65535).map(str), min_size=1, max_size=3),
        "Later": some.sampled_from(["true", "false", "it's late"]),
        "Password": some.sampled_from([{"keep": True}, {"from_environment": "PASSWORD_OF_DB"}]),
    },
)
FILES = some.fixed_dictionaries(
    {"parameters": VALUES},
    optional={
        "tags": some.dictionaries(_TAG, _TAG, max_size=4),
        "termination_protection": some.booleans(),
        "role": some.just("arn:aws:iam::111122223333:role/team/cloudformation"),
        "protect": some.lists(some.sampled_from(["App/Service", "Network", "*/Db*"]), max_size=2, unique=True),
        "notifications": some.lists(
            some.sampled_from(["arn:aws:sns:eu-west-1:111122223333:ops", "arn:aws:sns:eu-west-1:111122223333:dev"]),
            max_size=2,
            unique=True,
        ),
        "monitoring_minutes": some.integers(0, 180),
        "rollback_triggers": some.lists(
            some.sampled_from(["Errors é", "It's late", "a b"]).map(
                lambda name: f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}"
            ),
            max_size=2,
            unique=True,
        ),
        "stack_policy": some.sampled_from(
            [{}, {"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}]
        ),
        "capabilities": some.just(["CAPABILITY_AUTO_EXPAND"]),
        "artifacts_bucket": some.just("templates.of-a-team"),
    },
)


@dataclass(frozen=True)
class Sample:
    """One environment: the stack as the bundle has it, and what deploy.py sends."""

    one: Deployable
    sent: Mapping[str, str]
    kept: frozenset[str]
    elsewhere: frozenset[str]


def sample(folder: Path, content: Mapping[str, Any], document: Mapping[str, Any] = DOCUMENT) -> Sample:
    """The environment that a file says; raises what either wing raises where it is refused."""
    file = folder / "dev.yaml"
    whole = {"account": "111122223333", "region": "eu-west-1", "stack": "shop-dev"} | dict(content)
    file.write_text(yaml.safe_dump(whole, allow_unicode=True))
    tree = PlainTree(document)
    [own] = environments([file], tree, thorough=True)
    reading = read_file(file)
    values, _ = accepted(Template(file, "", document, (), {}), reading, complete=False)
    elsewhere = {
        name
        for name, setting in reading.environment.parameters.items()
        if setting.source and setting.source.lacking and not values.get(name)
    }
    return Sample(
        Deployable(own.environment, tree, own.values or {}),
        {name: value.text for name, value in values.items() if not value.kept},
        frozenset(name for name, value in values.items() if value.kept),
        frozenset(elsewhere),
    )
