"""A change set judged with the templates on both sides of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cloudformation.unknown import KNOWN_AFTER_APPLY
from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import await_change_set
from deployment.review.comparison import Proposal, reviewed
from deployment.review.review import Kind, Review
from tests.deployment.facts import stack
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.project import NETWORK, ROOT, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import (
    NO_CHANGES,
    STACK_TYPE,
    START,
    change_set,
    detail,
    nested_row,
    placeholder,
    row,
    set_arn,
    stack_arn,
    stacks,
)
from tests.deployment.template.costs.sides import PRICES

_UNKNOWN = refusal("ValidationError", f"Stack with id {stack_arn('shop-dev-Network')} does not exist")


def _judged(project: Path, *templates: Any) -> tuple[Review, FakeClient]:
    root = change_set("root", nested_row("Network", detail("TemplateURL")))
    network = change_set("Network", row("Vpc", detail("CidrBlock", before="a", after="b"), kind="AWS::EC2::VPC"))
    bodies = {body["ChangeSetId"]: body for body in (root, network)}
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **asked: bodies[asked["ChangeSetName"]],
        get_template=list(templates),
    )
    run = fake_run(project, client)
    proposal = Proposal(
        tree=await_change_set(client, set_arn("root"), run.waiting),
        stack=stack(),
        old=ROOT,
        new=ROOT.replace("network.yaml", "other.yaml"),
        parameters={},
        tags={},
        pseudo={},
        read=lambda path, _: NETWORK.replace("10.0", "10.1") if path == ("Network",) else None,
    )
    return reviewed(client, run.waiting, proposal), client


def test_the_old_template_of_a_layer_that_is_not_known_for_a_moment_is_asked_for_again(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    direct, _ = _judged(project, {"TemplateBody": NETWORK})
    later, client = _judged(project, _UNKNOWN, _UNKNOWN, {"TemplateBody": NETWORK})
    assert later == direct
    assert len(client.named("get_template")) == 3


_NESTING = "Resources:\n  {}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: '{}'}}}}\n"


def _proposed(client: FakeClient, project: Path, old: str, new: str, texts: Mapping[str, str], **more: Any) -> Review:
    """The review of the client's root change set; `texts` are the templates by their URLs."""
    waiting = fake_run(write_project(project), client).waiting
    given = {"parameters": {}, "tags": {}, "pseudo": {}, "read": lambda _, url: texts.get(url), **more}
    tree = await_change_set(client, set_arn("root"), waiting)
    return reviewed(client, waiting, Proposal(tree=tree, stack=stack(), old=old, new=new, **given))


def _below(*names: str) -> dict[str, Any]:
    """A ListStackResources answer: nested stacks that stand."""
    rows = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": stack_arn(name.lower()),
            "ResourceType": STACK_TYPE,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": START,
        }
        for name in names
    ]
    return {"StackResourceSummaries": rows}


def test_below_a_layer_that_changes_what_one_version_of_an_object_says_is_not_asked_for(tmp_path: Path) -> None:
    data = "https://artifacts.s3.eu-west-1.amazonaws.com/data.yaml?versionId=1"
    texts = {"app": _NESTING.format("Data", data), data: "Resources: {Topic: {Type: AWS::SNS::Topic}}"}
    listed = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set("root", listed),
        get_template={"TemplateBody": f"Description: before\n{texts['app']}"},
        list_stack_resources=_below("Data"),
    )
    review = _proposed(client, tmp_path, _NESTING.format("App", "older"), _NESTING.format("App", "app"), texts)
    assert review.rewritten == ((), ("App",))
    assert [asked["StackName"] for asked in client.named("get_template")] == [stack_arn("app")]


@pytest.mark.parametrize(
    ("unevaluated", "nested", "reasons"),
    [
        ((), True, ("App: it is listed without a change set of its own",)),
        ((), False, ()),
        (("a function cannot be evaluated",), True, ("a function cannot be evaluated",)),
    ],
)
def test_a_layer_without_a_change_set_is_the_reason_for_comparing_and_not_each_below_it(
    tmp_path: Path, unevaluated: tuple[str, ...], nested: bool, reasons: tuple[str, ...]
) -> None:
    texts = {"app": _NESTING.format("Data", "data"), "data": "Resources: {Topic: {Type: AWS::SNS::Topic}}"}
    listed = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set("root", listed, IncludeNestedStacks=nested),
        get_template=lambda StackName, **_: {"TemplateBody": texts[StackName.split("/")[1]]},  # noqa: N803
        list_stack_resources=_below("Data"),
    )
    root = _NESTING.format("App", "app")
    review = _proposed(client, tmp_path, root, root, texts, unevaluated=unevaluated)
    assert review.local is not None
    assert review.local.reasons == reasons


@pytest.mark.parametrize(("status", "before"), [("CREATE_COMPLETE", "vpc-1"), ("DELETE_COMPLETE", "one")])
def test_what_a_layer_exports_now_is_read_of_a_stack_that_exists(tmp_path: Path, status: str, before: str) -> None:
    """CloudFormation describes a stack by its ARN although it is deleted."""
    app = "Parameters: {Fed: {Type: String}}\nOutputs: {Id: {Value: %s, Export: {Name: id}}}\nResources: {}"
    listed = nested_row("App", detail("Parameters"))
    sets = {
        set_arn("root"): change_set("root", listed),
        set_arn("App"): change_set("App", parameters={"Fed": placeholder("Other", "Name")}, StackId=stack_arn("app")),
    }
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda ChangeSetName, **_: sets[ChangeSetName],  # noqa: N803
        get_template={"TemplateBody": app % "one"},
        describe_stacks=stacks(status, Outputs=[{"OutputKey": "Id", "OutputValue": "vpc-1"}]),
        list_imports={"Imports": ["api"]},
    )
    old, new = (_NESTING.format("App", url) for url in ("older", "app"))
    [change] = _proposed(client, tmp_path, old, new, {"app": app % "two"}).outputs
    assert (str(change.path), change.before, change.after, change.importers) == ("App/Id", before, "two", ("api",))


_STORING = """
Parameters:
  Colour: {{Type: String}}
  Hidden: {{Type: String, NoEcho: true, Default: x}}
  Read: {{Type: {type}, Default: {name}}}
Resources:
  Store: {{Type: AWS::SSM::Parameter, Properties: {{Name: /colour, Type: String, Value: !Ref Colour}}}}
  Own: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !Ref Read}}}}
  Quiet: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !Ref Hidden}}}}
  App: {{Type: AWS::CloudFormation::Stack, DependsOn: Store, Properties: {{TemplateURL: app}}}}
"""
_READING = """
Parameters: {Taken: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /colour}}
Conditions: {Red: !Equals [!Ref Taken, red]}
Resources:
  Plain: {Type: AWS::SQS::Queue}
  Referring: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:ssm:/colour}}'}}
  Taking: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Taken}}
  Chosen: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [Red, a, b]}}
  Conditional: {Type: AWS::SNS::Topic, Condition: Red}
"""
_ROOT_TEXT = _STORING.format(type="String", name="x")
_VALUE = detail("Value", source="ParameterReference", cause="Colour", before="red", after="green")
_DESCRIPTION = detail("Description", before="a", after="b")


def _stored_row(*details: dict[str, Any]) -> dict[str, Any]:
    return row("Store", *details, kind="AWS::SSM::Parameter")


def _read_back(
    *rows: dict[str, Any],
    app: tuple[dict[str, Any], ...] | None = (),
    root: tuple[str, str] = (_ROOT_TEXT, _ROOT_TEXT),
    below: tuple[str, str] = (_READING, _READING),
    resolved: tuple[str | None, str | None] = ("red", "red"),
    outer: tuple[str | None, str | None] = (None, None),
    **more: Any,
) -> tuple[Review, FakeClient]:
    """A tree in which the root stores what its app layer reads. The app's change set has rows, or None: no changes."""
    waiting = Waiting(FakeTime().clock, POLLING)
    of_app = [{"ParameterKey": "Taken", "ParameterValue": "/colour", **_resolved(resolved[1])}]
    empty: dict[str, Any] = {"status": "FAILED", "reason": NO_CHANGES} if app is None else {}
    arn = stack_arn("shop-dev-App")
    sets = {
        set_arn("root"): change_set("root", *rows, nested_row("App"), Parameters=_parameter("Read", outer[1])),
        set_arn("App"): change_set("App", *(app or ()), Parameters=of_app, StackId=arn, **empty),
    }
    standing = [{"ParameterKey": "Taken", "ParameterValue": "/colour", **_resolved(resolved[0])}]
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda ChangeSetName, **_: sets[ChangeSetName],  # noqa: N803
        get_template={"TemplateBody": below[0]},
        describe_stacks=stacks(StackId=arn, Parameters=standing),
    )
    given = {"tags": {}, "pseudo": {}, "parameters": {"Colour": "green"}, **more}
    now = [{"ParameterKey": "Colour", "ParameterValue": "red"}, *_parameter("Read", outer[0])]
    tree = await_change_set(client, set_arn("root"), waiting)
    proposal = Proposal(
        tree=tree, stack=stack(Parameters=now), old=root[0], new=root[1], read=lambda path, _: below[1], **given
    )
    return reviewed(client, waiting, proposal), client


def _resolved(value: str | None) -> dict[str, str]:
    return {} if value is None else {"ResolvedValue": value}


def _parameter(name: str, value: str | None) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": "/outer", **_resolved(value)}] if value else []


def _kinds(review: Review) -> dict[str, Kind]:
    return {"/".join(change.path): change.kind for change in review.resources}


_TAKEN = "App/Taken was read from Systems Manager: it keeps that value until the next deployment"


@pytest.mark.parametrize(
    ("rows", "app", "doubted", "notes"),
    [
        ((), None, set(), ()),
        ((), (row("Plain"),), {"App/Plain"}, ()),
        ((_stored_row(_DESCRIPTION),), None, {"Store"}, ()),
        ((_stored_row(_DESCRIPTION),), (row("Plain"),), {"Store", "App/Plain"}, ()),
        ((_stored_row(_VALUE),), (row("Plain"),), {"Store", "App/Plain", "App/Referring"}, (_TAKEN,)),
        (
            (_stored_row(_VALUE),),
            None,
            {"Store", "App/Referring", "App/Taking", "App/Chosen", "App/Conditional"},
            (),
        ),
    ],
)
def test_what_reads_what_the_tree_stores_anew_is_doubted_and_a_parameter_where_no_change_set_holds_it(
    rows: tuple[dict[str, Any], ...], app: tuple[dict[str, Any], ...] | None, doubted: set[str], notes: tuple[str, ...]
) -> None:
    review, _ = _read_back(*rows, app=app)
    assert set(_kinds(review)) == doubted
    assert review.notes == notes
    assert all(not change.certain for resource in review.resources if resource.local for change in resource.properties)


def test_nested_stacks_are_described_where_one_of_them_reads_elsewhere_or_is_fed_by_another(tmp_path: Path) -> None:
    arn = stack_arn("shop-dev-App")
    assert _read_back()[1].named("describe_stacks") == [{"StackName": arn}]
    plain = "Resources: {Plain: {Type: AWS::SQS::Queue}}"
    assert _read_back(below=(plain, plain), resolved=(None, None))[1].named("describe_stacks") == []
    given = "Parameters: {Taken: {Type: String}}\nResources: {Plain: {Type: AWS::SQS::Queue}}"
    assert _read_back(below=(given, given))[1].named("describe_stacks") == []
    parameters = {"Taken": placeholder("Other", "Name"), "More": "x"}
    fed = {
        set_arn("root"): change_set("root", nested_row("App")),
        set_arn("App"): change_set("App", parameters=parameters, StackId=arn),
    }
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda ChangeSetName, **_: fed[ChangeSetName],  # noqa: N803
        get_template={"TemplateBody": given},
        describe_stacks=stacks(StackId=arn),
    )
    root = _NESTING.format("App", "app")
    _proposed(client, tmp_path, root, root, {"app": given})
    assert client.named("describe_stacks") == [{"StackName": arn}]


@pytest.mark.parametrize(
    ("outer", "moves"),
    [(("a", "a"), False), (("a", "b"), True), ((None, "a"), True), (("a", None), True), ((None, None), True)],
)
def test_a_parameter_of_the_root_that_is_read_elsewhere_moves_unless_both_sides_are_known_to_be_one(
    outer: tuple[str | None, str | None], moves: bool
) -> None:
    waits = detail("DisplayName", dynamic=True, before="a", after=KNOWN_AFTER_APPLY)
    text = _STORING.format(type="'AWS::SSM::Parameter::Value<String>'", name="/outer")
    given = {"Colour": "red", "Read": "/outer"}
    found, _ = _read_back(row("Own", waits), root=(text, text), outer=outer, parameters=given)
    assert ("Own" in _kinds(found)) is moves
    kept, _ = _read_back(row("Own", waits), root=(text, text), parameters={"Colour": "red"})
    assert "Own" not in _kinds(kept), "it is not given anew"
    plain, _ = _read_back(row("Own", waits), parameters={"Colour": "red", "Read": "x"})
    assert "Own" not in _kinds(plain)


def test_a_parameter_that_nobody_may_see_moves_whenever_it_is_given() -> None:
    waits = detail("DisplayName", dynamic=True, before="****", after=KNOWN_AFTER_APPLY)
    assert "Quiet" not in _kinds(_read_back(row("Quiet", waits), parameters={"Colour": "red"})[0])
    assert "Quiet" in _kinds(_read_back(row("Quiet", waits), parameters={"Colour": "red", "Hidden": "x"})[0])


_OTHER_STORE = "Resources:\n  Other: {Type: AWS::SSM::Parameter, Properties: {Name: /other, Type: String, Value: x}}"


@pytest.mark.parametrize(
    ("kind", "action", "old", "doubted"),
    [
        ("AWS::SSM::Parameter", "Modify", False, True),
        ("AWS::SSM::Parameter", "Add", False, True),
        ("AWS::SNS::Topic", "Modify", False, False),
        ("AWS::SSM::Parameter", "Remove", True, False),
    ],
)
def test_a_store_that_no_template_has_may_store_whatever_is_read(
    kind: str, action: str, old: bool, doubted: bool
) -> None:
    before = _ROOT_TEXT.replace("Resources:", _OTHER_STORE) if old else _ROOT_TEXT
    found, _ = _read_back(row("Other", kind=kind, action=action), root=(before, _ROOT_TEXT))
    assert ("App/Referring" in _kinds(found)) is doubted


@pytest.mark.parametrize(("tags", "notes"), [({}, 0), ({"team": "a"}, 1)])
def test_that_the_tags_of_the_stack_change_is_noted_where_a_nested_stack_is_compared_here(
    tmp_path: Path, tags: dict[str, str], notes: int
) -> None:
    listed = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))
    text = "Resources: {Topic: {Type: AWS::SNS::Topic}}"
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set("root", listed),
        get_template={"TemplateBody": text},
    )
    root = _NESTING.format("App", "app")
    review = _proposed(client, tmp_path, root, root, {"app": text}, tags=tags)
    assert review.local is not None
    assert len(review.local.notes) == notes
    assert set(_kinds(review)) == ({"App/Topic"} if tags else set())


def test_the_name_of_each_stack_is_in_its_arn(tmp_path: Path) -> None:
    named = "  Of: {Value: !Sub '${AWS::StackName}/%s', Export: {Name: %s}}\n"
    root = _NESTING.format("App", "app") + "  Topic: {Type: AWS::SNS::Topic}\nOutputs:\n" + named
    app = "Resources: {Topic: {Type: AWS::SNS::Topic}}\nOutputs:\n" + named
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **_: change_set(
            "root",
            row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("shop-dev-App-1")),
            row("Topic", PhysicalResourceId="arn:aws:sns:eu-west-1:111122223333:topic"),
        ),
        get_template={"TemplateBody": app % ("a", "of-app")},
        list_imports={"Imports": []},
    )
    texts = {"app": app % ("b", "of-app")}
    old, new = (root % (text, "of-root") for text in ("a", "b"))
    outputs = _proposed(client, tmp_path, old, new, texts).outputs
    assert {str(change.path): (change.before, change.after) for change in outputs} == {
        "Of": ("shop-dev/a", "shop-dev/b"),
        "App/Of": ("shop-dev-App-1/a", "shop-dev-App-1/b"),
    }


_GATEWAY = "AWS::EC2::NatGateway"
_PAYING = f"""
Parameters: {{Known: {{Type: String, Default: a}}}}
Conditions: {{Late: !Equals [!Ref Topic, x]}}
Resources:
  Topic: {{Type: AWS::SNS::Topic}}
  Nat: {{Type: {_GATEWAY}, Properties: {{SubnetId: s, ConnectivityType: private}}}}
"""


@pytest.mark.parametrize(
    ("action", "members", "condition", "count"),
    [
        ("Add", {}, False, 1),
        ("Add", {}, True, None),
        ("Remove", {}, False, -1),
        ("Remove", {"PolicyAction": "Retain"}, False, 0),
        ("Remove", {"PolicyAction": "Delete"}, False, -1),
        ("Import", {}, False, 0),
        ("Modify", {"Replacement": "True"}, False, 0),
        ("Modify", {"Replacement": "True", "PolicyAction": "ReplaceAndRetain"}, False, 1),
        ("Modify", {"Replacement": "True", "PolicyAction": "ReplaceAndDelete"}, False, 0),
        ("Modify", {"Replacement": "Conditional", "PolicyAction": "ReplaceAndRetain"}, False, None),
        ("Modify", {"Replacement": "Conditional", "PolicyAction": "ReplaceAndDelete"}, False, 0),
    ],
)
def test_what_becomes_of_a_resource_makes_its_cost(
    tmp_path: Path, action: str, members: dict[str, str], condition: bool, count: int | None
) -> None:
    """None: it is not known what the change makes of the bill."""
    with_it = _PAYING.replace(f"{{Type: {_GATEWAY},", f"{{Type: {_GATEWAY}, Condition: Late,") if condition else _PAYING
    without = _PAYING.partition("  Nat:")[0]
    old, new = {"Add": (without, with_it), "Import": (without, with_it), "Remove": (with_it, without)}.get(
        action, (with_it, with_it)
    )
    listed = change_set("root", row("Nat", kind=_GATEWAY, action=action, **members))
    client = FakeClient("cloudformation", describe_change_set=lambda **_: listed)
    review = _proposed(client, tmp_path, old, new, {}, prices=PRICES, pseudo={"AWS::Region": "eu-west-1"})
    counted = sum(item.count for item in review.cost.items) if review.cost else 0
    assert counted == (count or 0)
    assert bool(review.cost and review.cost.not_known) is (count is None)
