"""What Secrets Manager holds, put there over the wire and read as CloudFormation reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rehearsal.loopback.server import Server
from rehearsal.neighbours.moto_services import Neighbours
from rehearsal.state.service_error import ServiceError
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import ACCOUNT, REGION


@pytest.fixture
def manager(server: Server) -> Any:
    return client("secretsmanager", server.url)


def refusal(neighbours: Neighbours, name: str, stage: str = "", version: str = "", region: str = REGION) -> str:
    with pytest.raises(ServiceError) as caught:
        neighbours.secret(name, stage, version, region)
    return f"{caught.value.code}: {caught.value.message}"


def test_a_secret_is_read_by_name_or_arn_in_any_of_its_versions(manager: Any, neighbours: Neighbours) -> None:
    made = manager.create_secret(Name="app/db", SecretString="one")
    manager.put_secret_value(SecretId="app/db", SecretString="two")
    for name in ("app/db", made["ARN"]):
        assert neighbours.secret(name, "", "", REGION) == "two"
        assert neighbours.secret(name, "AWSCURRENT", "", REGION) == "two"
        assert neighbours.secret(name, "AWSPREVIOUS", "", REGION) == "one"
        assert neighbours.secret(name, "", made["VersionId"], REGION) == "one"
        assert neighbours.secret(name, "AWSPREVIOUS", made["VersionId"], REGION) == "one"


def test_a_secret_that_is_not_there_is_refused_in_the_words_of_the_service(
    manager: Any, neighbours: Neighbours
) -> None:
    made = manager.create_secret(Name="db", SecretString="one")
    missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret."
    assert refusal(neighbours, "gone") == missing
    assert refusal(neighbours, "db", region="eu-west-1") == missing
    assert refusal(neighbours, "db", region="mars-north-1") == missing
    value = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for"
    assert refusal(neighbours, "db", stage="AWSPREVIOUS") == f"{value} staging label: AWSPREVIOUS"
    assert refusal(neighbours, "db", version="0" * 36) == f"{value} VersionId: {'0' * 36}"
    assert refusal(neighbours, "db", "AWSPREVIOUS", made["VersionId"]) == (
        "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId."
    )


def test_a_secret_without_a_text_has_nothing_to_show(manager: Any, neighbours: Neighbours) -> None:
    manager.create_secret(Name="empty")
    assert refusal(neighbours, "empty").endswith("for staging label: AWSCURRENT")
    manager.create_secret(Name="binary", SecretBinary=b"x")
    assert refusal(neighbours, "binary").endswith("holds no SecretString, and SecretBinary is not simulated")


def test_a_secret_that_waits_for_its_deletion_is_not_read(manager: Any, neighbours: Neighbours) -> None:
    manager.create_secret(Name="db", SecretString="one")
    manager.delete_secret(SecretId="db")
    assert refusal(neighbours, "db") == (
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion."
    )
    manager.restore_secret(SecretId="db")
    assert neighbours.secret("db", "", "", REGION) == "one"


def test_secrets_survive_a_restart_with_their_versions(manager: Any, tmp_path: Path) -> None:
    from moto.core.base_backend import BackendDict

    made = manager.create_secret(Name="db", SecretString="one")
    manager.put_secret_value(SecretId="db", SecretString="two")
    BackendDict.reset()
    again = Neighbours(ACCOUNT, tmp_path / "state")
    assert again.secret(made["ARN"], "", "", REGION) == "two"
    assert again.secret("db", "", made["VersionId"], REGION) == "one"
