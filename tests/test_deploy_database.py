"""The database through the command: on, handed to a service, changed, protected, another kind, and off again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from rehearsal.control.child import RehearsalProcess
from rehearsal.state.stacks import Stack
from render import main as render
from tests.deployment.shop import API_VALUES, write_shop
from tests.deployment.shop_commands import deployed
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV

pytestmark = pytest.mark.slow

STACK = DEV.stack
API = 'from templates.service.declaration import web\n\nSERVICE = web("The API.", database=True)\n'
SUBNETS = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/0d0a"
AURORA = {**SUBNETS, "DatabaseMode": "aurora", "DatabaseMultiAz": "true"}
INSTANCE = {**SUBNETS, "DatabaseMode": "instance"}
PROTECTED = {"DatabaseDeletionProtection": "true"}


class Shop:
    """A project whose dev has a database or not, the state of its rehearsal, and the rehearsal of the last command."""

    def __init__(self, folder: Path, state: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.state, self._capture = folder, state, capture
        self._last: RehearsalHere

    def has(self, values: Mapping[str, str]) -> None:
        """These values in the place of those that dev had of the database."""
        file = self.folder / "params/dev.yaml"
        own = "".join(f"  {name}: {value} # of the database\n" for name, value in values.items())
        lines = [line for line in file.read_text().splitlines(keepends=True) if "# of the database" not in line]
        file.write_text("".join(lines).replace("parameters:\n", f"parameters:\n{own}", 1))
        assert render([], self.folder) == 0

    def __call__(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        self._capture.readouterr()
        given = ["--env", "dev", "--rehearse", "--state", str(self.state), "--output", "json", *arguments]
        code = command.main(given, self.folder, rehearsal=self._rehearsal)
        captured = self._capture.readouterr()
        return code, json.loads(captured.out), " ".join(captured.err.split())

    def _rehearsal(self, project: Path, arguments: Sequence[str]) -> RehearsalProcess:
        self._last = RehearsalHere(project, arguments)
        return self._last

    def stack(self, name: str) -> Stack:
        """A stack as it was when the last command ended; of a layer by its logical id."""
        stacks = self._last.cloud.world.state.stacks.values()
        return next(one for one in stacks if (one.name == name or one.parent_logical_id == name) and not one.gone)

    def layers(self) -> dict[str, set[str]]:
        """What exists in each layer."""
        stacks = [one for one in self._last.cloud.world.state.stacks.values() if one.parent and not one.gone]
        return {
            str(one.parent_logical_id): {name for name, resource in one.resources.items() if resource.exists}
            for one in stacks
        }


def without_service(folder: Path) -> Path:
    return write_shop(folder, {}, {})


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state in which the platform stands, without a database."""
    folder = tmp_path_factory.mktemp("platform")
    without_service(folder / "shop")
    deployed(folder / "shop")
    return folder / "state"


@pytest.fixture
def shop(tmp_path: Path, platform: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    shutil.copytree(platform, tmp_path / "state")
    return Shop(without_service(tmp_path / "shop"), tmp_path / "state", capsys)


def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str], values: Mapping[str, str]) -> dict[str, set[str]]:
    """What a creation with these values has."""
    made = Shop(without_service(tmp_path / "fresh"), tmp_path / "fresh-state", capsys)
    made.has(values)
    code, _, err = made("--yes")
    assert code == 0, err
    return made.layers()


def test_on_handed_to_a_service_changed_protected_and_off_again(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = fresh(tmp_path / "without", capsys, SUBNETS)
    shop.has(AURORA | {"DatabaseKmsKeyArn": KEY})
    code, document, err = shop("--yes")
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err
    outputs = document["outputs"]
    assert outputs["DatabaseHost"].startswith("database.cluster-")
    assert ":secret:rds!cluster-" in outputs["DatabaseSecretArn"]
    assert shop.layers() == fresh(tmp_path / "with", capsys, AURORA | {"DatabaseKmsKeyArn": KEY})

    # Handed to a service by one line: where it is, its secret, and exactly these grants.
    write_shop(shop.folder, {"api": API}, {"api": API_VALUES}, rendered=False)
    shop.has(AURORA | {"DatabaseKmsKeyArn": KEY})
    code, document, err = shop("--service", "api", "--yes")
    assert (code, document["status"]) == (0, "CREATE_COMPLETE"), err
    api = shop.stack(f"{STACK}-api").resources
    [container] = api["TaskDefinition"].properties["ContainerDefinitions"]
    variables = {row["Name"]: row["Value"] for row in container["Environment"]}
    assert variables == {
        "PGHOST": outputs["DatabaseHost"],
        "PGPORT": "5432",
        "PGDATABASE": "app",
        "PGSSLMODE": "require",
    }
    secret = outputs["DatabaseSecretArn"]
    assert {row["Name"]: row["ValueFrom"] for row in container["Secrets"]} == {
        "PGUSER": f"{secret}:username::",
        "PGPASSWORD": f"{secret}:password::",
    }
    granted = [
        (statement["Action"], statement["Resource"])
        for policy in api["ExecutionRole"].properties["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    assert granted == [(["secretsmanager:GetSecretValue"], [secret]), (["kms:Decrypt"], [KEY])]

    # Changed in place, without a word of the service; then protected.
    shop.has(AURORA | {"DatabaseKmsKeyArn": KEY, "DatabaseMaxCapacity": "8"})
    code, document, err = shop("--yes")
    assert {change["path"] for change in document["changes"]} == {"Data/DatabaseCluster"}, err
    assert shop("--service", "api", "plan", "--exit-code")[0] == 0
    shop.has(AURORA | {"DatabaseKmsKeyArn": KEY, "DatabaseMaxCapacity": "8"} | PROTECTED)
    code, document, err = shop("--yes")
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err

    # Fewer backups are a loss that a change in place makes.
    shop.has(
        AURORA | {"DatabaseKmsKeyArn": KEY, "DatabaseMaxCapacity": "8", "DatabaseBackupRetentionDays": "1"} | PROTECTED
    )
    code, document, err = shop("--yes")
    assert code == 3, err
    assert "keeps its backups for 1 days instead of 7: older ones are deleted" in err

    # Off: a service imports from it, it is protected, and it is guarded.
    (shop.folder / "templates/services/api.py").rename(tmp_path / "api.py")
    write_shop(shop.folder, {}, {}, rendered=False)
    shop.has(SUBNETS)
    code, document, err = shop("plan")
    assert f"{STACK}-api" in json.dumps(document), "the service imports what would go"
    code, _, err = shop("--service", "api", "delete", "--yes", "--allow", f"{STACK}-api")
    assert code == 0, err
    code, document, err = shop("--yes")
    assert code == 3, err
    assert "Data/DatabaseCluster (AWS::RDS::DBCluster, after a snapshot)" in err
    assert "Data/DatabaseCluster: its deletion protection is on, so that its deletion is refused" in err
    assert "Data/DatabaseInstance: its deletion protection" not in err
    shop.has(AURORA | {"DatabaseKmsKeyArn": KEY, "DatabaseMaxCapacity": "8"})
    assert shop("--yes")[0] == 0
    shop.has(SUBNETS)
    code, document, err = shop("--yes", "--allow", "Data")
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err
    assert "DELETE_FAILED" not in err
    assert shop.layers() == without
    assert shop("plan", "--exit-code")[0] == 0


def test_a_database_that_is_protected_is_refused_by_rds_and_told_of(shop: Shop) -> None:
    shop.has(INSTANCE | PROTECTED)
    _, _, err = shop("--yes")
    assert "an update that fails could not delete the new protected resource Data/DatabaseInstance" in err
    shop.has(SUBNETS)
    code, _, err = shop("--yes", "--allow", "Data")
    assert code == 0, err
    assert "Cannot delete protected DB Instance, please disable deletion protection and try again." in err
    assert "Data/DatabaseInstance (database) could not be deleted: it stays in the account, outside the stack" in err


def test_from_one_kind_to_the_other_is_guarded_in_words(shop: Shop) -> None:
    shop.has(INSTANCE)
    code, _, err = shop("--yes")
    assert code == 0, err
    shop.has(AURORA)
    code, document, err = shop("--yes")
    assert code == 3
    guards = {change["path"]: change["guard"] for change in document["changes"] if change.get("guard")}
    assert guards["Data/DatabaseInstance"] == (
        "holds data: it is deleted after a snapshot; it is replaced by Data/DatabaseCluster, Data/DatabaseReader, "
        "Data/DatabaseWriter, which begins empty: the data is not moved; move it before, or restore the snapshot "
        "beside the stack"
    )
    allowed = [word for path in guards for word in ("--allow", path)]
    code, document, err = shop("--yes", *allowed)
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err
    shop.has(INSTANCE)
    assert shop("--yes")[0] == 3


def test_another_major_version_is_guarded_and_rds_takes_no_older_one(shop: Shop) -> None:
    shop.has(AURORA | {"DatabaseMajorVersion": "16"})
    assert shop("--yes")[0] == 0
    shop.has(AURORA)
    code, document, err = shop("--yes")
    assert code == 3
    assert "gets another major version of its engine" in err
    code, document, err = shop("--yes", "--allow", "Data/DatabaseCluster")
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err
    shop.has(AURORA | {"DatabaseMajorVersion": "16"})
    code, document, err = shop("--yes", "--allow", "Data/DatabaseCluster")
    assert (code, document["status"], document["cause"]["path"]) == (
        1,
        "UPDATE_ROLLBACK_COMPLETE",
        "Data/DatabaseCluster",
    )
    assert "Cannot upgrade aurora-postgresql from 17 to 16" in document["cause"]["reason"]


@pytest.mark.parametrize("values", [AURORA, INSTANCE])
@pytest.mark.parametrize("failing", ["Data/DatabaseMonitoringRole", "Ecs/Service"])
def test_a_creation_that_fails_is_rolled_back_whole_and_one_that_succeeds_ends_protected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], values: dict[str, str], failing: str
) -> None:
    shop = Shop(without_service(tmp_path / "shop"), tmp_path / "state", capsys)
    shop.has(values | PROTECTED)
    code, document, err = shop("--yes", "--fail", f"{failing}=it did not work")
    assert (code, document["status"], document["cause"]["path"]) == (1, "ROLLBACK_COMPLETE", failing), err
    assert "DELETE_FAILED" not in err
    assert "protected from the start" not in err
    assert shop("recover", "--yes")[0] == 0
    code, document, err = shop("--yes")
    assert (code, document["status"]) == (0, "UPDATE_COMPLETE"), err
    assert "a second change set follows with what the creation omitted: DatabaseDeletionProtection" in err
    holding = "DatabaseCluster" if values is AURORA else "DatabaseInstance"
    assert shop.stack("Data").resources[holding].properties["DeletionProtection"] in (True, "true")
    assert shop("plan", "--exit-code")[0] == 0
    assert json.loads(json.dumps(shop("drift")[1]))["in_sync"] is True


def test_an_update_that_switches_it_on_and_fails_leaves_nothing_behind(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fresh(tmp_path, capsys, {})
    shop.has(AURORA)
    code, document, err = shop("--yes", "--fail", "Data/DatabaseWriter=no capacity")
    assert (code, document["status"]) == (1, "UPDATE_ROLLBACK_COMPLETE"), err
    assert "DELETE_FAILED" not in err
    assert shop.layers() == before
    assert shop("--yes")[0] == 0


def test_a_service_that_wants_a_database_is_refused_where_there_is_none(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    write_shop(shop.folder, {"api": API}, {"api": API_VALUES}, rendered=False)
    assert render([], shop.folder) == 2
    assert f"imports {STACK}-DatabaseHost" in capsys.readouterr().err
