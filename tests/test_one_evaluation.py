"""The deployer foresees what CloudFormation makes of a template: their values are checked against each other."""

from __future__ import annotations

from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudformation.conditions import evaluate_conditions
from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.unknown import Source, canonical, is_unknown, sources, unknowns
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.values import Values
from rehearsal.language.parameters import ref_value, settle
from rehearsal.language.scopes import situation
from rehearsal.state.stacks import STACK_TYPE, Stack
from tests import expressions
from tests.examples import examples
from tests.expressions import MAPPINGS, PARAMETERS, conditions, texts
from tests.rehearsal.play import ACCOUNT, REGION, Play

PSEUDO = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
PARAMETER = "AWS::SSM::Parameter"


def listed(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def layers(fed: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A template with a resource, a conditional one, and outputs; `fed` names further parameters, which it reads."""
    value = texts(st.sampled_from([{"Ref": name} for name in fed])) if fed else texts()
    return st.builds(partial(_layer, fed), conditions(), st.lists(value, min_size=5, max_size=5))


def _layer(fed: list[str], declared: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    tag = {"Fn::If": ["Second", {"Key": "k", "Value": values[0]}, {"Ref": "AWS::NoValue"}]}
    return {
        "Parameters": {**PARAMETERS, **{name: {"Type": "String"} for name in fed}},
        "Mappings": MAPPINGS,
        "Conditions": declared,
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Tags": [{"Key": "a", "Value": values[1]}, tag]}},
            "Stored": {
                "Type": PARAMETER,
                "Condition": "Third",
                "Properties": {"Type": "String", "Value": {"Fn::Join": ["", ["v", values[2]]]}},
            },
        },
        "Outputs": {
            "Always": {"Value": values[3]},
            "Sometimes": {"Condition": "First", "Value": values[4]},
        },
    }


def trees() -> st.SearchStrategy[dict[ResourcePath, dict[str, Any]]]:
    """A root over two nested stacks, of which the second reads an output of the first."""
    return st.builds(_tree, layers([]), layers(["Own"]), layers(["Own", "Fed"]), texts(), texts())


def _tree(
    root: dict[str, Any], first: dict[str, Any], second: dict[str, Any], text: Any, other: Any
) -> dict[ResourcePath, dict[str, Any]]:
    own = {"Stage": {"Ref": "Stage"}, "Words": {"Fn::Join": [",", {"Ref": "Words"}]}, "Own": text}
    nested = {"A": own, "B": own | {"Own": other, "Fed": {"Fn::GetAtt": ["A", "Outputs.Always"]}}}
    for name, values in nested.items():
        root["Resources"][name] = {"Type": STACK_TYPE, "Properties": {"TemplateURL": name, "Parameters": values}}
    root["Outputs"]["Nested"] = {"Value": {"Fn::Sub": "${A.Outputs.Always}/${B.Outputs.Always}"}}
    return {ROOT: root, ResourcePath(("A",)): first, ResourcePath(("B",)): second}


def deployed(play: Play, tree: dict[ResourcePath, dict[str, Any]], values: dict[str, str]) -> dict[str, Stack]:
    """The stacks that CloudFormation makes of a tree, by layer."""
    for name in ("A", "B"):
        tree[ROOT]["Resources"][name]["Properties"]["TemplateURL"] = play.put(name, tree[ResourcePath((name,))])
    assert play.deploy(tree[ROOT], Parameters=listed(values))["StackStatus"] == "CREATE_COMPLETE"
    root = play.cloud.world.find("demo", REGION)
    assert root is not None
    return {"": root} | {name: play.cloud.world.state.stacks[root.resources[name].physical_id] for name in ("A", "B")}


@settings(max_examples=examples(50), deadline=None)
@given(trees(), expressions.given())
def test_what_is_known_before_is_what_cloudformation_makes(
    tree: dict[ResourcePath, dict[str, Any]], values: dict[str, str]
) -> None:
    play = Play()
    stacks = deployed(play, tree, values)
    foreseen = Values(tree, values, PSEUDO)
    for path, template in tree.items():
        stack = stacks["".join(path)]
        assert stack.target is not None
        made = situation(play.cloud.world, stack, stack.target).scope.conditions
        assert {name: foreseen.condition(path, name) for name in template["Conditions"]} == made
        shown = {name: output.value for name, output in stack.outputs.items()}
        alive = [name for name, output in template["Outputs"].items() if made.get(output.get("Condition"), True)]
        assert {name: str(foreseen.output(path, name)) for name in alive} == shown
        assert ("Stored" in stack.resources) is made["Third"]
        for name, resource in stack.resources.items():
            properties = foreseen.value(path, template["Resources"][name]["Properties"])
            assert canonical(properties) == canonical(resource.properties)


AWAITED = st.sampled_from(
    [
        {"Ref": "Topic"},
        {"Fn::GetAtt": ["Topic", "TopicArn"]},
        {"Fn::Sub": "${Topic.TopicName}/${Stage}"},
        {"Fn::ImportValue": {"Ref": "Topic"}},
        {"Fn::GetAtt": ["Elsewhere", "Outputs.Id"]},
    ]
)


@settings(max_examples=examples(300), deadline=None)
@given(texts(AWAITED), conditions(), expressions.given())
def test_what_the_one_does_not_know_the_other_does_not_and_for_the_same_reason(
    value: Any, declared: dict[str, Any], values: dict[str, str]
) -> None:
    settled = settle(PARAMETERS, listed(values), {}, lambda name: None)
    parameters = {name: ref_value(PARAMETERS[name], found) for name, found in settled.items()} | PSEUDO
    scope = Scope(parameters, MAPPINGS)
    theirs = resolve(value, Scope(parameters, MAPPINGS, evaluate_conditions(declared, scope)))
    resources = {"Topic": {"Type": "AWS::SNS::Topic"}, "Elsewhere": {"Type": STACK_TYPE}}
    document = {"Parameters": PARAMETERS, "Mappings": MAPPINGS, "Conditions": declared, "Resources": resources}
    ours = Values({ROOT: document}, values, PSEUDO).value(ROOT, value)
    assert canonical(ours) == canonical(theirs)
    assert is_unknown(ours) is is_unknown(theirs)
    assert sources(ours) == sources(theirs)
    assert all(found.sources for found in unknowns(ours))
    assert sources(ours) <= {
        Source((), "Topic", ""),
        Source((), "Topic", "TopicArn"),
        Source((), "Topic", "TopicName"),
        Source((), "Elsewhere", "Outputs.Id"),
    }
