"""Who a resource is, as its service sees it: with its secrets, and with what it was given anew."""

from __future__ import annotations

from typing import Any

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, template, topic, value

TABLE = "{{resolve:secretsmanager:table}}"


def association(subnet: str) -> dict[str, Any]:
    """A type that deletes before it creates: another subnet gives it another id in place."""
    properties = {"SubnetId": subnet, "RouteTableId": TABLE}
    return {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": properties}


def test_attributes_follow_what_a_secret_holds_when_its_resource_is_updated() -> None:
    play = Play()
    play.services.secrets = {"db": "one"}
    secret = "{{resolve:secretsmanager:db}}"
    play.deploy(template({"V": attribute("A", "Value")}, A=value(secret)))
    play.services.secrets["db"] = "two"
    stack = play.deploy(template({"V": attribute("A", "Value")}, A=value(f"{secret}!")))
    assert stack["Outputs"][0]["OutputValue"] == "two!"


def test_a_way_back_to_an_id_that_needs_a_secret_is_stuck_without_it() -> None:
    play = Play(Scenario((ResourceFault("Z", "update", "refused"),)))
    play.services.secrets = {"table": "rtb-1"}
    play.deploy(template(A=association("subnet-1"), Z=topic("1", after="A")))
    change_set = play.change_set(template(A=association("subnet-2"), Z=topic("2", after="A")), name="second")
    play("ExecuteChangeSet", ChangeSetName=change_set)
    while ("A", "UPDATE_COMPLETE") not in play.events():
        play.cloud._take_step()
    play.services.secrets.clear()
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    name, status, reason = next(row for row in play.reasons() if row[0] == "A" and row[1].endswith("_FAILED"))
    assert (name, status) == ("A", "UPDATE_FAILED")
    assert reason.startswith("Secrets Manager can't find the specified secret.")
