"""What is postponed is loaded when code uses it, and nothing of it before; each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
LOADED = "import sys, templates, awacs.aws, troposphere\nbefore = set(sys.modules)\n"
USED = {
    "a template as YAML by troposphere": (
        "print(troposphere.Template('shop').to_yaml())",
        "Description: shop",
        "cfn_tools",
    ),
    "an attribute of a library": ("import cfn_flip\nprint(cfn_flip.to_json('a: 1'))", '"a": 1', "cfn_tools"),
    "a module of a library": (
        "import cfn_flip.yaml_dumper\nprint(cfn_flip.yaml_dumper.__name__)",
        "cfn_flip.yaml_dumper",
        "cfn_tools",
    ),
    "a name of a library": ("from cfn_flip import to_json\nprint(to_json('a: 1'))", '"a": 1', "cfn_tools"),
    "a reference in a policy": (
        "from awacs.aws import Statement\n"
        "print(Statement(Effect='Allow', Action=[], Sid=troposphere.Ref('Name')).properties['Sid'].to_dict())",
        "{'Ref': 'Name'}",
        "ast",
    ),
    "the globals of a serverless template": (
        "from troposphere.serverless import SERVERLESS_TRANSFORM, FunctionGlobals, Globals\n"
        "template = troposphere.Template()\n"
        "template.set_transform(SERVERLESS_TRANSFORM)\n"
        "template.set_globals(Globals(Function=FunctionGlobals(Timeout=3)))\n"
        "print(template.to_dict()['Globals'])",
        "{'Function': {'Timeout': 3}}",
        "troposphere.apigateway",
    ),
    "a serverless class by the name of its module": (
        "import troposphere.serverless\nprint(troposphere.serverless.Function.resource_type)",
        "AWS::Serverless::Function",
        "troposphere.apigateway",
    ),
    "a serverless class by an attribute of its package": (
        "print(troposphere.serverless.Function.resource_type)",
        "AWS::Serverless::Function",
        "troposphere.apigateway",
    ),
}


def said(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(("use", "shown", "with_it"), USED.values(), ids=USED)
def test_it_is_loaded_when_it_is_used(use: str, shown: str, with_it: str) -> None:
    verdict = f"print({with_it!r} in before, {with_it!r} in sys.modules)"
    told, last = said(f"{LOADED}{use}\n{verdict}").rstrip().rsplit("\n", 1)
    assert shown in told
    assert last == "False True"


def test_a_library_that_is_loaded_already_stays() -> None:
    assert (
        said("import inspect\nloaded = inspect\nimport templates\nimport inspect\nprint(inspect is loaded)") == "True\n"
    )
