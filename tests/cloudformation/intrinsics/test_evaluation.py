"""Intrinsic functions, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope, leave, resolve
from cloudformation.intrinsics.forms import get_att_parts
from cloudformation.refusals import CloudFormationError
from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT, Unknown, awaited, fed, is_unknown

UNKNOWN = awaited((), "New")
SCOPE = Scope(
    parameters={
        "Name": "demo",
        "Literal": "${!Kept}",
        "Cidrs": ["10.0.0.0/24", "10.0.1.0/24"],
        "Fed": fed("{{IntrinsicFunction:root/Net.Outputs.X/Fn::GetAtt}}"),
        "AWS::Region": "ap-northeast-1",
        "AWS::NoValue": ABSENT,
    },
    mappings={"M": {"a": {"k": "v", "n": 5, "l": ["x", "y"]}}},
    conditions={"Yes": True, "No": False},
    resource=lambda name: UNKNOWN if name == "New" else f"{name.lower()}-id",
    attribute=lambda name, attribute: UNKNOWN if name == "New" else f"{name}:{attribute}",
    exported=lambda name: f"exported {name}",
    zones=lambda region: [f"{region}a", f"{region}c"],
)


def value(template_value: Any) -> Any:
    return resolve(template_value, SCOPE)


def refusal(template_value: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        value(template_value)
    assert caught.value.code == "ValidationError"
    return caught.value.message


@pytest.mark.parametrize(
    ("template_value", "wanted"),
    [
        ("text", "text"),
        ({"Ref": "Name"}, "demo"),
        ({"Ref": "Cidrs"}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Ref": "Vpc"}, "vpc-id"),
        ({"Fn::GetAtt": ["Vpc", "CidrBlock"]}, "Vpc:CidrBlock"),
        ({"Fn::GetAtt": "Vpc.Tags.0"}, "Vpc:Tags.0"),
        ({"Fn::GetAtt": ["Vpc", {"Ref": "Name"}]}, "Vpc:demo"),
        ({"Fn::Join": ["-", ["a", 1, True, {"Ref": "Name"}]]}, "a-1-true-demo"),
        ({"Fn::Join": ["", {"Ref": "Cidrs"}]}, "10.0.0.0/2410.0.1.0/24"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}, "b"]]}, "a-b"),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["0", {"Ref": "Cidrs"}]}, "10.0.0.0/24"),
        ({"Fn::Select": [{"Fn::FindInMap": ["M", "a", "n"]}, list("abcdef")]}, "f"),
        ({"Fn::Split": ["/", "a/b//c"]}, ["a", "b", "", "c"]),
        ({"Fn::If": ["Yes", "a", "b"]}, "a"),
        ({"Fn::If": ["No", {"Ref": "Nowhere"}, "b"]}, "b"),
        ({"Fn::FindInMap": ["M", "a", "k"]}, "v"),
        ({"Fn::FindInMap": ["M", "a", "l"]}, ["x", "y"]),
        ({"Fn::FindInMap": ["M", {"Fn::Select": [1, {"Fn::Split": ["-", "z-a"]}]}, "k"]}, "v"),
        ({"Fn::GetAZs": ""}, ["ap-northeast-1a", "ap-northeast-1c"]),
        ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, ["ap-northeast-1a", "ap-northeast-1c"]),
        ({"Fn::Select": [0, {"Fn::GetAZs": "eu-west-1"}]}, "eu-west-1a"),
        ({"Statement": [{"Condition": "of IAM"}]}, {"Statement": [{"Condition": "of IAM"}]}),
        ({"Condition": {"StringEquals": {"a": "b"}}}, {"Condition": {"StringEquals": {"a": "b"}}}),
        ({"Fn::Base64": "abc"}, "YWJj"),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-vpc"}}, "exported demo-vpc"),
        ({"Fn::Cidr": ["10.0.0.0/16", 3, 8]}, ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]),
        ({"Fn::Cidr": ["10.0.0.0/24", "2", "5"]}, ["10.0.0.0/27", "10.0.0.32/27"]),
        ({"Fn::Cidr": ["2001:db8::/56", 2, 64]}, ["2001:db8::/64", "2001:db8:0:1::/64"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"a": {"Fn::If": ["No", "x", {"Ref": "AWS::NoValue"}]}}, {}),
        ({"Ref": "a", "Fn::Sub": "b"}, {"Ref": "a", "Fn::Sub": "b"}),
    ],
)
def test_a_function_gives_what_cloudformation_gives(template_value: Any, wanted: Any) -> None:
    assert value(template_value) == wanted


@pytest.mark.parametrize(
    ("argument", "wanted"),
    [
        ("${Name}-${Vpc}-${Vpc.Arn}-${AWS::Region}", "demo-vpc-id-Vpc:Arn-ap-northeast-1"),
        ("${!Name} $Name {Name}", "${Name} $Name {Name}"),
        ("${ Name }", "demo"),
        (["${Own}-${Name}", {"Own": {"Fn::Join": ["", ["x", "y"]]}}], "xy-demo"),
        (["${Name}", {"Name": "shadowed"}], "shadowed"),
        (["${N}", {"N": 5}], "5"),
        (["${N}-${!Name}", {"N": {"Ref": "Literal"}}], "${!Kept}-${Name}"),
        ("no names", "no names"),
    ],
)
def test_sub_replaces_names(argument: Any, wanted: str) -> None:
    assert value({"Fn::Sub": argument}) == wanted


@pytest.mark.parametrize(
    "template_value",
    [
        {"Ref": "New"},
        {"Fn::GetAtt": ["New", "Arn"]},
        {"Fn::GetAtt": ["Vpc", {"Ref": "New"}]},
        {"Fn::Sub": "a-${New}"},
        {"Fn::Join": ["-", ["a", {"Ref": "New"}]]},
        {"Fn::Join": ["-", {"Ref": "New"}]},
        {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "New"}]}]},
        {"Fn::Select": [{"Ref": "New"}, ["a"]]},
        {"Fn::Base64": {"Ref": "New"}},
        {"Fn::FindInMap": ["M", {"Ref": "New"}, "k"]},
        {"Fn::GetAZs": {"Ref": "New"}},
        {"Fn::Cidr": [{"Ref": "New"}, 2, 8]},
        {"Fn::ImportValue": {"Ref": "New"}},
    ],
)
def test_what_is_computed_from_an_unknown_value_is_unknown(template_value: Any) -> None:
    assert isinstance(value(template_value), Unknown)


@pytest.mark.parametrize(
    ("template_value", "function"),
    [
        ({"Fn::Sub": "a-${Fed}"}, "Fn::Sub"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Fed"}]]}, "Fn::Join"),
        ({"Fn::Base64": {"Ref": "Fed"}}, "Fn::Base64"),
        ({"Fn::Cidr": [{"Ref": "Fed"}, 1, 8]}, "Fn::Cidr"),
    ],
)
def test_what_is_computed_from_a_placeholder_is_a_placeholder_that_names_the_function(
    template_value: Any, function: str
) -> None:
    found = value(template_value)
    assert isinstance(found, Unknown)
    assert found.placeholder == f"{{{{IntrinsicFunction:root//{function}}}}}"


@pytest.mark.parametrize(
    "template_value",
    [{"Ref": "Fed"}, {"Fn::Split": [",", {"Ref": "Fed"}]}, {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Fed"}]}]}],
)
def test_a_placeholder_is_one_piece_that_nothing_splits(template_value: Any) -> None:
    found = value(template_value)
    assert isinstance(found, Unknown)
    assert found.placeholder == "{{IntrinsicFunction:root/Net.Outputs.X/Fn::GetAtt}}"


def test_a_list_is_handed_out_anew_each_time() -> None:
    for reference in ({"Ref": "Cidrs"}, {"Fn::FindInMap": ["M", "a", "l"]}):
        first = value(reference)
        first.append("more")
        assert "more" not in value(reference)


def test_unknown_values_are_seen_at_any_depth() -> None:
    assert is_unknown({"a": [1, {"b": UNKNOWN}]})
    assert not is_unknown({"a": [1, {"b": "c"}]})
    assert UNKNOWN.placeholder == "{{changeSet:KNOWN_AFTER_APPLY}}"


SELECT = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
NONEXISTENT = "Template error: Fn::Select cannot select nonexistent value at index {}"
SPLIT = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and "
    "(2) a string to be split or a function that returns a string to be split."
)
GET_ATT = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, "
    "the resource name and the resource attribute"
)
JOIN = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and "
    "(2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) "
    "to be joined."
)


@pytest.mark.parametrize(
    ("template_value", "text"),
    [
        ({"Ref": []}, "Template error: every Ref object must have a single String value."),
        ({"Fn::Select": ["x", ["a"]]}, SELECT),
        ({"Fn::Select": [0, "a"]}, SELECT),
        ({"Fn::Select": [1, ["a"]]}, SELECT),
        ({"Fn::Select": [-1, ["a"]]}, SELECT),
        ({"Fn::Select": [2, {"Ref": "Cidrs"}]}, NONEXISTENT.format(2)),
        ({"Fn::Select": [{"Fn::FindInMap": ["M", "a", "n"]}, ["a"]]}, NONEXISTENT.format(5)),
        ({"Fn::Select": [{"Ref": "Name"}, ["a"]]}, SELECT),
        ({"Fn::Select": [0, {"Ref": "Name"}]}, SELECT),
        ({"Fn::Select": [True, ["a", "b"]]}, SELECT),
        ({"Fn::Select": [1, {"Fn::Split": [",", {"Ref": "Fed"}]}]}, NONEXISTENT.format(1)),
        ({"Fn::Select": [1, {"Ref": "Fed"}]}, NONEXISTENT.format(1)),
        ({"Fn::FindInMap": ["M", {"Ref": "Fed"}, "k"]}, "Template error: Unable to get mapping for M::{{Intrinsic"),
        ({"Fn::FindInMap": ["M", {"Ref": "Cidrs"}, "k"]}, "Template error: every Fn::FindInMap object requires three"),
        ({"Fn::FindInMap": ["M", {"k": "v"}, "k"]}, "Template error: every Fn::FindInMap object requires three"),
        ({"Fn::Base64": ["a"]}, "Template error: every Fn::Base64 object must have a String-typed value."),
        ({"Fn::Base64": {"Ref": "Cidrs"}}, "Template error: every Fn::Base64 object must have a String-typed value."),
        ({"Fn::GetAZs": ["a"]}, "Template error: every Fn::GetAZs object must have a String-typed value."),
        ({"Fn::ImportValue": {"a": 1}}, "Template error: the attribute in Fn::ImportValue must be a string or a"),
        ({"Fn::ImportValue": {"Ref": "Cidrs"}}, "Template error: the attribute in Fn::ImportValue must be a string"),
        ({"Fn::Sub": ["${a-b}", {"a-b": 1}]}, "Template error: every key of the context object of every Fn::Sub"),
        ({"Fn::Sub": ["${N}", {"N": {"Ref": "AWS::NoValue"}}]}, "Template error: every value of the context object of"),
        ({"Fn::Sub": "${AWS::NoValue}"}, "Template error: every value of the context object of every Fn::Sub object"),
        ({"Fn::Base64": {"Ref": "AWS::NoValue"}}, "Template error: every Fn::Base64 object must have a String-typed"),
        ({"Fn::If": [{"Ref": "Name"}, 1, 2]}, "Template error: Fn::If requires a list argument with the first"),
        ({"Fn::Join": ["-", {"Ref": "Name"}]}, JOIN),
        ({"Fn::Select": ["²", ["a"]]}, SELECT),
        ({"Fn::Select": "a"}, SELECT),
        ({"Fn::Split": {"Ref": "Name"}}, SPLIT),
        ({"Fn::Split": [",", ["a"]]}, SPLIT),
        ({"Fn::Split": [5, "a"]}, SPLIT),
        ({"Fn::GetAtt": ["A"]}, GET_ATT),
        ({"Fn::GetAtt": ["A", ""]}, GET_ATT),
        ({"Fn::GetAtt": "A"}, GET_ATT),
        ({"Fn::GetAtt": ["A", 5]}, GET_ATT),
        ({"Fn::Join": ["-", "a"]}, JOIN),
        ({"Fn::Join": ["-", [["a"]]]}, JOIN),
        ({"Fn::Join": [{"Ref": "Name"}, ["a"]]}, JOIN),
        ({"Fn::If": ["Yes", 1]}, "Template error: Fn::If requires a list argument with three elements"),
        ({"Fn::If": ["Gone", 1, 2]}, "Template error: unresolved condition dependency Gone in Fn::If"),
        (
            {"Fn::FindInMap": ["M", "no", "k", {"DefaultValue": "x"}]},
            "Template error: every Fn::FindInMap object requires",
        ),
        ({"Fn::FindInMap": ["M", {"Fn::Sub": "a"}, "k"]}, "Template error: every Fn::FindInMap object requires three"),
        ({"Fn::FindInMap": ["M", "a"]}, "Template error: every Fn::FindInMap object requires three parameters, "),
        ({"Fn::FindInMap": ["M", "no", "k"]}, "Template error: Unable to get mapping for M::no::k"),
        (
            {"Fn::FindInMap": ["N", "a", "k"]},
            "Template error: Mapping named 'N' is not present in the 'Mappings' section of template.",
        ),
        ({"Fn::Cidr": ["10.0.0.0/24", 600, 8]}, "Template error: Fn::Cidr cannot be resolved for"),
        ({"Fn::Cidr": ["nonsense", 1, 8]}, "Template error: Fn::Cidr cannot be resolved for"),
        ({"Fn::Nothing": 1}, "Template format error: Unrecognized function Fn::Nothing"),
        ({"Fn::Length": []}, "Fn::Length is not simulated"),
        ({"Fn::ToJsonString": {}}, "Fn::ToJsonString is not simulated"),
    ],
)
def test_a_wrong_argument_is_refused_in_aws_words(template_value: Any, text: str) -> None:
    assert refusal(template_value).startswith(text)


@pytest.mark.parametrize("argument", [5, {"a": 1}, ["${A}"], ["${A}", "x"], [["x"], {}]])
def test_sub_takes_a_text_and_maybe_a_mapping(argument: Any) -> None:
    assert refusal({"Fn::Sub": argument}).startswith(
        "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments."
    )


def test_sub_refuses_what_is_no_text() -> None:
    assert refusal({"Fn::Sub": "${Cidrs}"}) == (
        "Template error: variable Cidrs in Fn::Sub expression does not resolve to a string"
    )


def test_scalars_are_text_to_cloudformation() -> None:
    assert [text_of(item) for item in (True, False, 80, 1.5, "x")] == ["true", "false", "80", "1.5", "x"]


def test_the_attribute_of_a_get_att_may_be_a_function() -> None:
    assert get_att_parts(["A", {"Ref": "P"}]) == ("A", {"Ref": "P"})


LENIENT = SCOPE._replace(refused=leave)


@pytest.mark.parametrize(
    ("template_value", "seen"),
    [
        ({"Fn::Select": [7, ["a"]]}, '{"Fn::Select": ["7", ["a"]]}'),
        ({"Fn::Length": [{"Ref": "Name"}]}, '{"Fn::Length": ["demo"]}'),
        ({"Fn::Nothing": {"Ref": "New"}}, '{"Fn::Nothing": "${New}"}'),
        ({"Fn::Join": ["-", ["a", {"Fn::FindInMap": ["M", "no", "k"]}]]}, 'a-{"Fn::FindInMap": ["M", "no", "k"]}'),
        ({"Ref": ["a"]}, '{"Ref": ["a"]}'),
    ],
)
def test_a_function_that_is_refused_may_be_left_unknown_with_what_is_around_it(template_value: Any, seen: str) -> None:
    found = resolve(template_value, LENIENT)
    assert isinstance(found, Unknown)
    assert found.text == seen
    assert found == resolve(template_value, LENIENT)


def test_what_is_not_chosen_is_not_judged() -> None:
    assert resolve({"Fn::If": ["Yes", "a", {"Fn::Select": "x"}]}, SCOPE) == "a"


def test_an_undecided_condition_leaves_both_branches_open() -> None:
    late = awaited((), "Other", "Arn")
    scope = SCOPE._replace(conditions={"Late": late})
    found = resolve({"Fn::If": ["Late", {"Ref": "Name"}, {"Ref": "New"}]}, scope)
    assert isinstance(found, Unknown)
    assert found.text == '{"Fn::If": ["Late", "demo", "${New}"]}'
    assert found.sources == late.sources | UNKNOWN.sources
    assert (scope.holds("Late"), scope.holds("Gone"), SCOPE.holds("Yes"), SCOPE.holds("No")) == (
        None,
        None,
        True,
        False,
    )


def test_an_unknown_value_is_the_same_for_the_same_pieces_and_another_for_others() -> None:
    joined = {"Fn::Join": ["", ["a-", {"Ref": "New"}, "-b"]]}
    substituted = {"Fn::Sub": "a-${New}-b"}
    assert value(joined) == value(substituted) != value({"Fn::Sub": "a-${New}-c"})
    mapped = {"Fn::FindInMap": ["M", {"Ref": "New"}, "k"]}
    assert value(mapped) == value(mapped) != resolve(mapped, SCOPE._replace(mappings={"M": {"a": {"k": "w"}}}))
    assert value({"Fn::GetAtt": ["Vpc", {"Ref": "New"}]}).sources == UNKNOWN.sources


def test_under_language_extensions_a_key_may_be_any_function_and_a_default_may_follow() -> None:
    extended = SCOPE._replace(extended=True)
    assert resolve({"Fn::FindInMap": ["M", {"Fn::Sub": "a"}, "k"]}, extended) == "v"
    default = {"DefaultValue": {"Ref": "Name"}}
    assert resolve({"Fn::FindInMap": ["M", "no", "k", default]}, extended) == "demo"
    for argument in (["M", "a"], ["M", "no", "k", "x"], "M", ["M", "no", "k", {"Other": 1}]):
        with pytest.raises(CloudFormationError, match="every Fn::FindInMap object requires three parameters"):
            resolve({"Fn::FindInMap": argument}, extended)


class OnDemand(Mapping[str, Any]):
    """Parameters that are found when they are asked for, and say so."""

    def __init__(self, *names: str) -> None:
        self.names, self.asked = names, list[str]()

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        return name.lower()

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def test_only_what_a_value_reads_is_looked_up() -> None:
    parameters = OnDemand("A", "B", "C")
    chosen = {"Fn::If": ["Yes", {"Ref": "A"}, {"Ref": "B"}]}
    assert resolve(chosen, SCOPE._replace(parameters=parameters)) == "a"
    assert parameters.asked == ["A"]


def test_a_blind_scope_knows_no_resource_attribute_or_export() -> None:
    blind = SCOPE.blind()
    for expression in ({"Ref": "Vpc"}, {"Fn::GetAtt": ["Vpc", "Arn"]}, {"Fn::ImportValue": "x"}):
        assert isinstance(resolve(expression, blind), Unknown)
    assert resolve({"Ref": "Name"}, blind) == "demo"
