"""One plain answer, and one for each guarded change by its path; --allow is only for what is guarded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deployment.errors import UnknownAllowance
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.run.approval import declined, guarded_review, purpose
from deployment.run.choices import Choices
from deployment.run.outcome import Declined
from deployment.run.run import Run
from deployment.run.telling import Progress, Question, Told
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import Documents
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.runs import fake_run

_POLICY = ResourceChange(ResourcePath(("App", "Policy")), "AWS::IAM::Policy", Kind.REPLACED, "r", None, ())
_VPC = ResourceChange(ResourcePath(("Network", "Vpc")), "AWS::EC2::VPC", Kind.REPLACED, "v", None, ())
_LOG = ResourceChange(ResourcePath(("App", "Log")), "AWS::Logs::LogGroup", Kind.REMOVED, "l", None, ())


def _review(*changes: ResourceChange) -> Review:
    return Review(LayerReview(ROOT, None, changes, (), ()), ())


class _Person:
    """Answers each question by its text, with yes where nothing is said."""

    def __init__(self, **answers: bool) -> None:
        self._answers = answers
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> bool:
        self.asked.append(question)
        return self._answers.get(question.typed or "plain", True)


def _run(tmp_path: Path, person: _Person, *allowed: str, told: list[Told] | None = None, protect: str = "") -> Run:
    environment = ENVIRONMENT + (f"protect: [{protect}]\n" if protect else "")
    run = fake_run(
        write_project(tmp_path, environment=environment), FakeClient("cloudformation"), told=told, approve=person
    )
    return replace(run, choices=Choices(allowed=allowed))


def _asked(run: Run, *changes: ResourceChange) -> Declined | None:
    return declined(run, guarded_review(run, _review(*changes)), purpose(run, create=False))


_GROUP = ResourceChange(
    ResourcePath(("App", "Fleet")), "AWS::AutoScaling::AutoScalingGroup", Kind.CHANGED, "g", None, ()
)


def test_an_update_in_place_whose_update_policy_is_not_at_hand_is_asked_for_by_its_path(tmp_path: Path) -> None:
    person = _Person()
    assert _asked(_run(tmp_path, person), _GROUP) is None
    assert person.asked[1].text.startswith("Perhaps replace App/Fleet? It holds data: UpdatePolicy AutoScaling")


def test_an_update_that_leaves_no_instance_in_service_is_asked_for_as_an_update(tmp_path: Path) -> None:
    person = _Person()
    run = _run(tmp_path, person)
    sent: Documents = {ROOT / "App": {"Resources": {"Fleet": {"UpdatePolicy": {"AutoScalingRollingUpdate": {}}}}}}
    assert declined(run, guarded_review(run, _review(_GROUP), sent), purpose(run, create=False)) is None
    assert person.asked[1].text.startswith("Update App/Fleet? It holds data: its instances are terminated")


def test_what_is_not_guarded_needs_one_plain_answer_that_counts_what_is_grave(tmp_path: Path) -> None:
    person = _Person()
    assert _asked(_run(tmp_path, person), _POLICY) is None
    assert person.asked == [Question("Update stack shop-dev in 111122223333/eu-west-1 (1 replaced)?")]


def test_each_guarded_change_is_typed_by_its_path_and_yes_is_not_enough(tmp_path: Path) -> None:
    person = _Person()
    assert _asked(_run(tmp_path, person), _VPC, _LOG) is None
    assert person.asked[0].text.endswith("(1 replaced, 1 removed, 2 guarded)?")
    assert [(each.typed, each.insists) for each in person.asked[1:]] == [("Network/Vpc", True), ("App/Log", True)]
    assert person.asked[1].text.startswith("Replace Network/Vpc? It is public-facing")
    assert person.asked[2].text.startswith("Remove App/Log? It holds data")


def test_the_first_no_ends_the_questions_and_names_all_that_needs_an_approval(tmp_path: Path) -> None:
    person = _Person(**{"Network/Vpc": False})
    found = _asked(_run(tmp_path, person), _VPC, _LOG)
    assert found is not None
    assert found.needed == ("Network/Vpc", "App/Log")
    assert len(person.asked) == 2


def test_a_plain_no_ends_it_before_any_path_is_asked_for(tmp_path: Path) -> None:
    person = _Person(plain=False)
    assert _asked(_run(tmp_path, person), _VPC) is not None
    assert len(person.asked) == 1


def test_what_is_allowed_beforehand_is_not_asked_again_and_is_told(tmp_path: Path) -> None:
    person, told = _Person(), list[Told]()
    assert _asked(_run(tmp_path, person, "Network/Vpc", told=told), _VPC, _LOG) is None
    assert [each.typed for each in person.asked] == [None, "App/Log"]
    assert Progress("approved by --allow: Network/Vpc") in told


@pytest.mark.parametrize("path", ["App/Policy", "Network/Vcp"])
def test_an_allowance_for_what_is_not_guarded_is_refused_before_anything_is_asked(tmp_path: Path, path: str) -> None:
    person = _Person()
    with pytest.raises(UnknownAllowance):
        _asked(_run(tmp_path, person, path), _POLICY, _VPC)
    assert person.asked == []


def test_what_the_environment_protects_is_guarded_and_a_misspelt_entry_is_told(tmp_path: Path) -> None:
    person, told = _Person(), list[Told]()
    assert _asked(_run(tmp_path, person, told=told, protect="App/Policy, App/Pôlicy"), _POLICY) is None
    assert [each.typed for each in person.asked] == [None, "App/Policy"]
    [note] = [each.text for each in told if isinstance(each, Progress)]
    assert note.endswith("protect names resources that do not exist: App/Pôlicy")


def test_a_creation_and_another_purpose_are_asked_for_by_their_own_words(tmp_path: Path) -> None:
    person = _Person()
    run = _run(tmp_path, person)
    declined(run, _review(), purpose(run, create=True))
    declined(run, _review(), "Revert the drift of App")
    assert [each.text for each in person.asked] == [
        "Create stack shop-dev in 111122223333/eu-west-1?",
        "Revert the drift of App in 111122223333/eu-west-1?",
    ]
