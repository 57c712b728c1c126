"""The policies beside the templates, as templates."""

from __future__ import annotations

import json

from tests.scanners.policies import policies, policy_files
from tests.scanners.resolved import PROJECT, own_environments

FOLDER = PROJECT / "rendered" / "policies"


def test_every_document_that_is_rendered_is_scanned() -> None:
    scanned = {file for environment in own_environments() for file in policy_files(FOLDER, environment).values()}
    assert scanned == set(FOLDER.glob("*.json"))


def test_a_policy_stands_whole_in_a_resource_that_scanners_read() -> None:
    some = own_environments()[0]
    resources = policies(PROJECT, some)["Resources"]
    assert {name: body["Type"] for name, body in resources.items()} == {
        "ArtifactsBucket": "AWS::IAM::ManagedPolicy",
        "Deployer": "AWS::IAM::ManagedPolicy",
    }
    deployer = json.loads((FOLDER / f"{some.name}-deployer.json").read_text(encoding="utf-8"))
    assert resources["Deployer"]["Properties"]["PolicyDocument"] == deployer
