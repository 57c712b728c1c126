"""The policies of rendered/policies/, as templates: scanners read IAM documents in resources only.

An environment's deployer gets a managed policy, its service role an inline one, which may be longer; whoever makes the
artifacts bucket serves every environment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import Environment

LAYER = "policies"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": ["sts:AssumeRole"]}
    ],
}


def policy_files(folder: Path, environment: Environment) -> dict[str, Path]:
    """The policies that an environment has, by the logical id that they get here."""
    named = {
        "ArtifactsBucket": folder / "artifacts-bucket.json",
        "Deployer": folder / f"{environment.name}-deployer.json",
        "ServiceRole": folder / f"{environment.name}-service-role.json",
    }
    return {name: file for name, file in named.items() if file.exists()}


def policies(project: Path, environment: Environment) -> dict[str, Any]:
    """A template with all of them."""
    files = policy_files(project / "rendered" / "policies", environment)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The policies of environment {environment.name}.",
        "Resources": dict(_resources(files)),
    }


def _resources(files: dict[str, Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, file in files.items():
        document = json.loads(file.read_text(encoding="utf-8"))
        if name == "ServiceRole":
            inline = {"PolicyName": file.stem, "PolicyDocument": document}
            properties = {"AssumeRolePolicyDocument": _TRUST, "Policies": [inline]}
            yield name, {"Type": "AWS::IAM::Role", "Properties": properties}
        else:
            yield name, {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
