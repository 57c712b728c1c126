"""What changes below the root, by templates and parameters; what they do not decide is shown as unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import Any

import pytest

from cloudformation.statuses import RequiresRecreation
from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.guards.guards import with_guards
from deployment.review.comparison import Proposal, reviewed
from deployment.review.review import Kind, Local, Review
from deployment.template.resource_path import ResourcePath
from deployment.template.template import read_template
from tests.deployment.facts import stack
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.shapes import STACK_TYPE, START, change_set, detail, row, set_arn, stack_arn

_WAITING = Waiting(FakeTime().clock, POLLING)
_ROOT = """
Parameters:
  Stage: {Type: String}
  Password: {Type: String, NoEcho: true, Default: x}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Own: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt Network.Outputs.VpcId}}
  Aside: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Stage}}
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: app
      Parameters: {Vpc: !GetAtt Network.Outputs.VpcId, Arn: !GetAtt Network.Outputs.Version, Stage: !Ref Stage}
"""
_NETWORK = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: a, Value: b}]}, Metadata: {Note: one}}
Outputs: {VpcId: {Value: !Ref Vpc}, Version: {Value: !GetAtt Vpc.LatestVersion}}
"""
_APP = """
Parameters: {Vpc: {Type: String}, Arn: {Type: String}, Stage: {Type: String}}
Conditions: {Prod: !Equals [!Ref Stage, prod], Fed: !Equals [!Ref Arn, '']}
Mappings: {Sizes: {dev: {cpu: 1}, prod: {cpu: 2}}}
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: app}}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Stage}}
  Queue: {Type: AWS::SQS::Queue, Condition: Prod, DeletionPolicy: Retain}
  Table: {Type: AWS::DynamoDB::Table, Condition: Fed, Properties: {TableName: t}}
  Service: {Type: AWS::ECS::Service, Properties: {Cpu: !FindInMap [Sizes, !Ref Stage, cpu], Topic: !Ref Topic}}
"""


def _compared(
    *rows: dict[str, Any],
    root: tuple[str | None, str] = (_ROOT, _ROOT),
    layers: Mapping[str, tuple[str | None, str | None]] | None = None,
    stage: tuple[str, str] = ("dev", "dev"),
    password: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Review:
    """A comparison in which each changed layer's TemplateURL gets an exclamation mark; `layers` are by URL."""
    sides = {"network": (_NETWORK, _NETWORK), "app": (_APP, _APP), **(layers or {})}
    old, new = root
    for url, (before, after) in sides.items():
        if before != after:
            new = new.replace(f"TemplateURL: {url}", f"TemplateURL: {url}!")
    templates = {stack_arn("Old"): None} | {stack_arn(name): text for name, (text, _) in _by_stack(sides).items()}
    answers: dict[str, Any] = {
        "describe_change_set": lambda **_: change_set("root", *(rows or _listed("Network", "App"))),
        "get_template": lambda StackName, **_: {"TemplateBody": text} if (text := templates[StackName]) else {},  # noqa: N803
        "list_stack_resources": lambda StackName: {"StackResourceSummaries": _LISTED.get(StackName, [])},  # noqa: N803
    }
    client = FakeClient("cloudformation", **answers)
    plain = await_change_set(client, set_arn("root"), _WAITING)
    sent = {url + ("!" if before != text else ""): text for url, (before, text) in sides.items()}
    given = {"Stage": stage[1]} | ({} if password is None else {"Password": password})
    proposal = _proposal(plain, (old, new), ({"Stage": stage[0]}, given), sent)
    proposal = replace(proposal, tags=tags or {})
    return reviewed(client, _WAITING, proposal)


def _proposal(
    plain: ChangeSet,
    root: tuple[str | None, str],
    parameters: tuple[dict[str, str], dict[str, str]],
    sent: Mapping[str, str | None],
) -> Proposal:
    """A change set without nested ones; `sent` has the templates by their URLs."""
    before = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters[0].items()]
    return Proposal(
        tree=plain,
        stack=None if root[0] is None else stack(Parameters=before),
        old=root[0],
        new=root[1],
        parameters=parameters[1],
        tags={},
        pseudo={},
        read=lambda _, url: sent.get(url),
        unevaluated=("why",),
    )


def _by_stack(sides: dict[str, Any]) -> dict[str, Any]:
    return {{"network": "Network", "app": "App"}.get(url, url): texts for url, texts in sides.items()}


_LISTED = {
    stack_arn("App"): [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": stack_arn(url),
            "ResourceType": STACK_TYPE,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": START,
        }
        for name, url in (("Data", "data"), ("Spare", "spare"))
    ]
}


def _listed(*names: str, action: str = "Modify") -> list[dict[str, Any]]:
    physical = {} if action == "Add" else {"PhysicalResourceId": stack_arn(names[0])}
    return [
        row(name, kind=STACK_TYPE, action=action, **({"PhysicalResourceId": stack_arn(name)} if physical else {}))
        for name in names
    ]


def _kinds(found: Review) -> dict[str, Kind]:
    return {"/".join(each.path): each.kind for each in found.resources}


def _app(*pairs: tuple[str, str], **more: Any) -> Review:
    text = _APP
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return _compared(layers={"app": (_APP, text)}, **more)


def test_what_is_the_same_on_both_sides_does_not_change() -> None:
    found = _compared()
    assert found.resources == ()
    assert not found.root.touched
    assert found.local == Local(("why",))


@pytest.mark.parametrize("kind", ["AWS::EC2::VPC", "AWS::New::Thing"])
def test_a_new_text_of_a_property_may_replace_unless_its_type_is_known_to_update_it_in_place(kind: str) -> None:
    old = _NETWORK.replace("AWS::EC2::VPC", kind)
    found = _compared(layers={"network": (old, old.replace("Value: b}", "Value: c}"))})
    [vpc] = [each for each in found.resources if each.path == ("Network", "Vpc")]
    known = kind == "AWS::EC2::VPC"
    assert vpc.kind is (Kind.CHANGED if known else Kind.MAY_BE_REPLACED)
    assert vpc.properties[0].recreation is (RequiresRecreation.NEVER if known else RequiresRecreation.CONDITIONALLY)


def test_a_new_text_of_a_property_that_may_replace_is_shown_to_its_innermost_value() -> None:
    old = _NETWORK.replace("AWS::EC2::VPC", "AWS::New::Network")
    found = _compared(layers={"network": (old, old.replace("Value: b}", "Value: c}"))})
    vpc = next(each for each in found.resources if each.path == ("Network", "Vpc"))
    assert (vpc.path, vpc.kind, vpc.policy, vpc.local) == (
        ("Network", "Vpc"),
        Kind.MAY_BE_REPLACED,
        "ReplaceAndDelete",
        True,
    )
    [change] = vpc.properties
    assert (change.name, change.before, change.after) == ("Tags/0/Value", "b", "c")
    assert (change.known, change.certain, change.recreation) == (True, True, RequiresRecreation.CONDITIONALLY)
    assert found.rewritten == ((), ("Network",))


def test_whatever_reads_what_may_be_replaced_may_be_too_in_every_layer_and_in_the_root() -> None:
    found = _compared(layers={"network": (_NETWORK, _NETWORK.replace("10.0.0.0", "10.9.0.0"))})
    doubted = {"Own", "Network/Vpc", "App/Group"}
    assert {path for path, kind in _kinds(found).items() if kind is Kind.MAY_BE_REPLACED} == doubted
    group = next(each for each in found.resources if each.path == ("App", "Group"))
    [change] = group.properties
    assert (change.name, change.before, change.after, change.cause) == (
        "VpcId",
        "${Network.VpcId}",
        None,
        "Network.VpcId",
    )
    assert (change.known, change.certain) == (False, False)


def test_a_resource_of_the_root_is_followed_where_a_layer_without_a_change_set_outputs_another_text() -> None:
    root = _ROOT.replace("TopicName: !GetAtt Network.Outputs.VpcId", "TopicName: !GetAtt Network.Outputs.Fixed")
    old, new = (_NETWORK.replace("Outputs: {", f"Outputs: {{Fixed: {{Value: {text}}}, ") for text in ("one", "two"))
    found = _compared(root=(root, root), layers={"network": (old, new)})
    assert _kinds(found) == {"Own": Kind.MAY_BE_REPLACED}
    assert [(change.before, change.after) for change in found.resources[0].properties] == [("one", "two")]


@pytest.mark.parametrize(("changed", "moves"), [("Port", True), ("DeletionProtection", False)])
def test_the_port_of_a_database_moves_what_reads_it_with_its_own_property_alone(changed: str, moves: bool) -> None:
    database = "  Db: {Type: AWS::RDS::DBInstance, Properties: {Port: 1, DeletionProtection: 1}}\n"
    text = (
        f"{_APP}{database}  Reader: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !GetAtt Db.Endpoint.Port}}}}\n"
    )
    found = _compared(layers={"app": (text, text.replace(f"{changed}: 1", f"{changed}: 2"))})
    assert _kinds(found)["App/Db"] is Kind.CHANGED
    assert ("App/Reader" in _kinds(found)) is moves


def test_what_is_beside_the_properties_replaces_nothing_and_moves_only_what_does_not_identify() -> None:
    found = _compared(layers={"network": (_NETWORK, _NETWORK.replace("Note: one", "Note: two"))})
    assert _kinds(found)["Network/Vpc"] is Kind.CHANGED
    assert "App/Group" not in _kinds(found), "Ref stays what it is"
    assert _kinds(found)["App/Table"] is Kind.REMOVED, "another attribute may change, and a condition turns on it"


def test_a_parameter_that_moves_changes_what_reads_it_with_its_value_before_and_after() -> None:
    found = _compared(stage=("dev", "prod"))
    assert _kinds(found) == {
        "App/Queue": Kind.ADDED,
        "App/Service": Kind.MAY_BE_REPLACED,
        "App/Topic": Kind.MAY_BE_REPLACED,
    }
    topic = next(each for each in found.resources if each.path == ("App", "Topic"))
    [change] = topic.properties
    assert (change.before, change.after, change.cause) == ("dev", "prod", "Stage")
    service = next(each for each in found.resources if each.path == ("App", "Service"))
    assert {each.name: (each.before, each.after) for each in service.properties} == {
        "Cpu": ("1", "2"),
        "Topic": ("${Topic}", None),
    }


def test_a_condition_that_turns_adds_and_removes_with_the_policy_of_what_goes() -> None:
    found = _compared(stage=("prod", "dev"))
    queue = next(each for each in found.resources if each.path == ("App", "Queue"))
    assert (queue.kind, queue.policy, queue.certain) == (Kind.REMOVED, "Retain", True)


def test_a_condition_that_cannot_be_told_may_take_its_resource_away_which_is_guarded() -> None:
    found = _app(("[!Ref Arn, '']", "[!Ref Arn, 'x']"))
    table = next(each for each in found.resources if each.path == ("App", "Table"))
    assert (table.kind, table.certain) == (Kind.REMOVED, False)
    assert [(each.name, each.cause) for each in table.properties] == [("Condition", "Fed")]
    guarded = {each.path: each.guard for each in with_guards(found, (), {}).resources}
    assert guarded[ResourcePath(("App", "Table"))] == "holds data: it may be deleted, with its data"


def test_a_condition_over_what_systems_manager_stores_may_take_its_resource_away() -> None:
    image = "Stage: {Type: String}, Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}}"
    text = _APP.replace("Stage: {Type: String}}", image).replace(
        "Conditions: {", "Conditions: {Read: !Equals [!Ref Image, x], "
    )
    text += "  Extra: {Type: AWS::SNS::Topic, Condition: Read}\n"
    found = _compared(layers={"app": (text, f"{text}# another URL")})
    assert _kinds(found) == {"App/Extra": Kind.REMOVED}
    assert [change.certain for change in found.resources] == [False]


def test_a_layer_that_cloudformation_makes_is_new_whatever_stood_by_the_template_before() -> None:
    found = _compared(*_listed("Network"), *_listed("App", action="Add"))
    assert set(_kinds(found)) == {"App/Group", "App/Topic", "App/Service", "App/Table"}
    assert set(_kinds(found).values()) == {Kind.ADDED}


def test_a_new_resource_under_a_condition_that_cannot_be_told_is_perhaps_added() -> None:
    found = _app(("Resources:\n", "Resources:\n  New: {Type: AWS::SNS::Topic, Condition: Fed}\n"))
    [new] = found.resources
    assert (new.kind, new.certain) == (Kind.ADDED, False)


def test_a_map_that_changes_changes_what_reads_it_there() -> None:
    assert set(_kinds(_app(("dev: {cpu: 1}", "dev: {cpu: 4}")))) == {"App/Service"}
    assert _kinds(_app(("prod: {cpu: 2}", "prod: {cpu: 4}"))) == {}


def test_another_type_under_one_name_replaces_what_stood_there() -> None:
    found = _app(("Queue: {Type: AWS::SQS::Queue, Condition: Prod", "Topic2: {Type: AWS::SNS::Topic, Condition: Prod"),
                 ("Topic: {Type: AWS::SNS::Topic", "Topic: {Type: AWS::SQS::Queue"))  # fmt: skip
    topic = next(each for each in found.resources if each.path == ("App", "Topic"))
    assert (topic.type, topic.kind) == ("AWS::SNS::Topic", Kind.MAY_BE_REPLACED)
    assert topic.properties[-1].recreation is RequiresRecreation.ALWAYS


@pytest.mark.parametrize(
    ("old", "new", "policy"),
    [
        ("Retain", "Retain", "ReplaceAndRetain"),
        ("Retain", "Delete", "ReplaceAndDelete"),
        (None, "Retain", "ReplaceAndDelete"),
    ],
)
def test_what_only_one_side_keeps_is_not_told_to_be_kept(old: str | None, new: str, policy: str) -> None:
    def network(said: str | None, cidr: str) -> str:
        text = _NETWORK.replace("10.0.0.0", cidr)
        return (
            text.replace("Type: AWS::EC2::VPC", f"Type: AWS::EC2::VPC, UpdateReplacePolicy: {said}") if said else text
        )

    found = _compared(layers={"network": (network(old, "10.0.0.0"), network(new, "10.9.0.0"))})
    assert next(each for each in found.resources if each.path == ("Network", "Vpc")).policy == policy


def test_cloudformation_is_believed_about_the_root_and_asked_nothing_twice() -> None:
    own = row("Aside", detail("TopicName", before="dev", after="prod", recreation="Always"), Replacement="True")
    found = _compared(own, *_listed("Network", "App"), stage=("dev", "prod"))
    aside = next(each for each in found.resources if each.path == ("Aside",))
    assert (aside.kind, aside.local) == (Kind.REPLACED, False)
    assert sum(each.path == ("Aside",) for each in found.resources) == 1


@pytest.mark.parametrize("policy", [None, "ReplaceAndRetain"])
def test_a_row_that_replaces_nothing_may_replace_by_what_cloudformation_could_not_tell(policy: str | None) -> None:
    """What CloudFormation says of the policy counts; where it has no reason to name one, the templates say it."""
    said = {} if policy is None else {"PolicyAction": policy}
    own = row("Own", detail("DisplayName", before="a", after="b"), **said)
    network = (_NETWORK, _NETWORK.replace("10.0.0.0", "10.9.0.0"))
    found = _compared(own, *_listed("Network", "App"), layers={"network": network})
    [change] = [change for change in found.resources if change.path == ("Own",)]
    assert (change.kind, change.policy) == (Kind.MAY_BE_REPLACED, policy or "ReplaceAndDelete")
    assert [told.name for told in change.properties] == ["DisplayName", "TopicName"]


def test_a_row_that_replaces_stays_one_whatever_else_may_change_in_it() -> None:
    own = row("Own", detail("FifoTopic", before="a", after="b", recreation="Always"), Replacement="True")
    network = (_NETWORK, _NETWORK.replace("Note: one", "Note: two"))
    reading = _ROOT.replace("TopicName: !GetAtt Network.Outputs.VpcId", "DisplayName: !GetAtt Network.Outputs.Version")
    found = _compared(own, *_listed("Network", "App"), root=(reading, reading), layers={"network": network})
    [change] = [change for change in found.resources if change.path == ("Own",)]
    assert change.kind is Kind.REPLACED
    assert [told.name for told in change.properties] == ["FifoTopic", "DisplayName"]


def test_everything_below_a_new_layer_is_new() -> None:
    layers = {"app": (None, _with("Data")), "data": (_DATA, _DATA)}
    rows = [*_listed("Network"), *_listed("App", action="Add")]
    found = _compared(*rows, root=(_ROOT[: _ROOT.index("  App:")], _ROOT), layers=layers)
    assert _kinds(found)["App/Data/Db"] is Kind.ADDED
    assert set(_kinds(found).values()) == {Kind.ADDED}


def test_the_layers_whose_templates_differ_are_told_in_order_and_a_new_one_is_none_of_them() -> None:
    found = _compared(
        layers={"network": (_NETWORK, f"{_NETWORK}\nDescription: n"), "app": (_APP, f"{_APP}\nDescription: a")}
    )
    assert found.rewritten == ((), ("App",), ("Network",))
    rows = [*_listed("Network"), *_listed("App", action="Add")]
    assert _compared(*rows, root=(_ROOT[: _ROOT.index("  App:")], _ROOT)).rewritten == ((),)


def test_everything_in_a_new_layer_is_added_whatever_its_sibling_does() -> None:
    rows = [*_listed("Network"), *_listed("App", action="Add"), *_listed("Old", action="Remove")]
    found = _compared(*rows, root=(_ROOT.replace("App", "Old"), _ROOT))
    added = {path for path, kind in _kinds(found).items() if kind is Kind.ADDED}
    assert added == {"App/Group", "App/Service", "App/Table", "App/Topic"}
    assert [(layer.path, layer.kind) for layer in found.root.layers] == [(("Network",), None), (("App",), Kind.ADDED)]


def test_a_layer_that_goes_is_told_once_as_cloudformation_tells_it() -> None:
    gone = row("App", kind=STACK_TYPE, action="Remove", PhysicalResourceId=stack_arn("App"), PolicyAction="Delete")
    conditional = _ROOT.replace(
        "App:\n    Type: AWS::CloudFormation::Stack", "App:\n    Condition: Prod\n    Type: AWS::CloudFormation::Stack"
    )
    for new in (_ROOT[: _ROOT.index("  App:")], conditional):
        found = _compared(*_listed("Network"), gone, root=(_ROOT, new))
        assert _kinds(found) == {"App": Kind.REMOVED}
        assert not any(each.local for each in found.resources)


@pytest.mark.parametrize("side", [(None, _APP), (_APP, None)])
def test_a_layer_that_cannot_be_read_is_guarded_as_a_whole(side: tuple[str | None, str | None]) -> None:
    found = _compared(layers={"app": side})
    assert _kinds(found) == {"App": Kind.MAY_BE_REPLACED}
    [app] = with_guards(found, (), {}).resources
    assert (
        app.guard
        == "is a whole nested stack whose templates could not be compared: anything in it may be replaced or deleted"
    )
    assert [layer.path for layer in found.root.layers] == [("Network",)]


def test_what_a_macro_makes_of_a_layer_is_not_known_unless_it_is_given_what_it_was_given() -> None:
    macro = f"Transform: AWS::Serverless-2016-10-31\n{_APP}"
    layers = {"app": (macro, macro)}
    assert _kinds(_compared(layers=layers)) == {}
    assert _kinds(_compared(layers=layers, stage=("dev", "prod"))) == {"App": Kind.MAY_BE_REPLACED}
    assert _kinds(_compared(layers={"app": (_APP, macro)})) == {"App": Kind.MAY_BE_REPLACED}
    assert _kinds(_compared(layers={"app": (macro, _APP)})) == {"App": Kind.MAY_BE_REPLACED}


def test_a_layer_that_a_macro_makes_stays_where_it_is_given_the_same_and_nothing_moves_beneath() -> None:
    macro = f"Transform: AWS::Serverless-2016-10-31\n{_APP}"
    whole = {"App": Kind.MAY_BE_REPLACED}
    same = {"app": (macro, macro)}
    tagged = [
        _ROOT.replace("TemplateURL: app", f"TemplateURL: app\n      Tags: [{{Key: a, Value: {value}}}]")
        for value in "bc"
    ]
    read = {"app": (f"{macro}# {{{{resolve:ssm:/x}}}}\n",) * 2}
    moving = {"app": (macro.replace("GroupDescription: app", "GroupDescription: '{{resolve:ssm:/x}}'"),) * 2}
    versioned = {"app": (macro.replace("GroupDescription: app", "GroupDescription: '{{resolve:ssm:/x:1}}'"),) * 2}
    fed = (_NETWORK, _NETWORK.replace("10.0.0.0", "10.9.0.0"))
    other = f"Transform: Mine\n{_APP}"
    assert _kinds(_compared(layers=same)) == {}
    assert whole.items() <= _kinds(_compared(layers=same, tags={"team": "a"})).items()
    assert _kinds(_compared(layers=same, root=(tagged[0], tagged[1]))) == whole
    assert _kinds(_compared(layers=same, root=(tagged[0], tagged[0]))) == {}
    assert _kinds(_compared(layers=read)) == {}, "a comment is no reference"
    assert _kinds(_compared(layers=moving)) == whole
    assert _kinds(_compared(layers=versioned)) == {}
    assert whole.items() <= _kinds(_compared(layers={**same, "network": fed})).items()
    assert _kinds(_compared(layers={"app": (other, other)})) == whole
    assert _kinds(_compared(layers={"app": (None, macro)})) == whole


@pytest.mark.parametrize("stages", [("dev", "dev"), ("dev", "prod"), ("prod", "dev"), ("prod", "prod")])
@pytest.mark.parametrize("text", ["", "# new\n"])
def test_a_resource_is_there_before_and_after_as_its_condition_says(stages: tuple[str, str], text: str) -> None:
    kinds = {("dev", "prod"): Kind.ADDED, ("prod", "dev"): Kind.REMOVED}
    found = _compared(layers={"app": (_APP, f"{_APP}{text}")}, stage=stages)
    assert _kinds(found).get("App/Queue") is kinds.get(stages)
    queues = [change for change in found.resources if change.path == ("App", "Queue")]
    assert all(change.certain and change.local and change.type == "AWS::SQS::Queue" for change in queues)
    retyped = _APP.replace("Queue: {Type: AWS::SQS::Queue", "Queue: {Type: AWS::SNS::Topic")
    found = _compared(layers={"app": (_APP, retyped)}, stage=stages)
    kinds = {**kinds, ("prod", "prod"): Kind.MAY_BE_REPLACED}
    assert _kinds(found).get("App/Queue") is kinds.get(stages)
    named = {change.type for change in found.resources if change.path == ("App", "Queue")}
    assert named <= {"AWS::SNS::Topic" if stages == ("dev", "prod") else "AWS::SQS::Queue"}


@pytest.mark.parametrize(
    ("before", "after", "kind", "certain"),
    [
        ("!Ref Arn", "b", Kind.REMOVED, False),
        ("a", "b", Kind.REMOVED, True),
        ("b", "a", Kind.ADDED, True),
        ("b", "!Ref Arn", Kind.ADDED, False),
        ("a", "!Ref Arn", Kind.REMOVED, False),
        ("!Ref Arn", "a", Kind.REMOVED, False),
        ("!Ref Arn", "!Ref Vpc", Kind.REMOVED, False),
        ("!Ref Vpc", "!Ref Vpc", None, False),
        ("b", "b", None, False),
    ],
)
def test_a_condition_that_turns_is_certain_where_both_answers_are_known(
    before: str, after: str, kind: Kind | None, *, certain: bool
) -> None:
    old, new = (_APP.replace("Fed: !Equals [!Ref Arn, '']", f"Fed: !Equals [{side}, a]") for side in (before, after))
    found = _compared(layers={"app": (old, f"{new}# new\n")})
    tables = [change for change in found.resources if change.path == ("App", "Table")]
    assert [(table.kind, table.certain) for table in tables] == ([(kind, certain)] if kind else [])
    named = [change.name for table in tables for change in table.properties]
    assert named == (["Condition"] if kind is Kind.REMOVED and after != "b" else [])


def test_what_reads_an_output_of_a_layer_that_a_macro_makes_is_doubted_with_it() -> None:
    macro = f"Transform: AWS::Serverless-2016-10-31\n{_NETWORK}"
    assert _kinds(_compared(layers={"network": (macro, macro)})) == {}
    found = _kinds(_compared(layers={"network": (macro, f"{macro}Description: new\n")}))
    assert {"Network", "App/Group", "App/Table", "Own"} <= set(found)


def test_what_a_macro_of_the_root_gives_its_layers_is_not_known_either() -> None:
    everywhere = {"Network": Kind.MAY_BE_REPLACED, "App": Kind.MAY_BE_REPLACED}
    for transform, kinds in (("[Mine]", everywhere), ("AWS::LanguageExtensions", {})):
        root = f"Transform: {transform}\n{_ROOT}"
        assert _kinds(_compared(root=(root, root))) == kinds
        assert _kinds(_compared(root=(root, f"{root}Description: new\n"))) == kinds


def test_a_layer_that_only_cloudformation_names_is_not_left_out() -> None:
    found = _compared(*_listed("Network", "App", "Looped"))
    assert _kinds(found) == {"Looped": Kind.MAY_BE_REPLACED}


def test_what_reads_a_resource_of_the_root_that_a_layer_feeds_is_followed_there_too() -> None:
    behind = "  Behind: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Own}}\n"
    root = _ROOT.replace("  Aside:", f"{behind}  Aside:")
    found = _compared(root=(root, root), layers={"network": (_NETWORK, _NETWORK.replace("10.0.0.0", "10.9.0.0"))})
    assert {"Own", "Behind"} <= set(_kinds(found))
    assert "Aside" not in _kinds(found)


_DATA = "Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {Port: 1}}}"


def _with(*names: str) -> str:
    nested = "".join(
        f"  {name}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {name.lower()}}}}}\n"
        for name in names
    )
    return f"{_APP}{nested}"


def test_levels_below_a_layer_are_followed_as_well() -> None:
    layers = {
        "app": (_with("Data", "Spare"), _with("Data", "Fresh").replace("TemplateURL: data", "TemplateURL: data!")),
        "data": (_DATA, _DATA.replace("Port: 1", "Port: 2")),
        "spare": (_DATA, _DATA),
        "fresh": (_DATA, _DATA),
    }
    found = _compared(layers=layers)
    assert _kinds(found) == {
        "App/Spare": Kind.REMOVED,
        "App/Data/Db": Kind.CHANGED,
        "App/Fresh/Db": Kind.ADDED,
    }
    spare = next(each for each in found.resources if each.path == ("App", "Spare"))
    assert (spare.physical_id, spare.policy, spare.certain) == (stack_arn("spare"), "Delete", True)
    assert [layer.kind for layer in found.root.layers[1].layers] == [None, Kind.ADDED]
    assert found.rewritten == ((), ("App",), ("App", "Data"))


@pytest.mark.parametrize(("condition", "kinds"), [("''", {}), ("x", {"App/Extra/Db": Kind.ADDED})])
def test_a_nested_stack_that_was_looked_up_and_does_not_stand_is_new_once_its_condition_may_turn(
    condition: str, kinds: dict[str, Kind]
) -> None:
    extra = "  Extra: {Type: AWS::CloudFormation::Stack, Condition: Other, Properties: {TemplateURL: extra}}\n"
    old = _APP.replace("Fed: !Equals", "Other: !Equals [!Ref Arn, ''], Fed: !Equals") + extra
    new = old.replace("Other: !Equals [!Ref Arn, '']", f"Other: !Equals [!Ref Arn, {condition}]") + "# new\n"
    data = f"  Data: {{Type: {STACK_TYPE}, Properties: {{TemplateURL: data}}}}\n"
    layers = {
        "app": (old + data, new + data.replace("data}", "data!}")),
        "data": (_DATA, f"{_DATA}\n"),
        "extra": (_DATA, _DATA),
    }
    assert _kinds(_compared(layers=layers)) == kinds


def test_a_secret_that_may_be_another_one_is_doubted_and_not_shown() -> None:
    root = _ROOT.replace("Stage: !Ref Stage}", "Stage: !Ref Password}")
    found = _compared(root=(root, root), password="secret")
    topic = next(each for each in found.resources if each.path == ("App", "Topic"))
    assert topic.kind is Kind.MAY_BE_REPLACED
    assert {each.before for each in topic.properties} == {"****"}
    assert _kinds(_compared(root=(root, root))) == {}


def test_the_projects_own_templates_compared_with_themselves_do_not_change() -> None:
    root = read_template(File(__file__).parents[3] / "rendered/root.yaml")
    texts = {each.path.name: each.text for _, each in root.walk()}
    rows = [row(name, kind=STACK_TYPE, PhysicalResourceId=stack_arn(name)) for name in root.nested]
    given = {stack_arn(name): child.text for name, child in root.nested.items()}
    client = FakeClient(
        "cloudformation",
        describe_change_set=change_set("root", *rows),
        get_template=lambda StackName, **_: {"TemplateBody": given[StackName]},  # noqa: N803
    )
    plain = await_change_set(client, set_arn("root"), _WAITING)
    values = dict.fromkeys(root.section("Parameters"), "10.0.0.0/16")
    proposal = _proposal(plain, (root.text, root.text), (values, values), texts)
    found = reviewed(client, _WAITING, proposal)
    assert found.resources == ()
    assert [layer.path[-1] for layer in found.root.layers] == list(root.nested)
