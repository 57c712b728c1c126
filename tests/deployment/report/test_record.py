"""What was shown during the run is in the report at the end, without the secrets."""

from __future__ import annotations

from pathlib import Path

from cloudformation.parameters.declarations import MASK
from deployment.errors import NothingSent, OperationFailed
from deployment.report.facts import Subject
from deployment.report.json_document import document
from deployment.report.record import Record
from deployment.run.outcome import Declined, Deleted, Planned
from deployment.run.telling import Deletion, Happened, Progress, Started
from deployment.stack.events import Duration, Event
from deployment.template.environments import read_environment
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE, read_template
from tests.deployment.facts import an_update, changed, deployed, resource
from tests.deployment.project import ENVIRONMENT, ROOT, write_project
from tests.deployment.shapes import START, at, stack_arn

_SECRET = "correct horse"
_SECRET_ROOT = ROOT.replace("Parameters:\n", "Parameters:\n  Password:\n    Type: String\n    NoEcho: true\n", 1)


def _record(folder: Path, *, root: str = ROOT, environment: str = ENVIRONMENT) -> Record:
    project = write_project(folder, root=root, environment=environment)
    record = Record()
    record.concerns(read_environment(project / "params", "dev"))
    record.sends(read_template(project / "rendered/root.yaml"))
    return record


def _event(number: int, path: ResourcePath, status: str, reason: str | None = None) -> Event:
    kind = "AWS::ECS::Service" if len(path) > 1 else STACK_TYPE
    return Event(str(number), at(number), stack_arn(), path, kind, "id", status, reason, of_stack=False)


def test_before_anything_was_read_there_is_only_the_ending() -> None:
    report = Record().report(NothingSent("no"), START)
    assert (report.subject, report.system, report.reviewed, report.stack_name) == (None, None, None, None)
    assert report.written == START


def test_the_report_knows_the_environment_and_the_system(tmp_path: Path) -> None:
    report = _record(tmp_path).report(Declined("shop-dev", "?"))
    assert report.subject == Subject("dev", "111122223333", "eu-west-1", "shop-dev")
    assert report.system is not None
    assert [block.path for block in report.system.walk()] == [(), ("Network",), ("App",)]


def test_what_was_reviewed_is_there_however_it_ended() -> None:
    record, reviewed = Record(), an_update(resource("App", "Service", properties=(changed(),)))
    for told in (Progress("x"), Started("shop-dev", "x"), reviewed):
        record.keep(told)
    assert record.report(NothingSent("no")).reviewed == reviewed
    assert record.report(Declined("shop-dev", "?")).reviewed == reviewed
    assert Record().report(Planned("shop-dev", reviewed)).reviewed == reviewed


def test_what_was_to_be_deleted_is_there() -> None:
    record, deletion = Record(), Deletion("shop-dev", ((ResourcePath(("A",)), "AWS::X", "a"),), ())
    record.keep(deletion)
    assert record.report(Deleted("shop-dev", "arn", 1.0)).deletion == deletion


def test_a_failure_has_its_first_cause_and_the_time_of_each_layer() -> None:
    record = Record()
    for event in (
        _event(1, ResourcePath(("App",)), "UPDATE_IN_PROGRESS"),
        _event(2, ResourcePath(("App", "Service")), "UPDATE_FAILED", "no room"),
        _event(4, ResourcePath(("App",)), "UPDATE_FAILED", "Embedded stack was not successfully updated"),
    ):
        record.keep(Happened(event, START))
    report = record.report(OperationFailed("it failed", status="UPDATE_ROLLBACK_COMPLETE"))
    assert report.cause is not None
    assert (report.cause.path, report.cause.reason) == (("App", "Service"), "no room")
    assert report.layers == (Duration(ResourcePath(("App",)), 3.0),)


def test_a_success_has_no_cause_and_the_times_that_it_says() -> None:
    record = Record()
    record.keep(Happened(_event(1, ResourcePath(("App", "Service")), "UPDATE_FAILED", "tried again"), START))
    report = record.report(deployed())
    assert report.cause is None
    assert report.layers == deployed().layers


def test_a_no_echo_value_is_masked_in_whatever_was_told(tmp_path: Path) -> None:
    record = _record(tmp_path, root=_SECRET_ROOT, environment=f"{ENVIRONMENT}  Password: {_SECRET}\n")
    record.keep(an_update(resource("App", "Service", properties=(changed("Password", "old", _SECRET),))))
    told = document(record.report(NothingSent(f"refused: {_SECRET} is weak")))
    assert _SECRET not in told
    assert f"refused: {MASK} is weak" in told
    assert f'"after": "{MASK}"' in told


def test_a_no_echo_default_is_masked_too(tmp_path: Path) -> None:
    record = _record(tmp_path, root=_SECRET_ROOT.replace("NoEcho: true", f"NoEcho: true\n    Default: {_SECRET}"))
    assert record.report(NothingSent(_SECRET)) == record.report(NothingSent(MASK))
