"""What a description says of replacement is what a plan over the rehearsal says, for every parameter."""

import re
from typing import Any

import pytest

from tests.templates.everything import BESIDE, EVERYTHING, OF_INSTANCE, OTHERWISE
from tests.templates.resolved import REQUIRED, document
from tests.templates.system import System
from tests.templates.test_every_parameter import PARAMETERS, REACHES

pytestmark = pytest.mark.slow

# They reach no property: Rules read them.
READ_BY_RULES = ["EnvironmentClass"]
NAMED = re.compile(r"Changing it (?:replaces ([^.]+)\.|may replace (.+), by the change set;)")


def promised(name: str) -> set[str]:
    found = NAMED.search(document("root")["Parameters"][name]["Description"])
    return set((found[1] or found[2]).split(", ")) if found else set()


def replaced_by(name: str, row: dict[str, Any]) -> bool:
    """Whether the row is replaced for the parameter's own sake, and not because of what another one becomes."""
    return row.get("Replacement") in ("True", "Conditional") and any(
        detail["Target"].get("RequiresRecreation") in ("Always", "Conditionally")
        and (detail["ChangeSource"] == "DirectModification" or detail.get("CausingEntity") == name)
        and detail["Evaluation"] == "Static"
        for detail in row["Details"]
    )


@pytest.fixture(scope="module")
def system() -> System:
    system = System()
    assert system.deploy(**EVERYTHING) == "CREATE_COMPLETE"
    return system


@pytest.fixture(scope="module")
def of_instance() -> System:
    """The same with the database of the other kind: one system has one."""
    system = System()
    assert system.deploy(**EVERYTHING | OF_INSTANCE) == "CREATE_COMPLETE"
    return system


@pytest.mark.parametrize("name", REACHES)
def test_a_description_names_what_a_change_replaces(system: System, of_instance: System, name: str) -> None:
    value = OTHERWISE.get(name, REACHES[name][0])
    assert value != (REQUIRED | EVERYTHING).get(name), "nothing would change"
    beside = {**BESIDE.get(name, {}), name: value}
    rows = [*system.plan(**{**EVERYTHING, **beside}).items()]
    if name.startswith("Database"):
        rows += of_instance.plan(**{**EVERYTHING, **OF_INSTANCE, **beside}).items()
    replaced = {path.rpartition("/")[2] for path, row in rows if replaced_by(name, row)}
    assert replaced == promised(name)


@pytest.mark.parametrize("name", READ_BY_RULES)
def test_what_only_rules_read_changes_nothing(system: System, name: str) -> None:
    assert promised(name) == set()
    given = {**EVERYTHING, "OffHoursStopCron": "", "OffHoursStartCron": "", "MinTasks": "2"}
    [other] = [value for value in PARAMETERS[name]["AllowedValues"] if value != PARAMETERS[name]["Default"]]
    rows = [system.plan(**given, **values) for values in ({}, {name: other})]
    assert rows[0]
    assert rows[0] == rows[1]
