"""A name that is taken."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.names import explain
from tests.deployment.diagnosis.causes.failures import TAKEN, failed


def test_the_name_and_its_owner_are_told() -> None:
    found = explain(failed(TAKEN), Evidence())
    assert found
    assert found.facts == ("taken: app-web",)
    owned = explain(failed("app-web already exists in stack arn:x"), Evidence())
    assert owned
    assert owned.facts == ("by stack: arn:x",)
    assert explain(failed("no"), Evidence()) is None
