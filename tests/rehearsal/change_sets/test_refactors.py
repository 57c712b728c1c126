"""Stack refactors: resources move between stacks or get another logical id, untouched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import Json, export, imported, ref, template, topic, value


def mapping(source: str, destination: str) -> Json:
    places = {"Source": source, "Destination": destination}
    return {
        member: dict(zip(("StackName", "LogicalResourceId"), place.split("."), strict=True))
        for member, place in places.items()
    }


def refactor(play: Play, *mappings: Json, creating: bool = False, **templates: Json) -> str:
    definitions = [{"StackName": name, "TemplateBody": json.dumps(body)} for name, body in templates.items()]
    request: dict[str, Any] = {"StackDefinitions": definitions, "EnableStackCreation": creating}
    if mappings:
        request["ResourceMappings"] = list(mappings)
    return str(play("CreateStackRefactor", **request)["StackRefactorId"])


def described(play: Play, identifier: str) -> dict[str, Any]:
    return play("DescribeStackRefactor", StackRefactorId=identifier)


def execute(play: Play, identifier: str) -> None:
    assert described(play, identifier)["Status"] == "CREATE_COMPLETE", described(play, identifier)
    play("ExecuteStackRefactor", StackRefactorId=identifier)
    assert described(play, identifier)["ExecutionStatus"] == "EXECUTE_COMPLETE", described(play, identifier)


def ids(play: Play, stack: str = "demo") -> dict[str, str]:
    rows = play("DescribeStackResources", StackName=stack)["StackResources"]
    return {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}


def test_a_resource_gets_another_logical_id_and_stays_what_it_is() -> None:
    play = Play()
    play.deploy(template(Old=topic("1"), User=value(ref("Old"))))
    before = ids(play)
    body = template(New=topic("1"), User=value(ref("New")))
    identifier = refactor(play, demo=body)
    (action,) = play("ListStackRefactorActions", StackRefactorId=identifier)["StackRefactorActions"]
    assert (action["Action"], action["Detection"], action["PhysicalResourceId"]) == ("MOVE", "AUTO", before["Old"])
    assert action["ResourceMapping"] == mapping("demo.Old", "demo.New")
    execute(play, identifier)
    assert ids(play) == {"New": before["Old"], "User": before["User"]}
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert play.described(play.change_set(body))["Status"] == "FAILED"
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.cloud.world.find("demo", REGION) is None


def test_resources_move_into_a_stack_that_is_made_for_them_and_are_imported_from_there() -> None:
    play = Play()
    play.deploy(template(Topic=topic("1"), User=value(ref("Topic"))))
    before = ids(play)
    left = template(User=value(imported("topic")))
    moved = template(Shared=topic("1"), outputs={"Out": export(ref("Shared"), "topic")})
    identifier = refactor(play, mapping("demo.Topic", "fresh.Shared"), demo=left, fresh=moved, creating=True)
    lines = play("ListStackRefactorActions", StackRefactorId=identifier)["StackRefactorActions"]
    assert [(line["Action"], line["Entity"]) for line in lines] == [("CREATE", "STACK"), ("MOVE", "RESOURCE")]
    assert lines[1]["Detection"] == "MANUAL"
    assert {tag["Key"] for tag in lines[1]["TagResources"]} == {
        f"aws:cloudformation:{name}" for name in ("stack-name", "stack-id", "logical-id")
    }
    assert play.cloud.world.find("fresh", REGION) is None
    execute(play, identifier)
    assert ids(play) == {"User": before["User"]}
    assert ids(play, "fresh") == {"Shared": before["Topic"]}
    assert play.stack("fresh")["StackStatus"] == "CREATE_COMPLETE"
    assert play.stack("fresh")["StackId"] in described(play, identifier)["StackIds"]
    assert play("ListImports", ExportName="topic")["Imports"] == ["demo"]
    statuses = [event["ResourceStatus"] for event in play("DescribeStackEvents", StackName="fresh")["StackEvents"]]
    assert statuses[::-1] == ["CREATE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "IMPORT_COMPLETE", "CREATE_COMPLETE"]


def test_parameters_keep_their_values_and_those_of_systems_manager_are_looked_up() -> None:
    """As in every template of CDK, which names the version of its bootstrap."""
    play = Play()
    play.services.parameters["/bootstrap/version"] = "33"
    version = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/bootstrap/version"}
    parameters = {"Version": version, "Show": {"Type": "String", "Default": "none"}}
    play.deploy(
        template(A=topic(ref("Show"))) | {"Parameters": parameters},
        Parameters=[{"ParameterKey": "Show", "ParameterValue": "given"}],
    )
    execute(play, refactor(play, demo=template(B=topic(ref("Show"))) | {"Parameters": parameters}))
    assert [value["ParameterValue"] for value in play.stack()["Parameters"]] == ["/bootstrap/version", "given"]


def test_two_resources_may_swap_their_names() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("2")))
    before = ids(play)
    swap = (mapping("demo.A", "demo.B"), mapping("demo.B", "demo.A"))
    execute(play, refactor(play, *swap, demo=template(A=topic("2"), B=topic("1"))))
    assert ids(play) == {"A": before["B"], "B": before["A"]}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (template(A=topic("2"), B=topic("b")), "Resource demo.A would change"),
        (template(A=topic("1"), B=topic("b"), C=topic("c")), "A stack refactor creates no resources: [demo.C]"),
        (template(A=topic("1")), "Resource demo.B is removed"),
        (template(C=topic("c"), B=topic("b")), "Resource demo.A is removed"),
        ({"Resources": {}}, ""),
        (template(A=topic("1"), B=topic("b"), outputs={"O": imported("no")}), "No export named no found"),
        (template(A=topic("1"), B=topic("b")) | {"Transform": "AWS::LanguageExtensions"}, "Stack refactoring of"),
    ],
)
def test_what_is_more_than_a_move_is_refused_with_its_reason(body: Json, reason: str) -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("b")))
    before = json.dumps(play.cloud.world.state.stacks[play.stack()["StackId"]].target.template)  # type: ignore[union-attr]
    shown = described(play, refactor(play, demo=body))
    assert (shown["Status"], shown["ExecutionStatus"]) == ("CREATE_FAILED", "UNAVAILABLE")
    assert reason in shown["StatusReason"]
    with pytest.raises(CloudFormationError):
        play("ExecuteStackRefactor", StackRefactorId=shown["StackRefactorId"])
    kept = play.cloud.world.state.stacks[play.stack()["StackId"]]
    assert (kept.status, sorted(kept.resources)) == ("CREATE_COMPLETE", ["A", "B"])
    assert kept.target is not None
    assert json.dumps(kept.target.template) == before


def test_an_export_that_others_import_must_stay_somewhere() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("b"), outputs={"O": export("x", "shared")}))
    play.deploy(template(C=topic(imported("shared"))), "importer")
    shown = described(play, refactor(play, demo=template(Z=topic("1"), B=topic("b"))))
    assert shown["StatusReason"] == "Export shared cannot be deleted as it is in use by importer"


def test_what_could_be_several_needs_a_mapping() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("1")))
    shown = described(play, refactor(play, demo=template(C=topic("1"), D=topic("1"))))
    assert "specify a resource mapping" in shown["StatusReason"]
    wrong = described(play, refactor(play, mapping("demo.X", "demo.C"), demo=template(C=topic("1"), D=topic("1"))))
    assert wrong["StatusReason"] == "Resource mapping demo.X -> demo.C does not fit the templates"


def test_a_stack_is_created_where_that_is_allowed_alone() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("2")))
    shown = described(play, refactor(play, demo=template(A=topic("1")), fresh=template(B=topic("2"))))
    assert "EnableStackCreation is not set" in shown["StatusReason"]


def test_what_has_happened_since_fails_the_execution() -> None:
    play = Play()
    play.deploy(template(A=topic("1")))
    identifier = refactor(play, demo=template(B=topic("1")))
    play.deploy(template(A=topic("2")))
    play("ExecuteStackRefactor", StackRefactorId=identifier)
    shown = described(play, identifier)
    assert (shown["ExecutionStatus"], shown["ExecutionStatusReason"]) == (
        "EXECUTE_FAILED",
        "Resource demo.A is removed",
    )


def test_refactors_are_listed_by_status_and_survive_a_restart(tmp_path: Path) -> None:
    play = Play(state=tmp_path)
    play.deploy(template(A=topic("1")))
    first = refactor(play, demo=template(B=topic("1")))
    second = refactor(play, demo=template(C=topic("1")))
    execute(play, first)
    available = play("ListStackRefactors", ExecutionStatusFilter=["AVAILABLE"])["StackRefactorSummaries"]
    assert [row["StackRefactorId"] for row in available] == [second]
    play.cloud.close()
    again = Play(state=tmp_path)
    rows = again("ListStackRefactors")["StackRefactorSummaries"]
    assert [row["StackRefactorId"] for row in rows] == [second, first]
    with pytest.raises(CloudFormationError) as refused:
        again("DescribeStackRefactor", StackRefactorId="none")
    assert (refused.value.code, refused.value.status) == ("StackRefactorNotFoundException", 404)
    again.cloud.close()
