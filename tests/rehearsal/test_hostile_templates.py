"""No template breaks the rehearsal: whatever comes in, the answer is a plan or a refusal, soon and in little memory."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudformation.limits import TEMPLATE_BYTES
from cloudformation.refusals import CloudFormationError
from tests.examples import examples
from tests.rehearsal.play import REGION, Play

TRANSFORM = "AWS::LanguageExtensions"
NAMES = st.sampled_from(["A", "B", "C", "P", "Q", "Gone", "AWS::Region", "AWS::NoValue", "", "x-y"])
TYPES = st.sampled_from(
    [
        "AWS::SNS::Topic",
        "AWS::SSM::Parameter",
        "AWS::IAM::Role",
        "AWS::EC2::VPC",
        "AWS::CloudFormation::Stack",
        "No::Such",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    NAMES,
    st.sampled_from(
        ["${A}", "${A.Arn}", "${!A}", "{{resolve:ssm:/a}}", "{{IntrinsicFunction:a/b/Ref}}", "10.0.0.0/16"]
    ),
)
FUNCTIONS = st.sampled_from(
    [
        *(
            "Ref",
            "Condition",
            "Fn::GetAtt",
            "Fn::Sub",
            "Fn::Join",
            "Fn::Select",
            "Fn::Split",
            "Fn::If",
            "Fn::FindInMap",
        ),
        *("Fn::GetAZs", "Fn::Cidr", "Fn::Base64", "Fn::ImportValue", "Fn::Transform", "Fn::Length", "Fn::Equals"),
        *("Fn::ToJsonString", "Fn::ForEach::L", "Fn::ForEach::M", "Fn::ForEach::"),
        *(
            "Fn::And",
            "Fn::Or",
            "Fn::Not",
            "Fn::Contains",
            "Fn::EachMemberIn",
            "Fn::RefAll",
            "Fn::ValueOf",
            "Fn::Nothing",
        ),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(NAMES, FUNCTIONS, st.text(max_size=5)), inner, max_size=3),
        st.builds(lambda name, argument: {name: argument}, FUNCTIONS, inner),
        st.builds(lambda name, *argument: {name: list(argument)}, FUNCTIONS, inner, inner),
        st.builds(lambda name, *argument: {name: list(argument)}, FUNCTIONS, NAMES, inner, inner),
    ),
    max_leaves=12,
)
ANYTHING = st.one_of(VALUES, st.dictionaries(NAMES, VALUES, max_size=3))
RESOURCES = st.fixed_dictionaries(
    {"Type": st.one_of(TYPES, TYPES, VALUES)},
    optional={
        "Properties": st.one_of(
            st.dictionaries(
                st.sampled_from(["TopicName", "Value", "CidrBlock", "Tags", "TemplateURL", "Parameters"]), VALUES
            ),
            VALUES,
        ),
        "DependsOn": st.one_of(NAMES, st.lists(NAMES, max_size=3), VALUES),
        "Condition": st.one_of(NAMES, VALUES),
        "Metadata": VALUES,
        "DeletionPolicy": st.one_of(st.sampled_from(["Retain", "Delete"]), VALUES),
        "UpdateReplacePolicy": VALUES,
        "UpdatePolicy": VALUES,
        "CreationPolicy": VALUES,
        "Nonsense": VALUES,
    },
)
PARAMETERS = st.fixed_dictionaries(
    {"Type": st.one_of(st.sampled_from(["String", "Number", "CommaDelimitedList", "AWS::EC2::VPC::Id"]), VALUES)},
    optional={
        "Default": st.one_of(SCALARS, VALUES),
        "AllowedValues": st.one_of(st.lists(SCALARS, max_size=3), VALUES),
        "AllowedPattern": st.one_of(st.sampled_from([".*", "(", "(a+)+$", "[a-z]+"]), VALUES),
        "MinLength": SCALARS,
        "MaxLength": SCALARS,
        "MinValue": SCALARS,
        "MaxValue": SCALARS,
        "NoEcho": SCALARS,
        "Description": VALUES,
        "ConstraintDescription": VALUES,
    },
)
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.one_of(st.dictionaries(NAMES, RESOURCES, min_size=1, max_size=4), ANYTHING)},
    optional={
        "Parameters": st.one_of(st.dictionaries(NAMES, PARAMETERS, max_size=3), ANYTHING),
        "Conditions": ANYTHING,
        "Mappings": ANYTHING,
        "Rules": st.one_of(
            st.dictionaries(
                NAMES,
                st.fixed_dictionaries(
                    {"Assertions": st.one_of(st.lists(st.fixed_dictionaries({"Assert": VALUES}), max_size=2), VALUES)},
                    optional={"RuleCondition": VALUES},
                ),
                max_size=2,
            ),
            ANYTHING,
        ),
        "Outputs": st.one_of(
            st.dictionaries(
                NAMES,
                st.fixed_dictionaries({"Value": VALUES}, optional={"Condition": VALUES, "Export": ANYTHING}),
                max_size=3,
            ),
            ANYTHING,
        ),
        "Metadata": VALUES,
        "Description": VALUES,
        "Transform": st.just(TRANSFORM) | VALUES,
        "Hooks": VALUES,
    },
)
# Templates that are nearly right: the sections fit each other, and what is wrong lies deeper.
ONES = st.sampled_from(["One", "Two", "Three", "Text", "List", "Number", "AWS::Region", "AWS::NoValue", "Two", "Lost"])
NEAR = st.recursive(
    st.one_of(
        st.sampled_from(
            ["text", "", 5, True, "a,b", "10.0.0.0/16", "${Text}", "{{resolve:ssm:/a}}", "{{resolve:ssm:/b}}"]
        ),
        st.builds(lambda name: {"Ref": name}, ONES),
        st.builds(
            lambda name, attribute: {"Fn::GetAtt": [name, attribute]}, ONES, st.sampled_from(["TopicArn", "Arn", "X"])
        ),
        st.builds(lambda name: {"Fn::Sub": f"x-${{{name}}}-${{{name}.TopicName}}"}, ONES),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(lambda items: {"Fn::Join": ["-", items]}, st.one_of(st.lists(inner, max_size=3), inner)),
        st.builds(lambda index, items: {"Fn::Select": [index, items]}, st.integers(0, 2), st.lists(inner) | inner),
        st.builds(lambda text: {"Fn::Split": [",", text]}, inner),
        st.builds(
            lambda name, yes, no: {"Fn::If": [name, yes, no]}, st.sampled_from(["Yes", "No", "Maybe"]), inner, inner
        ),
        st.builds(
            lambda key: {"Fn::FindInMap": ["Map", key, "k"]}, st.sampled_from(["a", "b", {"Ref": "Text"}]) | inner
        ),
        st.builds(lambda text: {"Fn::Sub": ["${V}", {"V": text}]}, inner),
        st.builds(lambda name, argument: {name: argument}, FUNCTIONS, inner),
        st.builds(lambda argument: {"Fn::ImportValue": argument}, inner),
        st.dictionaries(st.sampled_from(["Key", "Value"]), inner, max_size=2),
    ),
    max_leaves=8,
)
TRUTHS = st.recursive(
    st.builds(lambda left, right: {"Fn::Equals": [left, right]}, NEAR, NEAR)
    | st.builds(lambda name: {"Condition": name}, st.sampled_from(["Yes", "No"])),
    lambda inner: (
        st.builds(lambda item: {"Fn::Not": [item]}, inner)
        | st.builds(
            lambda name, items: {name: items}, st.sampled_from(["Fn::And", "Fn::Or"]), st.lists(inner, max_size=3)
        )
    ),
    max_leaves=4,
)
SETTLED = st.sampled_from([{"Fn::Equals": [{"Ref": "Text"}, "a"]}, {"Fn::Not": [{"Condition": "Yes"}]}])
NEAR_RESOURCES = st.fixed_dictionaries(
    {
        "Type": st.just("AWS::SNS::Topic"),
        "Properties": st.fixed_dictionaries({}, optional={"TopicName": NEAR, "DisplayName": NEAR, "Tags": NEAR}),
    },
    optional={
        "DependsOn": st.sampled_from(["One", "Two", ["Three"]]),
        "Condition": st.sampled_from(["Yes", "No"]),
        "Metadata": NEAR,
        "DeletionPolicy": st.sampled_from(["Retain", {"Fn::If": ["Yes", "Retain", "Delete"]}]) | NEAR,
    },
)
NEAR_TEMPLATES = st.fixed_dictionaries(
    {
        "Parameters": st.just(
            {
                "Text": {"Type": "String", "Default": "a"},
                "List": {"Type": "CommaDelimitedList", "Default": "a, b"},
                "Number": {"Type": "Number", "Default": 1},
            }
        ),
        "Mappings": st.just({"Map": {"a": {"k": "v", "l": ["x"]}, "b": {"k": ["y"]}}}),
        "Conditions": st.fixed_dictionaries({"Yes": st.just({"Fn::Equals": [1, 1]}), "No": SETTLED | TRUTHS}),
        "Resources": st.fixed_dictionaries(
            {"One": NEAR_RESOURCES}, optional={"Two": NEAR_RESOURCES, "Three": NEAR_RESOURCES}
        ),
    },
    optional={
        "Outputs": st.fixed_dictionaries(
            {"Out": st.fixed_dictionaries({"Value": NEAR}, optional={"Export": st.fixed_dictionaries({"Name": NEAR})})}
        ),
        "Rules": st.fixed_dictionaries(
            {
                "Rule": st.fixed_dictionaries(
                    {"Assertions": st.lists(st.fixed_dictionaries({"Assert": TRUTHS}), max_size=2)}
                )
            }
        ),
    },
)
# The same with the language extensions: loops, lengths, JSON texts and defaults, most of them nearly right.
ITEMS = st.one_of(
    st.lists(st.sampled_from(["a", "b", "ab", 1]), max_size=3), st.sampled_from([{"Ref": "List"}, ["a-b"], "a"]), NEAR
)
PLAIN = NEAR_TEMPLATES.map(
    lambda near: {
        "Parameters": near["Parameters"],
        "Mappings": near["Mappings"],
        "Conditions": {"Yes": {"Fn::Equals": [1, 1]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}},
        "Resources": {"One": {"Type": "AWS::SNS::Topic"}},
    }
)
EXTENDED = st.recursive(
    st.sampled_from(["text", {"Ref": "X"}, {"Fn::Sub": "${X}${Y}-&{X}"}, {"Ref": {"Fn::Sub": "One"}}, {"Ref": "List"}])
    | NEAR,
    lambda inner: st.one_of(
        st.builds(lambda value: {"Fn::Length": value}, inner | ITEMS),
        st.builds(lambda value: {"Fn::ToJsonString": value}, inner | st.lists(inner, max_size=2)),
        st.builds(lambda key, default: {"Fn::FindInMap": ["Map", key, "k", {"DefaultValue": default}]}, inner, inner),
        st.builds(
            lambda number, items, value: {f"Fn::ForEach::P{number}": ["Y", items, {"K${Y}": value}]},
            st.integers(0, 50),
            ITEMS,
            inner,
        ),
        st.builds(lambda text: {"Fn::Sub": ["${V}${V}", {"V": text}]}, inner),
        st.builds(lambda yes, no: {"Fn::If": ["Yes", yes, no]}, inner, inner),
        st.lists(inner, max_size=2),
    ),
    max_leaves=6,
)


def loops(name: str, value: Any) -> Any:
    """Objects with a loop or two that make members of these values."""
    keys = st.sampled_from(["One${X}", "One&{X}", "${X}", "One", "${Y}${X}", "Yes${X}"])
    fragments = st.dictionaries(keys, value, max_size=2)
    nested = st.builds(lambda items, inner: {f"Fn::ForEach::{name}In": ["Y", items, inner]}, ITEMS, fragments)
    body = st.one_of(fragments, st.builds(lambda one, two: one | two, fragments, nested))
    return st.builds(lambda items, inner: {f"Fn::ForEach::{name}": ["X", items, inner]}, ITEMS, body)


EXTENDED_RESOURCES = st.fixed_dictionaries(
    {
        "Type": st.just("AWS::SNS::Topic"),
        "Properties": st.fixed_dictionaries({}, optional={"TopicName": EXTENDED, "DisplayName": EXTENDED}),
    },
    optional={
        "Condition": st.sampled_from(["Yes", "No", {"Fn::Sub": "Yes${X}"}]),
        "DeletionPolicy": st.sampled_from(["Retain", {"Fn::If": ["Yes", "Retain", "Delete"]}]) | EXTENDED,
        "Metadata": EXTENDED,
    },
)
EXTENDED_TEMPLATES = st.builds(
    lambda near, resources, conditions, outputs: {
        **near,
        "Transform": TRANSFORM,
        "Conditions": near["Conditions"] | conditions,
        "Resources": near["Resources"] | resources,
        "Outputs": near.get("Outputs", {}) | outputs,
    },
    PLAIN | NEAR_TEMPLATES,
    loops("Made", EXTENDED_RESOURCES) | st.builds(lambda entry: {"Two": entry}, EXTENDED_RESOURCES),
    st.just({}) | loops("Decided", TRUTHS),
    st.just({}) | loops("Told", st.fixed_dictionaries({"Value": EXTENDED})),
)
PATIENT = settings(max_examples=examples(50), deadline=None, suppress_health_check=list(HealthCheck))


def played(body: str, play: Play | None = None) -> str:
    """The end of a template's way through review and execution, or the code of its refusal."""
    play = play or Play()
    play.services.parameters["/a"] = "stored"
    try:
        play("ValidateTemplate", TemplateBody=body)
        play("GetTemplateSummary", TemplateBody=body)
        change_set = play.change_set(body, Capabilities=["CAPABILITY_NAMED_IAM"])
        json.dumps(play.described(change_set), default=str)
        json.dumps(play.described(change_set, values=False), default=str)
        play("ExecuteChangeSet", ChangeSetName=change_set)
        play.settle()
        return str(play.stack()["StackStatus"])
    except CloudFormationError as error:
        return error.code if error.message else ""


@PATIENT
@given(TEMPLATES)
def test_a_template_of_any_content_is_planned_or_refused(template: Any) -> None:
    assert played(json.dumps(template))


@PATIENT
@given(NEAR_TEMPLATES)
def test_a_template_that_is_nearly_right_is_planned_or_refused(template: Any) -> None:
    assert played(json.dumps(template))


@PATIENT
@given(EXTENDED_TEMPLATES)
def test_a_template_with_the_language_extensions_is_planned_or_refused(template: Any) -> None:
    play = Play()
    assert played(json.dumps(template), play)
    text = play("GetTemplate", StackName="demo")["TemplateBody"] if play.cloud.world.find("demo", REGION) else ""
    assert "Fn::ForEach" not in text
    assert "Fn::Length" not in text


@PATIENT
@given(NEAR_TEMPLATES | EXTENDED_TEMPLATES, NEAR_TEMPLATES | EXTENDED_TEMPLATES)
def test_a_stack_may_be_led_from_any_template_to_any_other(first: Any, second: Any) -> None:
    play = Play()
    assert played(json.dumps(first), play)
    assert played(json.dumps(second), play)


@PATIENT
@given(st.one_of(st.text(max_size=60), st.text(alphabet="{}[]:,-!&*#|>'\"%@`? \n\tAa1", max_size=60)))
def test_text_of_any_kind_is_refused(body: str) -> None:
    assert played(body) in ("ValidationError", "InvalidChangeSetStatus")


@PATIENT
@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)))
def test_what_yaml_can_say_is_no_template_by_itself(document: Any) -> None:
    assert played(yaml.safe_dump(document)) == "ValidationError"


def topics(properties: Any, count: int = 1, **sections: Any) -> str:
    entries = {f"T{i}": {"Type": "AWS::SNS::Topic", "Properties": properties} for i in range(count)}
    return json.dumps({"Resources": entries} | sections)


TOPIC = {"Type": "AWS::SNS::Topic"}


def nested(depth: int, leaf: Any, wrap: Any) -> Any:
    for _ in range(depth):
        leaf = wrap(leaf)
    return leaf


def extended(resources: Any, **sections: Any) -> str:
    return json.dumps({"Transform": TRANSFORM, "Resources": resources} | sections)


def nested_loops(items: Any, fragment: Any) -> Any:
    for depth in range(5):
        fragment = {f"Fn::ForEach::L{depth}": [f"X{depth}", items, fragment]}
    return fragment


TEXT = "x" * 400_000
CHAIN = {f"C{i}": {"Fn::Not": [{"Condition": f"C{i + 1}"}]} for i in range(3000)} | {"C3000": {"Fn::Equals": [1, 1]}}
HUGE = {
    "deep lists": topics({"TopicName": nested(190, "x", lambda inner: [inner])}),
    "deep joins": topics({"TopicName": nested(60, "x", lambda inner: {"Fn::Join": ["", [inner]]})}),
    "deep subs": topics({"TopicName": nested(60, "x", lambda inner: {"Fn::Sub": ["${A}", {"A": inner}]})}),
    "doubling subs": topics({"TopicName": nested(60, "x", lambda inner: {"Fn::Sub": ["${A}${A}", {"A": inner}]})}),
    "a long delimiter": topics({"TopicName": {"Fn::Join": [TEXT, [""] * 100_000]}}),
    "loops of many resources": extended(nested_loops(list(range(30)), {"T${X0}${X1}${X2}${X3}${X4}": TOPIC})),
    "loops of nothing": extended(nested_loops([""] * 1000, {})),
    "loops over a long text": extended(nested_loops({"Fn::Split": ["y", TEXT[:180_000]]}, {"T": TOPIC})),
    "loops over a split": extended(nested_loops({"Fn::Split": [",", "," * 180_000]}, {"T": TOPIC})),
    "loops of long texts": extended(nested_loops(list("abcdefgh"), {"T${X0}": {"Type": "AWS::SNS::Topic", "M": TEXT}})),
    "loops in properties": extended(
        {"T": {"Type": "AWS::SNS::Topic", "Properties": nested_loops([1] * 99, {"A": TEXT})}}
    ),
    "doubling subs of the transform": extended(
        {"T": {"Type": "X", "M": nested(60, "x", lambda inner: {"Fn::Sub": ["${A}${A}", {"A": inner}]})}}
    ),
    "a sub of many long values": extended({"T": {"Type": "X", "M": {"Fn::Sub": ["${A}" * 90_000, {"A": TEXT}]}}}),
    "a long delimiter of the transform": extended({"T": {"Type": "X", "M": {"Fn::Join": [TEXT, [""] * 100_000]}}}),
    "JSON texts in JSON texts": extended(
        {"T": {"Type": "X", "M": nested(60, '"', lambda inner: [{"Fn::ToJsonString": [inner]}])}}
    ),
    "deep lengths": extended({"T": {"Type": "X", "M": nested(80, "x", lambda inner: {"Fn::Length": [inner]})}}),
    "deep lists of the transform": extended({"T": {"Type": "X", "M": nested(190, "x", lambda inner: [inner])}}),
    "deep objects of the transform": extended({"T": {"Type": "X", "M": nested(190, "x", lambda inner: {"a": inner})}}),
    "deep loops": extended(
        {"T": {"Type": "X", "M": nested(60, 1, lambda inner: {"Fn::ForEach::L": ["X", ["a"], {"K": inner}]})}}
    ),
    "deep ifs": topics(
        {"TopicName": nested(90, "x", lambda inner: {"Fn::If": ["C", inner, inner if len(str(inner)) < 99 else "y"]})},
        Conditions={"C": {"Fn::Equals": [1, 1]}},
    ),
    "deep conditions": topics(
        {}, Conditions={"C": nested(90, {"Fn::Equals": [1, 1]}, lambda inner: {"Fn::Not": [inner]})}
    ),
    "a chain of conditions": topics({}, Conditions=CHAIN),
    "a text of a megabyte": topics({"TopicName": "x" * 990_000}),
    "names in a sub": topics({"TopicName": {"Fn::Sub": "${AWS::Region}" * 20_000}}),
    "half names in a sub": topics({"TopicName": {"Fn::Sub": "${" * 490_000}}),
    "references to nothing": topics({"Tags": [{"Ref": f"R{i}"} for i in range(15_000)]}),
    "a long split": topics({"TopicName": {"Fn::Join": ["", {"Fn::Split": [",", "," * 200_000]}]}}),
    "many blocks": topics({"Tags": [{"Fn::Cidr": ["10.0.0.0/8", 10**9, 1]}] * 1000}),
    "many resources": topics({"DisplayName": "x" * 1800}, 500),
    "everything depends on everything": json.dumps(
        {
            "Resources": {
                f"T{i}": {"Type": "AWS::SNS::Topic", "DependsOn": [f"T{j}" for j in range(500) if j != i][:250]}
                for i in range(500)
            }
        }
    ),
    "half of a reference": topics({"TopicName": "{{resolve:ssm:" * 70_000}),
    "many references": topics({"Tags": ["{{resolve:ssm:/a}}"] * 10_000}),
    "many keys": topics({f"K{i}": i for i in range(15_000)}),
    "many mappings": topics({}, Mappings={f"M{i}": {"a": {"b": "c"}} for i in range(8_000)}),
    "many rules": topics(
        {}, Rules={f"R{i}": {"Assertions": [{"Assert": {"Fn::Equals": [1, 1]}}]} for i in range(4_000)}
    ),
    "YAML in flow style": "Resources: " + "{A: " * 100_000,
    "YAML lists": "- " * 500_000,
    "YAML tags": "Resources: !Ref " + "!Ref " * 190_000,
    "YAML keys": "".join(f"K{i}: v\n" for i in range(20_000)),
    "a YAML bomb": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(40_000)),
    "a YAML merge": "a: &a {b: c}\nd:\n  <<: *a\n",
    "JSON lists": "{" + '"A":[' * 170_000,
    "line breaks": "\n" * 1_000_000,
    "quotes": "A: '" + "''" * 490_000,
}


@pytest.mark.parametrize("name", HUGE)
@pytest.mark.slow
def test_malice_of_up_to_a_megabyte_is_answered(name: str) -> None:
    assert len(HUGE[name]) <= TEMPLATE_BYTES
    assert played(HUGE[name])


def peak(body: str) -> int:
    """The memory that a template takes on its way, in bytes."""
    played(topics({}))  # what is loaded once is not counted
    tracemalloc.start()
    try:
        played(body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_memory_is_a_small_multiple_of_the_template() -> None:
    body = topics({"TopicName": {"Fn::Join": ["", {"Fn::Split": [",", "," * 50_000]}]}})
    assert peak(body) < 200 * len(body)


@pytest.mark.parametrize("name", ["loops of long texts", "loops of many resources", "JSON texts in JSON texts"])
def test_no_loop_and_no_text_of_texts_takes_more_memory_than_a_transform_may_use(name: str) -> None:
    assert peak(HUGE[name]) < 100 * TEMPLATE_BYTES


def test_a_pattern_that_would_never_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rehearsal.language.parameters._PATTERN_SECONDS", 0.05)
    declared = {"P": {"Type": "String", "AllowedPattern": "(a|aa)+$", "Default": "a" * 60 + "!"}}
    assert played(topics({}, Parameters=declared)) == "ValidationError"
