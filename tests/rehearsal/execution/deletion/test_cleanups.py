"""The cleanup of an update: what goes, and that it never turns a success into a failure."""

from __future__ import annotations

import json
import re

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic


def test_a_cleanup_that_cannot_delete_still_ends_the_update_well_and_says_so() -> None:
    play = Play(Scenario((ResourceFault("A", "delete", "in use"),)))
    play.deploy(template(A=topic(), B=topic()))
    stack = play.deploy(template(B=topic()))
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    reason = "Update successful. One or more resources could not be deleted."
    assert stack["StackStatusReason"] == reason
    assert play.reasons()[-1] == ("demo", "UPDATE_COMPLETE", reason)
    assert play.events().count(("A", "DELETE_FAILED")) == 3


def test_deletes_of_a_cleanup_have_another_event_id_and_no_properties() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one")))
    play.deploy(template(A=topic(name="two")))
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    deletes = [row for row in rows if row["ResourceStatus"].startswith("DELETE")]
    assert deletes
    assert all("ResourceProperties" not in row for row in deletes)
    assert all(re.fullmatch(r"A-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", row["EventId"]) for row in deletes)


def test_a_cleanup_deletes_the_old_physical_resource_not_the_new_one() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one")))
    play.deploy(template(A=topic(name="two")))
    rows = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    deletes = {row["PhysicalResourceId"] for row in rows if row["ResourceStatus"].startswith("DELETE")}
    assert {arn.rsplit(":", 1)[-1] for arn in deletes} == {"one"}
    (resource,) = play("DescribeStackResources", StackName="demo")["StackResources"]
    assert resource["PhysicalResourceId"].endswith(":two")
    assert resource["ResourceStatus"] == "UPDATE_COMPLETE"


def test_a_rollbacks_cleanup_that_cannot_delete_says_so_too() -> None:
    play = Play(Scenario((ResourceFault("B", "create", "refused"), ResourceFault("N", "delete", "in use"))))
    play.deploy(template(A=topic()))
    play.deploy(template(A=topic(), N=topic(), B=topic(after="N")))
    assert play.reasons()[-1] == (
        "demo",
        "UPDATE_ROLLBACK_COMPLETE",
        "Rollback successful. One or more resources could not be deleted.",
    )


def test_a_nested_stack_that_is_updated_by_itself_waits_for_no_parent() -> None:
    play = Play()
    play.deploy(template(C=nested(play.put("child.yaml", template(T=topic("1"))))))
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    play("UpdateStack", StackName=child.id, TemplateBody=json.dumps(template(T=topic("2"))))
    play.settle()
    assert child.status == "UPDATE_COMPLETE"
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
