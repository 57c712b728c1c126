"""A service of a bundle: a stack of its own, on the platform that the same program deploys."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.bundle.bundle import write_bundle
from tests.deployment.shop import write_shop
from tests.deployment.this_process import RehearsalHere
from tests.handoff.ops import Ops
from tests.handoff.quick_cli import quick_cli
from tests.own_system import DEV

pytestmark = pytest.mark.slow


def test_a_service_is_deployed_on_its_platform_and_deleted_before_it(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    shop = write_shop(tmp_path / "project")
    bundle = tmp_path / "a bundle"
    write_bundle(shop, bundle)
    service = sorted(path.name for path in (bundle / "config/dev/services").iterdir())[0]
    words = ("--env", "dev", "--service", service)
    with RehearsalHere(shop, ("--params", str(shop / "params"))) as rehearsal, quick_cli(tmp_path) as programs:
        someone = Ops(bundle, rehearsal.url(), programs)
        assert "create it first: bin/deploy.sh deploy --env dev" in someone("plan", *words).ended(5).err
        someone("deploy", "--env", "dev", "--yes").ended(0)
        planned = someone("plan", *words, "--exit-code").ended(4).err
        assert "AWS::ECS::Service" in planned
        someone("deploy", *words, "--yes").ended(0)
        assert "nothing to do" in someone("plan", *words, "--exit-code").ended(0).err
        assert "the files are the same" in someone("status", *words).ended(0).err
        assert f"runs templates/services/{service}.yaml" in someone("verify", *words).ended(0).err
        told = someone("delete", "--env", "dev", "--yes", "--allow", DEV.stack).ended(1).err
        assert "in use by" in told
        someone("delete", *words, "--yes").ended(3)
