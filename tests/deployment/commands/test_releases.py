"""A release is recorded as far as its end was seen, even if the run stopped watching."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from deployment.commands.deploy import deploy
from deployment.commands.releases import releases
from deployment.errors import OperationFailed
from deployment.run.outcome import Listed
from deployment.run.telling import Happened, Told
from rehearsal.scenario.faults import ResourceFault
from tests.deployment.rehearsed import Player
from tests.deployment.scenes import Stage, project_in


@pytest.fixture
def player(played: Stage, tmp_path: Path) -> Iterator[Player]:
    played.faults()
    with closing(Player(project_in(tmp_path, f"shop-{uuid.uuid4().hex[:8]}"), played.url)) as made:
        yield made


def _listed(player: Player) -> Listed:
    outcome = releases(player.run())
    assert isinstance(outcome, Listed)
    return outcome


def test_whoever_stops_watching_leaves_a_record_without_an_end(player: Player, played: Stage) -> None:
    def interrupted(told: Told) -> None:
        if isinstance(told, Happened):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deploy(replace(player.run(), tell=interrupted))
    played.cloud.run_until_idle()
    [release] = _listed(player).releases
    assert (release.outcome, release.current) == (None, True)


def test_what_failed_is_no_release(player: Player, played: Stage) -> None:
    deploy(player.run())
    played.faults(ResourceFault("App/Role", "update"))
    with pytest.raises(OperationFailed):
        deploy(player.run("Hours=7"))
    [release] = _listed(player).releases
    assert (release.outcome, release.current) == ("CREATE_COMPLETE", True), "the rollback led back to it"


def test_where_nothing_was_deployed_there_is_none_and_no_way_back(player: Player) -> None:
    assert _listed(player) == Listed(player.run().environment.stack, ())
    deploy(player.run())
    assert _listed(player).back == "", "there is none before the one that stands"


def test_what_is_no_record_is_named_and_the_others_are_listed(player: Player) -> None:
    deploy(player.run())
    stack = player.run().environment.stack
    key = f"_releases/{stack}/20200101T000000Z-abc.json"
    player.client("s3").put_object(Bucket="cfn-artifacts-111122223333-eu-west-1", Key=key, Body=b"{}")
    listed = _listed(player)
    assert (len(listed.releases), listed.unread) == (1, (key,))
