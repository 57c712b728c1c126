"""Events: forms of ids, presence of members, what has which reason."""

from __future__ import annotations

import json
import re
from typing import Any

from cloudformation.unknown import KNOWN_AFTER_APPLY, awaited
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.events import as_text, iso
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def rows(play: Play, name: str = "demo") -> list[dict[str, Any]]:
    """Every event as the API shows it, oldest first."""
    found: list[dict[str, Any]] = play("DescribeStackEvents", StackName=name)["StackEvents"][::-1]
    return found


def test_a_stacks_own_events_have_its_arn_as_physical_id_and_a_uuid_as_event_id() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    own = [row for row in rows(play) if row["LogicalResourceId"] == "demo"]
    assert {row["PhysicalResourceId"] for row in own} == {arn}
    assert {row["ResourceType"] for row in own} == {"AWS::CloudFormation::Stack"}
    assert all(re.fullmatch(UUID, row["EventId"]) for row in own)
    assert all("ResourceProperties" not in row for row in own)


def test_a_nested_stacks_row_is_told_from_a_root_by_its_physical_id() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    play.deploy(template(C=nested(url)))
    nested_rows = [row for row in rows(play) if row["LogicalResourceId"] == "C"]
    assert all(row["PhysicalResourceId"] != row["StackId"] for row in nested_rows)


def test_a_resources_event_id_is_made_of_its_logical_id_status_and_time() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    own = [row for row in rows(play) if row["LogicalResourceId"] == "A"]
    for row in own:
        stamp = row["Timestamp"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert row["EventId"] == f"A-{row['ResourceStatus']}-{stamp}"
    assert len({row["EventId"] for row in own}) == len(own)


def test_a_resources_events_carry_its_properties_as_json_text_with_text_scalars() -> None:
    play = Play()
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5, "FifoQueue": False}}
    play.deploy(template(A=queue))
    texts = {row["ResourceProperties"] for row in rows(play) if row["LogicalResourceId"] == "A"}
    assert [json.loads(text) for text in texts] == [{"DelaySeconds": "5", "FifoQueue": "false"}]


def test_the_first_event_of_a_resource_has_an_empty_physical_id_and_no_reason() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    first, second, third = [row for row in rows(play) if row["LogicalResourceId"] == "A"]
    assert first["PhysicalResourceId"] == ""
    assert "ResourceStatusReason" not in first
    assert second["PhysicalResourceId"] == third["PhysicalResourceId"] != ""
    assert "ResourceStatusReason" not in third


def test_a_replacements_first_event_carries_the_old_id_and_the_second_the_new_one() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one")))
    play.deploy(template(A=topic(name="two")))
    own = [row for row in rows(play) if row["LogicalResourceId"] == "A" and row["ResourceStatus"].startswith("UPDATE")]
    assert [(row["PhysicalResourceId"].rsplit(":", 1)[-1], row.get("ResourceStatusReason")) for row in own] == [
        ("one", "Requested update requires the creation of a new physical resource; hence creating one."),
        ("two", "Resource creation Initiated"),
        ("two", None),
    ]


def test_updates_in_place_carry_no_reason() -> None:
    play = Play()
    play.deploy(template(A=topic("one")))
    play.deploy(template(A=topic("two")))
    own = [row for row in rows(play) if row["LogicalResourceId"] == "A" and row["ResourceStatus"].startswith("UPDATE")]
    assert [row.get("ResourceStatusReason") for row in own] == [None, None]


def test_the_token_is_on_every_event_of_the_operation_and_absent_where_none_was_sent() -> None:
    play = Play()
    play.deploy(template(A=topic("one")))
    assert not [row for row in rows(play) if "ClientRequestToken" in row]
    before = len(rows(play))
    play("ExecuteChangeSet", ChangeSetName=play.change_set(template(A=topic("two"))), ClientRequestToken="mine")
    play.settle()
    assert {row["ClientRequestToken"] for row in rows(play)[before:]} == {"mine"}


def test_an_update_and_its_cleanup_are_one_operation() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one")))
    before = len(rows(play))
    play.deploy(template(A=topic(name="two")))
    assert len({row["OperationId"] for row in rows(play)[before:]}) == 1


def test_events_never_share_a_moment_and_never_go_back() -> None:
    play = Play()
    play.deploy(template(A=topic(), B=topic(), C=topic()))
    times = [row["Timestamp"] for row in rows(play)]
    assert times == sorted(set(times))


def test_moments_are_written_with_milliseconds_and_a_z() -> None:
    assert iso(1_700_000_000.5) == "2023-11-14T22:13:20.500Z"


def test_scalars_become_text_at_every_depth() -> None:
    assert as_text({"A": [1, True, {"B": 1.5}]}) == {"A": ["1", "true", {"B": "1.5"}]}


def test_what_only_the_execution_knows_has_its_marker_at_every_depth() -> None:
    assert as_text([awaited((), "New"), "a"]) == [KNOWN_AFTER_APPLY, "a"]


def test_the_cleanup_calls_every_custom_resource_by_one_name() -> None:
    play = Play()
    custom = {"Type": "Custom::Seed", "Properties": {"ServiceToken": "arn:aws:sns:x:1:t"}}
    play.deploy(template(A=topic(), C=custom))
    play.deploy(template(A=topic()))
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    kinds = {(row["ResourceStatus"], row["ResourceType"]) for row in rows if row["LogicalResourceId"] == "C"}
    assert ("CREATE_COMPLETE", "Custom::Seed") in kinds
    assert ("DELETE_COMPLETE", "AWS::CloudFormation::CustomResource") in kinds


def test_deletes_of_a_roll_back_keep_the_dated_form_and_their_properties() -> None:
    play = Play(Scenario((ResourceFault("B"),)))
    play.deploy(template(A=topic("1"), B=topic(after="A")))
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    deletes = [row for row in rows if row["ResourceStatus"].startswith("DELETE_")]
    assert [row["LogicalResourceId"] for row in deletes] == ["A", "A"]
    for row in deletes:
        assert row["EventId"].startswith(f"A-{row['ResourceStatus']}-20")
        assert row["ResourceProperties"] == '{"DisplayName":"1"}'


def test_what_fails_with_an_id_is_listed_and_deleted_by_the_roll_back() -> None:
    play = Play(Scenario((ResourceFault("B", hangs=True, minutes=0),)))
    play.deploy(template(B=topic("1")))
    own = [row for row in rows(play) if row["LogicalResourceId"] == "B"]
    identifier = own[1]["PhysicalResourceId"]
    assert [(row["ResourceStatus"], row["PhysicalResourceId"]) for row in own] == [
        ("CREATE_IN_PROGRESS", ""),
        ("CREATE_IN_PROGRESS", identifier),
        ("CREATE_FAILED", identifier),
        ("DELETE_IN_PROGRESS", identifier),
        ("DELETE_COMPLETE", identifier),
    ]
    for row in own[3:]:
        assert row["EventId"].startswith(f"B-{row['ResourceStatus']}-20")
        assert row["ResourceProperties"] == '{"DisplayName":"1"}'
    assert play.reasons()[-1][2] == "The following resource(s) failed to create: [B]. Rollback requested by user."


def test_an_update_begins_with_who_asked_for_it_and_its_end_has_no_reason() -> None:
    play = Play()
    play.deploy(template(A=topic("1")))
    before = len(play.reasons())
    play.deploy(template(A=topic("2")))
    assert play.reasons()[before:] == [("demo", "UPDATE_IN_PROGRESS", "User Initiated")]


def test_deletes_carry_no_reasons() -> None:
    play = Play()
    arn = play.deploy(template(A=topic()))["StackId"]
    play("DeleteStack", StackName="demo")
    play.settle()
    assert [row for row in play.reasons(arn) if row[1] in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS")] == [
        ("demo", "DELETE_IN_PROGRESS", "User Initiated")
    ]
