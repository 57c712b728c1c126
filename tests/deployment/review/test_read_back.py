"""What a tree stores by resources of its own and reads back by name: who reads it is followed, in each nested stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cloudformation.unknown import Source
from deployment.template.stored_by_tree import STORED
from tests.deployment.review.judged import a_set, comparison, empty_set, lines, path, sides
from tests.deployment.shapes import STACK_TYPE, detail, nested_row, placeholder, row

_ROOT = """
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app, Parameters: {Id: !GetAtt Network.Outputs.Id}}
"""
_NETWORK = "Resources: {Vpc: {Type: AWS::EC2::VPC}}\nOutputs: {Id: {Value: !GetAtt Vpc.Size}}"
_PAR = "  Par: {Type: AWS::SSM::Parameter, Properties: {Name: /image, Value: one}}\n"
_SEC = "  Sec: {Type: AWS::SecretsManager::Secret, Properties: {Name: sec, SecretString: one}}\n"
_APP = (
    """
Parameters: {Id: {Type: String}, Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}}
Conditions: {Is: !Equals [!Ref Id, x], Read: !Equals [!Ref Image, x]}
Resources:
  Reader: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:ssm:/image}}', TopicName: a}}
  Db: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: '{{resolve:secretsmanager:sec}}', Port: 1}}
  Fed: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Id}}
  Chosen: {Type: AWS::SNS::Topic, Properties: {DisplayName: !If [Is, a, b], TopicName: !If [Read, a, b]}}
  Given: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Image}}
  Behind: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt Reader.Size, TopicName: !Ref Reader}}
"""
    + _PAR
    + _SEC
)
_TREE = {"": _ROOT, "Network": _NETWORK, "App": _APP}
_FED = {"Id": placeholder("Network", "Id")}
_AGAIN = frozenset({(path("App"), "Image")})


def _listed(name: str, kind: str, *properties: str, action: str = "Modify") -> dict[str, Any]:
    return row(name, *(detail(told, before="a", after="b") for told in properties), kind=kind, action=action)


_VALUE, _TIER = (_listed("Par", "AWS::SSM::Parameter", name) for name in ("Value", "Tier"))
_SECRET, _TAGS = (_listed("Sec", "AWS::SecretsManager::Secret", name) for name in ("SecretString", "Tags"))
_PORT = _listed("Db", "AWS::RDS::DBInstance", "Port")
_TOPIC_NAME = _listed("Reader", "AWS::SNS::Topic", "TopicName")
_CIDR = _listed("Vpc", "AWS::EC2::VPC", "CidrBlock")


def _seen(
    *rows: dict[str, Any],
    network: tuple[dict[str, Any], ...] = (),
    after: Mapping[str, str] | None = None,
    before: Mapping[str, str | None] | None = None,
    listed: bool = True,
    told: bool = True,
    **more: Any,
) -> list[str]:
    """The changes of the app, whose change set has these rows; of a network that is not `told`, there is none."""
    both = sides({**_TREE, **(after or {})}, before, **more)
    app = a_set(*rows, parameters=_FED, listed=listed) if rows or not listed else empty_set(parameters=_FED)
    below = {"App": app, **({"Network": a_set(*network) if network else empty_set()} if told else {})}
    tree = a_set(nested_row("Network") if told else row("Network", kind=STACK_TYPE), nested_row("App"), below=below)
    return [line.removeprefix("App/") for line in lines(comparison(tree, both).tree())]


_BEHIND, _READER = "Behind changed in place: DisplayName?", "Reader changed in place: DisplayName?"
_CHOSEN, _GIVEN = "Chosen may be replaced: TopicName?", "Given changed in place: DisplayName?"
_OVER_FED = ["Chosen changed in place: DisplayName?", "Fed changed in place: DisplayName?"]
_PAR_VALUE, _PAR_TIER = "Par changed in place: Value", "Par changed in place: Tier"
_SEC_STRING, _DB_PORT = "Sec changed in place: SecretString", "Db changed in place: Port"
_DB_BOTH = "Db changed in place: Port, MasterUserPassword?"


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ((), []),
        ((_VALUE,), [_PAR_VALUE, _BEHIND, _READER]),
        ((_TIER,), [_PAR_TIER]),
        (
            (_VALUE, _TOPIC_NAME),
            [_PAR_VALUE, "Reader changed in place: TopicName, DisplayName?", _BEHIND],
        ),
        ((_SECRET,), [_SEC_STRING]),
        ((_PORT,), [_DB_PORT]),
        ((_SECRET, _PORT), [_SEC_STRING, _DB_BOTH]),
        ((_TAGS, _PORT), ["Sec changed in place: Tags", _DB_PORT]),
    ],
)
def test_who_reads_what_changes_is_changed_too_and_a_secret_is_read_by_who_is_updated_alone(
    rows: tuple[dict[str, Any], ...], seen: list[str]
) -> None:
    assert _seen(*rows) == seen


def test_a_writer_that_comes_stores_another_value() -> None:
    added = _listed("Par", "AWS::SSM::Parameter", action="Add")
    assert _seen(added, before={"App": _APP.replace(_PAR, "")}) == ["Par added", _BEHIND, _READER]
    secret = _listed("Sec", "AWS::SecretsManager::Secret", action="Add")
    assert _seen(secret, _PORT, before={"App": _APP.replace(_SEC, "")}) == ["Sec added", _DB_BOTH]


def test_what_does_not_exist_reads_nothing() -> None:
    off = "  Off: {Type: AWS::SNS::Topic, Condition: Never, Properties: {DisplayName: '{{resolve:ssm:/image}}'}}\n"
    app = _APP.replace("Conditions: {", "Conditions: {Never: !Equals [a, b], ") + off
    assert _seen(_VALUE, after={"App": app}) == [_PAR_VALUE, _BEHIND, _READER]


def test_the_properties_that_read_it_are_shown_by_name() -> None:
    names = ["Zeta", "Alpha", "Mid", "Beta", "Other", "Kappa"]
    reads = ", ".join(f"{name}: '{{{{resolve:ssm:/image}}}}'" for name in names)
    app = f"{_APP}  Many: {{Type: AWS::SNS::Topic, Properties: {{{reads}}}}}\n"
    [many] = [line for line in _seen(_VALUE, after={"App": app}) if line.startswith("Many")]
    assert many == f"Many may be replaced: {', '.join(f'{name}?' for name in sorted(names))}"


def test_a_writer_that_no_template_has_may_store_anything() -> None:
    assert _seen(unseen=frozenset({Source(path("App"), "Made", STORED)})) == [_BEHIND, _READER]


def test_a_parameter_that_is_read_again_moves_what_reads_it() -> None:
    assert _seen(_VALUE, reread=_AGAIN) == [_PAR_VALUE, _BEHIND, _CHOSEN, _GIVEN, _READER]
    assert _seen(_TIER, reread=_AGAIN) == [_PAR_TIER]


def test_where_a_macro_makes_a_nested_stack_only_what_is_stored_anew_is_followed() -> None:
    made = {"App": f"Transform: Own\n{_APP}"}
    assert _seen(_VALUE, after=made) == [_PAR_VALUE, _READER]
    over = {**made, "Network": _NETWORK.replace("!GetAtt Vpc.Size", "x")}
    was = {"Network": _NETWORK.replace("!GetAtt Vpc.Size", "y")}
    assert _seen(_TIER, after=over, before=was) == [_PAR_TIER]
    assert _seen(network=(_CIDR,), after=made) == ["Network/Vpc changed in place: CidrBlock"]
    assert _seen(told=False, before={"Network": _OTHER_NETWORK}, after=made) == ["Network/Vpc may be replaced: Tenancy"]


_OTHER_NETWORK = _NETWORK.replace("VPC}", "VPC, Properties: {Tenancy: b}}")


def test_what_a_nested_stack_is_fed_moves_what_reads_it() -> None:
    assert _seen(network=(_CIDR,)) == ["Network/Vpc changed in place: CidrBlock", *_OVER_FED]
    assert _seen(told=False) == []
    assert _seen(told=False, before={"Network": _OTHER_NETWORK}) == ["Network/Vpc may be replaced: Tenancy", *_OVER_FED]
    fixed = _NETWORK.replace("!GetAtt Vpc.Size", "%s")
    for old, chosen in (("y", ["Chosen changed in place: DisplayName"]), ("x", [])):
        seen = _seen(_TIER, after={"Network": fixed % "x"}, before={"Network": fixed % old})
        assert seen == [_PAR_TIER, *chosen], f"the condition was over {old}"


@pytest.mark.parametrize(
    ("old", "new", "more"),
    [
        ("", "", []),
        ("Value: one", "Value: zero", [_PAR_VALUE]),
        ("Value: one", "Value: one, Tier: x", [_PAR_TIER]),
        ("SecretString: one", "SecretString: zero", [_SEC_STRING]),
        ("Port: 1", "Port: 2", [_DB_PORT]),
    ],
)
def test_without_a_report_what_systems_manager_stores_may_be_another_value(old: str, new: str, more: list[str]) -> None:
    seen = _seen(listed=False, before={"App": _APP.replace(old, new) if old else _APP})
    assert seen == sorted([_BEHIND, _CHOSEN, _GIVEN, _READER, *more])


def test_without_a_report_a_secret_that_changes_is_read_by_who_is_updated() -> None:
    older = _APP.replace("SecretString: one", "SecretString: zero").replace("Port: 1", "Port: 2")
    assert {_SEC_STRING, _DB_BOTH} <= set(_seen(listed=False, before={"App": older}))


def test_two_that_store_what_the_other_one_stores_may_both_change() -> None:
    other = "  Other: {Type: AWS::SSM::Parameter, Properties: {Name: /other, Value: '{{resolve:ssm:/image}}'}}\n"
    ring = {"App": _APP.replace("Value: one", "Value: '{{resolve:ssm:/other}}'") + other}
    both = ["Other changed in place: Value?", "Par changed in place: Value?"]
    assert _seen(after=ring) == [_BEHIND, *both, _READER]
    assert _seen(after=ring, listed=False) == [_BEHIND, _CHOSEN, _GIVEN, *both, _READER]


def test_what_an_output_reads_elsewhere_is_listed_by_cloudformation_where_it_reports_the_nested_stack() -> None:
    own = """
  Own:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !GetAtt Network.Outputs.Id, TopicName: !Ref Stage, Topic: !Ref Net}
  Net: {Type: AWS::SNS::Topic}
"""
    texts = {"": _ROOT + own, "Network": _NETWORK.replace("!GetAtt Vpc.Size", "'{{resolve:ssm:/elsewhere}}'")}
    assert _seen(after=texts) == []
    assert _seen(after=texts, told=False) == ["Own changed in place: DisplayName?"]
