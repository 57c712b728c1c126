"""The JSON document: one form for every ending, checked against the schema that is documented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given

from deployment.report.facts import Report
from deployment.report.json_document import NAMES, VERSION, document
from deployment.run.outcome import Outcome
from tests.deployment.report.examples import EXAMPLES, reports

DOCS = Path(__file__).resolve().parents[3] / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def _told(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(document(EXAMPLES[name]))
    return body


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_ending_has_the_documented_form(name: str) -> None:
    VALIDATOR.validate(_told(name))


@given(reports())
def test_any_report_has_the_documented_form(report: Report) -> None:
    VALIDATOR.validate(json.loads(document(report)))


def test_every_outcome_has_an_example_and_a_name_in_the_schema() -> None:
    assert {type(report.ending) for report in EXAMPLES.values()} == set(NAMES)
    assert set(NAMES) >= set(get_args(Outcome))
    named = SCHEMA["properties"]["outcome"]["enum"]
    assert list(NAMES.values()) == named
    assert [each["$ref"].rsplit("/", 1)[1] for each in SCHEMA["oneOf"]] == named


def test_the_version_is_the_schemas() -> None:
    assert SCHEMA["properties"]["version"] == {
        "const": VERSION,
        "description": "Rises when a member goes or means something else.",
    }


@pytest.mark.parametrize(
    ("member", "value"),
    [("version", 2), ("outcome", "fine"), ("account", "12"), ("changes", [{}]), ("unheard", 1), ("seconds", 1)],
)
def test_the_schema_refuses_what_is_not_documented(member: str, value: object) -> None:
    body = _told("planned") | {member: value}
    assert not VALIDATOR.is_valid(body)


@pytest.mark.parametrize("member", ["version", "outcome", "stack", "changes", "folded"])
def test_the_schema_misses_what_is_left_out(member: str) -> None:
    body = _told("planned")
    del body[member]
    assert not VALIDATOR.is_valid(body)


def test_every_member_is_explained() -> None:
    text = (DOCS / "report.md").read_text(encoding="utf-8")
    members = {name for example in EXAMPLES.values() for name in json.loads(document(example))}
    deeper = {name for each in ("change", "property") for name in SCHEMA["$defs"][each]["properties"]}
    assert not [name for name in members | deeper if f"`{name}`" not in text]


def test_a_plan_tells_each_change_with_its_properties() -> None:
    body = _told("planned")
    assert [change["path"] for change in body["changes"][:2]] == ["App/Service", "App/Cluster"]
    assert body["changes"][0]["properties"] == [
        {
            "name": "DesiredCount",
            "before": "2",
            "after": "3",
            "known": True,
            "certain": True,
            "requires_recreation": "Never",
            "cause": None,
        }
    ]
    assert body["folded"] == [{"path": "App/Group", "type": "AWS::EC2::SecurityGroup", "waits_for": ["Network.VpcId"]}]
    assert (body["create"], body["overridden"], body["rewritten"]) == (False, {"DesiredCount": "3"}, ["App"])


def test_a_plan_without_changes_has_empty_lists() -> None:
    body = _told("planned without changes")
    assert (body["changes"], body["folded"]) == ([], [])


def test_guards_and_what_they_need_are_told() -> None:
    body = _told("declined guard")
    assert [each["guard"] for each in body["changes"]][:2] == [None, "what runs in it"]
    assert body["needed"] == ["App/Cluster"]
    assert _told("declined")["needed"] == []


def test_a_kept_change_set_is_named() -> None:
    assert (_told("planned and kept")["kept"], _told("planned")["kept"]) == ("arn:set", None)
    assert _told("discarded")["change_set"] == "arn:set"


def test_outputs_of_a_rehearsal_whose_form_is_made_up_are_named() -> None:
    assert _told("unchanged in a rehearsal")["made_up"] == {"Id": ["Network/Vpc", "Network/Lookup.Name"]}
    assert "made_up" not in _told("unchanged")


def test_drift_tells_both_sides_and_what_was_taken_back() -> None:
    body = _told("drift")
    assert body["drifts"][0]["properties"] == [{"name": "Count", "expected": "2", "actual": None}]
    assert [each["deleted"] for each in body["drifts"]] == [False, True]
    assert (body["reverted"], body["in_sync"]) == (["App"], False)
    assert _told("no drift")["in_sync"]


def test_a_recovery_tells_its_steps_and_where_they_led() -> None:
    body = _told("recovered")
    assert (body["status"], body["steps"]) == ("UPDATE_ROLLBACK_COMPLETE", ["continued", "skipped App/Service"])
    assert _told("recovered to nothing")["status"] is None


def test_a_failure_tells_its_first_cause_and_what_was_reviewed() -> None:
    body = _told("failed")
    assert body["cause"] == {
        "path": "App/Service",
        "type": "AWS::ECS::Service",
        "status": "CREATE_FAILED",
        "reason": "no\nroom",
    }
    assert body["layers"] == [{"path": "Network", "seconds": 4.0}, {"path": "App", "seconds": 61.5}]
    assert len(body["changes"]) == 7
    assert (body["status"], body["nothing_sent"]) == ("ROLLBACK_COMPLETE", False)


def test_an_error_before_the_environment_was_read_has_no_stack() -> None:
    body = _told("no environment")
    assert [body[name] for name in ("environment", "account", "region", "stack", "written")] == [None] * 5
    assert body["nothing_sent"]


def test_a_deletion_tells_what_goes_and_what_stays() -> None:
    goes, stays, exports = _told("deleted")["deletion"].values()
    service = {"path": "App/Service", "type": "AWS::ECS::Service", "physical_id": "service-1"}
    assert goes == [service | {"guard": "serves others: it is deleted", "protection": None}]
    assert stays == [{"path": "App/Log", "type": "AWS::Logs::LogGroup", "physical_id": "log-1"}]
    assert exports == []
    used = _told("declined deletion")["deletion"]["exports_in_use"]
    assert used == [{"name": "shop-vpc", "imported_by": "api-dev, web-dev"}]


def test_a_local_comparison_is_told_with_its_reasons_and_each_of_its_changes_marked() -> None:
    told = _told("planned, compared here")
    assert told["local"]["notes"] == ["the stack's tags change"]
    assert [each["local"] for each in told["changes"]] == [True, True, True]
    assert [each["certain"] for each in told["changes"]] == [True, False, False]
    assert _told("planned")["local"] is None
