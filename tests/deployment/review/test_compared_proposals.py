"""Proposals compared as wholes: what moves, what is read again, what a change costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.review.comparison import Proposal, reviewed
from deployment.review.review import Kind, Local, Review
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath
from tests.deployment.facts import stack
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.project import NETWORK, ROOT, write_project
from tests.deployment.review.judged import a_set, empty_set
from tests.deployment.runs import fake_run
from tests.deployment.shapes import (
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


_GIVING = """
Parameters:
  Plain: {Type: String}
  Secret: {Type: String, NoEcho: true}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>'}
Resources:
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Parameters: {Plain: !Ref Plain, Secret: !Ref Secret, Image: !Ref Image}}
"""
_GIVEN = """
Parameters: {Plain: {Type: String}, Secret: {Type: String, NoEcho: true}, Image: {Type: String}}
Resources:
  OfPlain: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Plain}}
  OfSecret: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Secret}}
  OfImage: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Image}}
  Named: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::StackName}-%s'}}
"""
_OLD = {"Plain": "a", "Secret": "****", "Image": "/image"}


def _of(
    tree: ChangeSet,
    old: Mapping[str, str],
    new: Mapping[str, str],
    client: FakeClient | None = None,
    **more: Any,
) -> Review:
    """The review of a tree; `old` and `new` are templates by their URLs, the root's is empty."""
    given: dict[str, Any] = {"parameters": {}, "tags": {}, "pseudo": {}, "stack": stack(), **more}
    answers = FakeClient("cloudformation", get_template=lambda StackName, **_: _text(old, StackName))  # noqa: N803
    proposal = Proposal(
        tree=tree,
        old=None if given["stack"] is None else old[""],
        new=new[""],
        read=lambda _, url: new.get(url),
        **given,
    )
    return reviewed(client or answers, Waiting(FakeTime().clock, POLLING), proposal)


def _text(texts: Mapping[str, str], arn: str) -> dict[str, Any]:
    return {"TemplateBody": texts[arn.split("/")[1]]}


def _kept(values: Mapping[str, str], resolved: Mapping[str, str]) -> Stack:
    """The existing stack with these parameters, and what Systems Manager said of them."""
    return stack(
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            | ({"ResolvedValue": resolved[name]} if name in resolved else {})
            for name, value in values.items()
        ]
    )


_APP_ROW = row("App", kind=STACK_TYPE, PhysicalResourceId=stack_arn("app"))


@pytest.mark.parametrize(
    ("given", "was", "now", "changed"),
    [
        ({}, {"Image": "one"}, {"Image": "one"}, []),
        ({"Plain": "b"}, {"Image": "one"}, {"Image": "one"}, ["OfPlain"]),
        ({"Secret": "new"}, {"Image": "one"}, {"Image": "one"}, ["OfSecret"]),
        ({}, {"Image": "one"}, {"Image": "two"}, ["OfImage"]),
        ({}, {}, {"Image": "two"}, ["OfImage"]),
        ({}, {"Image": "one"}, {}, ["OfImage"]),
        ({"Image": "/other"}, {"Image": "one"}, {"Image": "one"}, []),
        ({}, {}, {}, ["OfImage"]),
    ],
)
def test_a_parameter_of_the_root_moves_what_reads_it_where_its_value_is_another_or_cannot_be_compared(
    given: Mapping[str, str], was: Mapping[str, str], now: Mapping[str, str], changed: list[str]
) -> None:
    tree = replace(a_set(_APP_ROW, nested=False), resolved=now)
    texts = {"": _GIVING, "app": _GIVEN}
    unsaid = {name: value for name, value in {**_OLD, **given}.items() if name != "Secret" or name in given}
    unsaid["Undeclared"] = "x"
    review = _of(tree, texts, texts, stack=_kept(_OLD, was), parameters=unsaid)
    assert [change.path.name for change in review.resources] == changed
    masked = _of(tree, texts, texts, stack=_kept(_OLD, was), parameters={**_OLD, **given})
    assert [change.path.name for change in masked.resources] == sorted({*changed, "OfSecret"})


@pytest.mark.parametrize(
    ("physical", "before"),
    [(stack_arn("app"), "app-a"), ("app", "${AWS::StackName}-a"), ("arn:app", "${AWS::StackName}-a")],
)
def test_the_name_of_a_nested_stack_is_read_of_its_arn(physical: str, before: str) -> None:
    tree = a_set(row("App", kind=STACK_TYPE, PhysicalResourceId=physical), nested=False)
    texts = [{"": _GIVING, "app": _GIVEN % name} for name in ("a", "b")]
    client = FakeClient("cloudformation", get_template={"TemplateBody": texts[0]["app"]})
    values = {"stack": _kept(_OLD, {"Image": "x"}), "parameters": {"Image": "/image", "Plain": "a"}}
    review = _of(replace(tree, resolved={"Image": "x"}), texts[0], texts[1], client, **values)
    [change] = [change for change in review.resources if change.path.name == "Named"]
    assert [(told.before, told.after) for told in change.properties] == [(before, before.replace("-a", "-b"))]


def test_tags_that_differ_are_those_of_all_resources_and_a_note_says_it() -> None:
    tags = [{"Key": name, "Value": value} for name, value in (("same", "1"), ("gone", "2"), ("other", "3"))]
    texts = {"": _NESTING.format("App", "app"), "app": "Resources: {Topic: {Type: AWS::SNS::Topic}}"}
    tree = a_set(_APP_ROW, nested=False)
    review = _of(tree, texts, texts, stack=stack(Tags=tags), tags={"same": "1", "other": "4", "new": "5"})
    [change] = review.resources
    told = {told.name: (told.before, told.after) for told in change.properties}
    assert told == {"Tags/gone": ("2", None), "Tags/new": (None, "5"), "Tags/other": ("3", "4")}
    assert [*told] == sorted(told)
    assert review.local == Local((), ("the stack's tags change, and with them those of its resources",))


_STORING = """
Parameters: {Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}, Plain: {Type: String, Default: a}}
Resources:
  Par: {Type: AWS::SSM::Parameter, Properties: {Name: /image, Value: one}}
  Reader: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Image}}
"""


def _changes_of(*rows: dict[str, Any], texts: Mapping[str, str], unchanged: bool = False) -> Review:
    """The review where the app has these rows, of an app that exists."""
    app = empty_set() if unchanged else a_set(*rows)
    client = FakeClient(
        "cloudformation",
        get_template={"TemplateBody": texts["app"]},
        describe_stacks=stacks(),
        list_stack_resources=_below(),
    )
    return _of(a_set(nested_row("App"), below={"App": app}), texts, texts, client)


_STORES = row("Par", detail("Value", before="one", after="two"), kind="AWS::SSM::Parameter")


def test_what_was_read_of_what_the_tree_stores_anew_is_noted() -> None:
    texts = {"": _NESTING.format("App", "app"), "app": _STORING}
    frozen = "App/Image was read from Systems Manager: it keeps that value until the next deployment"
    assert _changes_of(_STORES, texts=texts).notes == (frozen,)
    tier = row("Par", detail("Tier", before="one", after="two"), kind="AWS::SSM::Parameter")
    assert _changes_of(tier, texts=texts).notes == ()
    assert _changes_of(_STORES, texts={**texts, "app": _STORING.replace("/image, V", "/other, V")}).notes == ()


def test_a_parameter_of_a_nested_stack_without_changes_is_read_again() -> None:
    """What it came to is in no change set: the writer may be a stack beside it."""
    storing = _STORING.replace("Reader", "Other")
    reading = "\n".join(line for line in _STORING.splitlines() if "Par:" not in line)
    root = _NESTING.format("App", "app") + _NESTING.format("Store", "store").removeprefix("Resources:\n")
    texts = {
        "": root,
        "app": reading,
        "store": storing.replace("Image: {Type: 'AWS::SSM", "Elsewhere: {Type: 'AWS::SSM"),
    }
    texts["store"] = texts["store"].replace("!Ref Image", "a")
    client = FakeClient(
        "cloudformation",
        get_template=lambda StackName, **_: {"TemplateBody": texts[StackName.split("/")[1].split("-")[-1].lower()]},  # noqa: N803
        describe_stacks=stacks(
            Parameters=[{"ParameterKey": "Image", "ParameterValue": "/image", "ResolvedValue": "one"}]
        ),
    )
    read = replace(empty_set(), resolved={"Image": "one"})
    tree = a_set(nested_row("App"), nested_row("Store"), below={"App": read, "Store": a_set(_STORES)})
    review = _of(tree, texts, texts, client)
    assert [(str(change.path), change.certain) for change in review.resources] == [
        ("App/Reader", True),
        ("Store/Par", True),
    ]
    [told] = review.resources[0].properties
    assert (told.name, told.certain) == ("DisplayName", False)
    assert review.notes == (
        "Store/Elsewhere was read from Systems Manager: it keeps that value until the next deployment",
    )


@pytest.mark.parametrize(
    ("app", "parameters", "asked"),
    [
        ("{Type: String}", {"Fed": "a"}, 0),
        ("{Type: String}", {"Fed": placeholder("Other", "Id")}, 1),
        ("{Type: 'AWS::SSM::Parameter::Value<String>'}", {"Fed": "a"}, 1),
    ],
)
def test_nested_stacks_are_asked_for_where_one_is_fed_or_reads_elsewhere(
    app: str, parameters: Mapping[str, str], asked: int
) -> None:
    texts = {"": _NESTING.format("App", "app"), "app": f"Parameters: {{Fed: {app}}}\nResources: {{}}"}
    tree = a_set(nested_row("App"), below={"App": a_set(parameters=parameters)})
    client = FakeClient("cloudformation", get_template={"TemplateBody": texts["app"]}, describe_stacks=stacks())
    _of(tree, texts, texts, client)
    assert len(client.named("describe_stacks")) == asked
    new = FakeClient("cloudformation")
    _of(tree, texts, texts, new, stack=None)
    assert new.calls == [], "of a stack that does not exist nothing is asked"


def test_a_new_stack_has_neither_outputs_that_change_nor_anything_that_was_read_before() -> None:
    texts = {"": f"{_STORING}Outputs: {{Id: {{Value: !Ref Plain}}}}\n"}
    tree = a_set(row("Par", action="Add", kind="AWS::SSM::Parameter"), row("Reader", action="Add"))
    review = _of(tree, texts, texts, stack=None)
    assert [change.kind for change in review.resources] == [Kind.ADDED, Kind.ADDED]
    assert (review.outputs, review.notes, review.local, review.rewritten) == ((), (), None, ())


_NAT = "Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: a%s}}"


def _costs(listed: dict[str, Any], old: str, new: str) -> tuple[list[int], list[str]]:
    """How many NAT gateways more there are, and of which resources that is not known."""
    texts = [{"": f"Resources: {{Topic: {{Type: AWS::SNS::Topic}}, {body}}}"} for body in (old, new)]
    cost = _of(a_set(listed), texts[0], texts[1], prices=PRICES, pseudo={"AWS::Region": "eu-west-1"}).cost
    return ([item.count for item in cost.items], [str(at.path) for at in cost.not_known]) if cost else ([], [])


@pytest.mark.parametrize(
    ("action", "replacement", "policy", "more", "unknown"),
    [
        ("Add", None, None, [1], []),
        ("Remove", None, "Delete", [-1], []),
        ("Remove", None, "Retain", [], []),
        ("Modify", "True", "ReplaceAndDelete", [], []),
        ("Modify", "True", "ReplaceAndRetain", [1], []),
        ("Modify", "True", None, [], []),
        ("Modify", "Conditional", "ReplaceAndDelete", [], []),
        ("Modify", "Conditional", "ReplaceAndRetain", [], ["Nat"]),
        ("Modify", "False", None, [], []),
        ("Import", None, None, [], []),
    ],
)
def test_what_a_change_makes_of_the_bill_follows_from_what_becomes_of_the_resource(
    action: str, replacement: str | None, policy: str | None, more: list[int], unknown: list[str]
) -> None:
    recreation = {"True": "Always", "Conditional": "Conditionally", "False": "Never", None: "Never"}[replacement]
    details = [detail("SubnetId", before="a", after="b", recreation=recreation)] if action == "Modify" else []
    policies = {} if policy is None else {"PolicyAction": policy}
    listed = row("Nat", *details, kind="AWS::EC2::NatGateway", action=action, Replacement=replacement, **policies)
    old, new = ("" if action in ("Add", "Import") else _NAT % ""), ("" if action == "Remove" else _NAT % "")
    assert _costs(listed, old, new) == (more, unknown)


@pytest.mark.parametrize("before", ["!Equals [a, b]", "!Equals [!Ref 'AWS::NotificationARNs', x]"])
def test_what_a_change_that_is_not_certain_makes_of_the_bill_is_not_known(before: str) -> None:
    body = _NAT.replace("Properties", "Condition: Is, Properties") % ""
    conditions = (before, "!Equals [!Ref 'AWS::NotificationARNs', y]")
    old, new = ({"": _NESTING.format("App", "app"), "app": f"Conditions: {{Is: {condition}}}\nResources: {{{body}}}"}
                for condition in conditions)  # fmt: skip
    cost = _of(a_set(_APP_ROW, nested=False), old, new, prices=PRICES, pseudo={"AWS::Region": "eu-west-1"}).cost
    assert cost is not None
    assert ([*cost.items], [str(at.path) for at in cost.not_known]) == ([], ["App/Nat"])


def test_the_review_of_an_update_has_what_a_service_would_refuse_to_delete_on_each_side() -> None:
    table = "Resources: {Table: {Type: AWS::DynamoDB::Table, Properties: {DeletionProtectionEnabled: %s}}}"
    old, new = ({"": table % on} for on in ("true", "false"))
    found: list[Any] = []
    review = _of(a_set(), old, new, found=found.append)
    assert review.undeletable_before.protected == {ResourcePath(("Table",))}
    assert review.undeletable_after.protected == frozenset()
    assert [set(documents) for documents in found] == [{()}]
    first = _of(a_set(row("Table", action="Add")), new, old, stack=None)
    assert first.undeletable_after.protected == frozenset(), "there is nothing yet that could be deleted"


@pytest.mark.parametrize(
    ("listed", "before", "after", "changed"),
    [
        (row("Made", kind="AWS::SSM::Parameter", action="Add"), "", "", True),
        (row("Made", action="Add"), "", "", False),
        (row("Other", kind="AWS::SSM::Parameter"), "", "", False),
        (row("Other", kind="AWS::SSM::Parameter", action="Add"), "  Other: {Type: AWS::SNS::Topic}\n", "", False),
        (row("New", kind="AWS::SSM::Parameter", action="Add"), "", "  New: {Type: AWS::SNS::Topic}\n", False),
    ],
)
def test_a_writer_that_is_listed_and_that_no_template_has_may_store_what_is_read(
    listed: dict[str, Any], before: str, after: str, changed: bool
) -> None:
    reads = "Resources:\n  Reader: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:ssm:/image}}'}}\n"
    other = "  Other: {Type: AWS::SSM::Parameter, Properties: {Name: /other, Value: a}}\n"
    old, new = ({"": reads + (more or other)} for more in (before, after))
    review = _of(a_set(listed), old, new)
    assert ("Reader" in {change.path.name for change in review.resources}) is changed


def test_a_nested_stack_that_is_gone_before_it_is_asked_for_is_not_among_those_that_exist() -> None:
    texts = {"": _NESTING.format("App", "app"), "app": "Parameters: {Fed: {Type: String}}\nResources: {}"}
    tree = a_set(nested_row("App"), below={"App": a_set(parameters={"Fed": placeholder("Other", "Id")})})
    client = FakeClient("cloudformation", get_template={"TemplateBody": texts["app"]}, describe_stacks=_UNKNOWN)
    assert _of(tree, texts, texts, client).resources == ()
