"""What templates and parameters alone tell of a value, and what is left to the execution."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.unknown import ABSENT, Source, Unknown, canonical, is_unknown, shown, sources
from deployment.template.template import parse_document
from deployment.template.values import Values

_ROOT = """
Parameters:
  Stage: {Type: String, Default: dev}
  Sizes: {Type: List<Number>}
  Password: {Type: String, NoEcho: true}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>'}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition Prod]
  Both: !And [!Condition Prod, !Condition NotProd]
  Either: !Or [!Condition Prod, !Condition NotProd]
  Fed: !Equals [!GetAtt Own.Arn, x]
  Decided: !And [!Condition Fed, !Condition Prod]
Mappings:
  Sizes: {dev: {cpu: 256}, prod: {cpu: 1024}}
Resources:
  Own: {Type: AWS::SNS::Topic}
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n, Parameters: {Name: !Sub '${Stage}-net'}}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: a, Parameters: {Vpc: !GetAtt Network.Outputs.VpcId, List: 'a, b', Secret: !Ref Password}}
  Elsewhere: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x/y'}}
"""
_NETWORK = """
Parameters: {Name: {Type: String}}
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs: {VpcId: {Value: !Ref Vpc}, Name: {Value: !Ref Name}}
"""
_APP = """
Parameters:
  {Vpc: {Type: String}, List: {Type: CommaDelimitedList}, Secret: {Type: String}, Left: {Type: Number, Default: 3}}
Resources: {}
"""


def _values(**given: str) -> Values:
    documents = {(): parse_document(_ROOT), ("Network",): parse_document(_NETWORK), ("App",): parse_document(_APP)}
    return Values(
        documents, {"Sizes": "1, 2", "Password": "hunter2", "Image": "/image", **given}, {"AWS::Region": "eu"}
    )


def _value(text: str, *path: str, **given: str) -> Any:
    return _values(**given).value(path, parse_document(f"Is: {text}")["Is"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Stage", "dev"),
        ("!Ref Sizes", ["1", "2"]),
        ("!Ref AWS::Region", "eu"),
        ("!Sub ['${Stage}-${X}', {X: !Ref Stage}]", "dev-dev"),
        ("!Sub '${!Kept}-${Network.Outputs.Name}'", "${Kept}-dev-net"),
        ("!Join ['-', [a, !Ref Stage, 1]]", "a-dev-1"),
        ("!Select [1, !Split [',', 'a,b']]", "b"),
        ("!FindInMap [Sizes, !Ref Stage, cpu]", 256),
        ("!If [Prod, {A: 1}, {B: !Ref 'AWS::NoValue'}]", {}),
        ("[!Ref 'AWS::NoValue', x]", ["x"]),
        ("!If [Either, !If [Both, 1, 2], 3]", 2),
        ("!If [Decided, 1, 2]", 2),
        ("!GetAtt Network.Outputs.Name", "dev-net"),
    ],
)
def test_what_parameters_decide_is_evaluated(text: str, value: Any) -> None:
    assert _value(text) == value
    assert not is_unknown(_value(text))


def test_a_layer_reads_what_its_parent_gives_it_and_its_defaults() -> None:
    assert _value("!Ref List", "App") == ["a", "b"]
    assert _value("!Ref Left", "App") == "3"
    assert _value("!Ref Name", "Network", Stage="prod") == "prod-net"


def test_a_siblings_output_bears_its_name_and_waits_for_the_resource_behind_it() -> None:
    found = _value("!Ref Vpc", "App")
    assert shown(found) == "${Network.VpcId}"
    assert sources(found) == {Source(("Network",), "Vpc", "")}
    assert canonical(found) != canonical(_value("!Ref Vpc", "Network"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("!Sub 'a-${Own}'", "a-${Own}"),
        ("!Join ['-', [a, !GetAtt Own.Arn]]", "a-${Own.Arn}"),
        ("!Select [1, !Split [',', !Ref Own]]", '{"Fn::Select": ["1", "${Own}"]}'),
        ("!If [Fed, 1, 2]", '{"Fn::If": ["Fed", "1", "2"]}'),
        ("!GetAZs eu", '{"Fn::GetAZs": "eu"}'),
        ("!Select [7, [a]]", '{"Fn::Select": ["7", ["a"]]}'),
        ("!FindInMap [Sizes, !Ref Own, cpu]", '{"Fn::FindInMap": ["Sizes", "${Own}", "cpu"]}'),
        ("!GetAtt Elsewhere.Outputs.X", "${Elsewhere.Outputs.X}"),
        ("!GetAtt Network.Outputs.None", "${Network.Outputs.None}"),
        ("!Ref AWS::StackId", "${AWS::StackId}"),
    ],
)
def test_what_only_the_execution_knows_is_shown_by_its_name(text: str, seen: str) -> None:
    found = _value(text)
    assert is_unknown(found)
    assert shown(found) == seen


def test_a_map_that_is_read_by_an_unknown_key_is_another_value_once_the_map_changes() -> None:
    read = "!FindInMap [Sizes, !Ref Own, cpu]"
    document = parse_document(_ROOT.replace("cpu: 1024", "cpu: 2048"))
    other = Values({(): document}, {}, {}).value((), parse_document(f"Is: {read}")["Is"])
    assert canonical(other) != canonical(_value(read))


@pytest.mark.parametrize("path", [(), ("App",)])
def test_a_secret_is_in_nothing_that_comes_out_not_even_under_another_name(path: tuple[str, ...]) -> None:
    found = _value("!Sub 'x-${Secret}'" if path else "!Sub 'x-${Password}'", *path)
    assert shown(found) == "x-****"
    assert "hunter2" not in canonical(found)
    assert sources(found) == {Source((), "Password", None)}


def test_a_secret_of_a_layer_alone_is_not_shown_and_still_compared() -> None:
    nested = parse_document("Parameters: {Key: {Type: String, NoEcho: true}}")

    def key(value: str) -> Any:
        stack = f"{{Type: 'AWS::CloudFormation::Stack', Properties: {{Parameters: {{Key: {value}}}}}}}"
        root = parse_document(f"Resources: {{A: {stack}}}")
        return Values({(): root, ("A",): nested}, {}, {}).parameter(("A",), "Key")

    assert shown(key("one")) == shown(key("two")) == "****"
    assert canonical(key("one")) == canonical(key("one")) != canonical(key("two"))


def test_what_ssm_resolves_may_be_another_value_under_the_same_name() -> None:
    assert sources(_value("!Ref Image")) == {Source((), "Image", None)}


def test_what_leads_back_to_itself_ends() -> None:
    stack = "{Type: 'AWS::CloudFormation::Stack', Properties: {Parameters: {P: !GetAtt A.Outputs.O}}}"
    nested = parse_document("Parameters: {P: {Type: String}}\nOutputs: {O: {Value: !Ref P}}")
    values = Values({(): parse_document(f"Resources: {{A: {stack}}}"), ("A",): nested}, {}, {})
    assert isinstance(values.output(("A",), "O"), Unknown)


@pytest.mark.parametrize("text", ["!If [Prod, 1]", "!Join x", "!Sub [a]", "!GetAtt Own", "!Select [a, b]", "!Ref [a]"])
def test_a_function_of_the_wrong_form_is_left_as_it_is(text: str) -> None:
    assert is_unknown(_value(text))


def test_a_condition_of_the_wrong_form_is_not_decided() -> None:
    values = Values({(): parse_document("Conditions: {C: !Equals [a], D: text}")}, {}, {})
    assert isinstance(values.condition((), "C"), Unknown)
    assert isinstance(values.condition((), "D"), Unknown)


def test_all_spellings_of_a_value_are_one() -> None:
    assert canonical({"b": 80, "a": True}) == canonical({"a": "true", "b": "80"})
    assert canonical("80") != canonical(["80"])
    assert shown(ABSENT) == ""
