"""A name that is taken."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.names import explain, taken
from tests.deployment.diagnosis.causes.failures import TAKEN, failed


def test_the_name_and_its_owner_are_told() -> None:
    found = explain(failed(TAKEN), Evidence())
    assert found
    assert found.facts == ("taken: app-web", "the resource that has it is unknown")
    owned = explain(failed("app-web already exists in stack arn:x"), Evidence())
    assert owned
    assert owned.facts == ("by stack: arn:x",)
    assert explain(failed("no"), Evidence()) is None


def test_who_has_the_name_is_told_as_it_was_asked_for() -> None:
    found = explain(failed(TAKEN), Evidence(holder=("app-web: taken by Web of stack other", "choose another name")))
    assert found
    assert found.facts == ("taken: app-web", "app-web: taken by Web of stack other")
    assert found.remedy == "choose another name"
    assert taken(TAKEN) == "app-web"
    assert taken("app-web already exists in stack arn:x") is None
