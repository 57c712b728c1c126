"""The schemas of an environment file's own keys, checked against the reader of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudformation.environment.keys.file_keys import KEYS
from templates.schema.key_schemas import key_schemas
from tests.examples import examples
from tests.own_system import DEV, TEXTS
from tests.templates.schema.editor import refused_by_deploy, refused_by_schema

FILE = TEXTS["dev"].replace(DEV.region, "ap-northeast-1").replace(DEV.account, "123456789012")
ALARM = "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:a"
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:ops"
ALLOW = "{Effect: Allow, Action: 'Update:*', Principal: '*', Resource: '*'}"


def with_key(key: str, written: str) -> str:
    """The file of dev with one key otherwise."""
    lines, kept, skipping = FILE.splitlines(keepends=True), list[str](), False
    for line in lines:
        skipping = line.startswith(f"{key}:") or (skipping and line.startswith((" ", "\n", "#")))
        kept += [] if skipping else [line]
    return "".join(kept) + f"\n{key}: {written}\n"


def test_every_key_but_parameters_and_services_has_a_schema_of_its_own() -> None:
    assert key_schemas().keys() == KEYS.keys() - {"parameters", "services"}


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("account", '"12345678901"'),
        ("account", "''"),
        ("account", "1234567890123"),
        ("region", "Tokyo"),
        ("stack", "1st"),
        ("stack", '""'),
        ("stack", "a" * 129),
        ("artifacts_bucket", "A_Bucket"),
        ("termination_protection", "maybe"),
        ("tags", "[a]"),
        ("tags", "{'aws:x': a}"),
        ("tags", "{x: 'Aws:a'}"),
        ("tags", "{x: ''}"),
        ("tags", "{x: 'a;b'}"),
        ("tags", "{" + ", ".join(f"t{number}: x" for number in range(51)) + "}"),
        ("tags", "{x: " + "a" * 257 + "}"),
        ("protect", "Ecs/Service"),
        ("protect", "[[a]]"),
        ("role", "arn:aws:iam::123456789012:user/x"),
        ("rendered", "[a]"),
        ("routes", "{'http://a.example.com/': api}"),
        ("routes", "{a.example.com: api}"),
        ("stack_policy", "{Statement: []}"),
        ("stack_policy", "{Statements: []}"),
        ("stack_policy", "{Statement: {Effect: Allow}}"),
        ("stack_policy", "{Statement: {Effect: Perhaps, Action: '*', Principal: '*', Resource: '*'}}"),
        ("stack_policy", "{Statement: {Effect: Allow, Action: 'Update:All', Principal: '*', Resource: '*'}}"),
        ("stack_policy", "{Statement: {Effect: Allow, Action: '*', NotAction: '*', Principal: '*', Resource: '*'}}"),
        ("stack_policy", "{Statement: {Effect: Allow, Action: '*', Principal: '*', Resource: Service}}"),
        ("rollback_triggers", ALARM),
        ("rollback_triggers", f"[{TOPIC}]"),
        ("rollback_triggers", f"[{{Arn: {ALARM}, Type: Alarm}}]"),
        ("rollback_triggers", f"[{ALARM}, {ALARM}]"),
        ("rollback_triggers", "[" + ", ".join(f"{ALARM}{number}" for number in range(6)) + "]"),
        ("monitoring_minutes", "181"),
        ("monitoring_minutes", "-1"),
        ("monitoring_minutes", "soon"),
        ("notifications", f"[{ALARM}]"),
        ("notifications", "[" + ", ".join(f"{TOPIC}{number}" for number in range(6)) + "]"),
        ("capabilities", "[CAPABILITY_ALL]"),
        ("services", "{api: {}}"),
        ("services", "[api]"),
        ("parameters", "[a]"),
        ("parametres", "{}"),
    ],
)
def test_a_fault_of_a_key_is_refused_by_both(key: str, written: str, tmp_path: Path) -> None:
    text = with_key(key, written)
    assert refused_by_schema(text)
    assert refused_by_deploy(text, tmp_path)


@pytest.mark.parametrize("key", ["account", "region", "stack", "parameters"])
def test_a_key_that_is_needed_is_missed_by_both(key: str, tmp_path: Path) -> None:
    text = with_key(key, "x").rpartition(f"\n{key}: x\n")[0]
    assert any(f"'{key}' is a required property" in line for line in refused_by_schema(text))
    assert refused_by_deploy(text, tmp_path)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("account", "123456789012"),
        ("artifacts_bucket", "''"),
        ("termination_protection", '"true"'),
        ("tags", "{team: ops, number: 5, on: yes, 名: 前}"),
        ("protect", "[Ecs/Service, 5]"),
        ("role", "arn:aws:iam::123456789012:role/x"),
        ("rendered", "rendered"),
        ("stack_policy", "{}"),
        ("stack_policy", f"{{Statement: {ALLOW}}}"),
        ("stack_policy", f"{{Version: 2012-10-17, Statement: [{ALLOW}]}}"),
        ("rollback_triggers", f"[{ALARM}, {{Arn: {ALARM}, Type: AWS::CloudWatch::CompositeAlarm}}]"),
        ("rollback_triggers", "[]"),
        ("monitoring_minutes", "180"),
        ("monitoring_minutes", '"015"'),
        ("notifications", f"[{TOPIC}, {TOPIC}.fifo]"),
        ("capabilities", "[CAPABILITY_AUTO_EXPAND]"),
    ],
)
def test_what_deploy_takes_the_schema_takes(key: str, written: str, tmp_path: Path) -> None:
    text = with_key(key, written)
    assert refused_by_deploy(text, tmp_path) == []
    assert refused_by_schema(text) == []


def test_parameters_of_another_tree_are_left_to_its_own_schema(tmp_path: Path) -> None:
    text = with_key("parameters", "{OfTheirs: 5}") + "rendered: ../shop/rendered\nservices: {api: {Own: 1}}\n"
    assert refused_by_deploy(text, tmp_path) == []
    assert refused_by_schema(text) == []
    assert refused_by_schema(text.replace("../shop/rendered", "rendered"))


scalars = st.sampled_from(
    ["a", "''", '""', "~", "5", "012345678901", "true", "yes", "'*'", "arn:aws:iam::123456789012:role/x", TOPIC, ALARM]
)
written = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(["a", "Arn", "Type", "Statement", "Effect", "'aws:b'", "5"]), inner, max_size=3
        ).map(lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}")
    ),
    max_leaves=6,
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(KEYS.keys() - {"parameters", "services"})), written)
def test_what_the_schema_refuses_of_a_key_deploy_refuses(tmp_path: Path, key: str, written: str) -> None:
    text = with_key(key, written)
    refused = refused_by_schema(text)
    assert not refused or refused_by_deploy(text, tmp_path), refused
