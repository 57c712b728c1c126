"""What templates and parameters decide about a value, and what is unknown until execution."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.unknown import ABSENT, Source, Unknown, canonical, is_unknown, shown, sources
from deployment.template.resource_path import ROOT, ResourcePath
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
    documents = {
        ROOT: parse_document(_ROOT),
        ROOT / "Network": parse_document(_NETWORK),
        ROOT / "App": parse_document(_APP),
    }
    return Values(
        documents, {"Sizes": "1, 2", "Password": "hunter2", "Image": "/image", **given}, {"AWS::Region": "eu"}
    )


def _value(text: str, *path: str, **given: str) -> Any:
    return _values(**given).value(ResourcePath(path), parse_document(f"Is: {text}")["Is"])


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
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Base64 {Ref: Stage}", "ZGV2"),
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
    other = Values({ROOT: document}, {}, {}).value(ROOT, parse_document(f"Is: {read}")["Is"])
    assert canonical(other) != canonical(_value(read))


@pytest.mark.parametrize("path", [(), ("App",)])
def test_a_secret_is_in_nothing_that_comes_out_not_even_under_another_name(path: ResourcePath) -> None:
    found = _value("!Sub 'x-${Secret}'" if path else "!Sub 'x-${Password}'", *path)
    assert shown(found) == "x-****"
    assert "hunter2" not in canonical(found)
    assert sources(found) == {Source((), "Password", None)}


def test_a_secret_of_a_layer_alone_is_not_shown_and_still_compared() -> None:
    nested = parse_document("Parameters: {Key: {Type: String, NoEcho: true}}")

    def key(value: str) -> Any:
        stack = f"{{Type: 'AWS::CloudFormation::Stack', Properties: {{Parameters: {{Key: {value}}}}}}}"
        root = parse_document(f"Resources: {{A: {stack}}}")
        return Values({ROOT: root, ResourcePath(("A",)): nested}, {}, {}).parameter(ResourcePath(("A",)), "Key")

    assert shown(key("one")) == shown(key("two")) == "****"
    assert canonical(key("one")) == canonical(key("one")) != canonical(key("two"))


def test_what_ssm_resolves_may_be_another_value_under_the_same_name() -> None:
    assert sources(_value("!Ref Image")) == {Source((), "Image", None)}


def test_what_leads_back_to_itself_ends() -> None:
    stack = "{Type: 'AWS::CloudFormation::Stack', Properties: {Parameters: {P: !GetAtt A.Outputs.O}}}"
    nested = parse_document("Parameters: {P: {Type: String}}\nOutputs: {O: {Value: !Ref P}}")
    values = Values({ROOT: parse_document(f"Resources: {{A: {stack}}}"), ResourcePath(("A",)): nested}, {}, {})
    assert isinstance(values.output(ResourcePath(("A",)), "O"), Unknown)


@pytest.mark.parametrize("text", ["!If [Prod, 1]", "!Join x", "!Sub [a]", "!GetAtt Own", "!Select [a, b]", "!Ref [a]"])
def test_a_function_of_the_wrong_form_is_left_as_it_is(text: str) -> None:
    assert is_unknown(_value(text))


def test_a_condition_of_the_wrong_form_is_not_decided() -> None:
    values = Values({ROOT: parse_document("Conditions: {C: !Equals [a], D: text}")}, {}, {})
    assert isinstance(values.condition(ROOT, "C"), Unknown)
    assert isinstance(values.condition(ROOT, "D"), Unknown)


def test_all_spellings_of_a_value_are_one() -> None:
    assert canonical({"b": 80, "a": True}) == canonical({"a": "true", "b": "80"})
    assert canonical("80") != canonical(["80"])
    assert shown(ABSENT) == ""


_HOLDER = "{Type: 'AWS::CloudFormation::Stack', Properties: {Parameters: %s}}"
_HELD = "Parameters: {P: {Type: CommaDelimitedList, Default: d}, Q: {Type: String, Default: e}}"


def _held(parameters: str, name: str, **given: str) -> Any:
    conditions = "Conditions: {Big: !Equals [!Ref S, x]}\nParameters: {S: {Type: String}}"
    root = parse_document(f"{conditions}\nResources: {{Own: {{Type: T}}, A: {_HOLDER % parameters}}}")
    return Values({ROOT: root, ResourcePath(("A",)): parse_document(_HELD)}, {"S": "x", **given}, {}).parameter(
        ResourcePath(("A",)), name
    )


def test_all_parameters_of_a_layer_may_hang_on_a_condition() -> None:
    parameters = "!If [Big, {P: 'a,b'}, {Q: c}]"
    assert (_held(parameters, "P"), _held(parameters, "Q")) == (["a", "b"], "e")
    assert (_held(parameters, "P", S="y"), _held(parameters, "Q", S="y")) == (["d"], "c")
    late = _held("!FindInMap [M, !Ref Own, k]", "P")
    assert sources(late) == {Source((), "Own", "")}
    assert shown(late) == "${P}"


def test_what_a_layer_is_given_is_text_to_it() -> None:
    assert (_held("{P: 80, Q: true}", "P"), _held("{P: 80, Q: true}", "Q")) == (["80"], "true")
    assert _held("{Q: !Ref 'AWS::NoValue'}", "Q") == "e"


@pytest.mark.parametrize("text", ["Parameters: {P: }", "Parameters: {P: text}", "Parameters: [P]", "{}"])
def test_a_parameter_that_is_declared_wrongly_is_an_empty_text_or_no_parameter(text: str) -> None:
    values = Values({ROOT: parse_document(text)}, {}, {})
    assert shown(values.value(ROOT, {"Ref": "P"})) in ("", "${P}")


def test_in_a_template_with_language_extensions_a_key_may_be_any_function() -> None:
    text = "Mappings: {M: {a: {k: v}}}\nTransform: %s"
    read = parse_document("Is: !FindInMap [M, !Sub a, k]")["Is"]
    extended, plain = (
        Values({ROOT: parse_document(text % name)}, {}, {}) for name in ("AWS::LanguageExtensions", "Own")
    )
    assert extended.value(ROOT, read) == "v"
    assert is_unknown(plain.value(ROOT, read))


def test_a_sibling_is_evaluated_only_when_it_is_read() -> None:
    circle = _HOLDER % "{P: !GetAtt B.Outputs.O}"
    root = parse_document(f"Resources: {{A: {circle}, B: {circle}}}")
    nested = parse_document("Parameters: {P: {Type: String}}\nOutputs: {O: {Value: !Ref P}, Fixed: {Value: here}}")
    values = Values({ROOT: root, ResourcePath(("A",)): nested, ResourcePath(("B",)): nested}, {}, {})
    assert values.output(ResourcePath(("A",)), "Fixed") == "here"
    assert is_unknown(values.output(ResourcePath(("A",)), "O"))


def test_a_side_knows_which_of_its_layers_a_macro_makes_and_looks_once() -> None:
    documents = {ROOT: parse_document("Resources: {}"), ROOT / "A": parse_document("Transform: Mine")}
    values = Values(documents, {}, {})
    layers = [ROOT, ROOT / "A", ROOT / "A" / "Below"]
    assert [values.reads_elsewhere(path) for path in layers] == [False, True, True]
    documents.clear()
    assert [values.reads_elsewhere(path) for path in layers] == [False, True, True]
