"""The documents of rendered/policies/, as templates: scanners read IAM documents in resources only.

Each is a managed policy: those of an environment's deployer, and the one for creating the artifacts bucket,
which serves every environment. CloudFormation's role is a template already.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import Environment

LAYER = "policies"


def policy_files(folder: Path, environment: Environment) -> dict[str, Path]:
    """The documents that an environment has, by the logical id that they get here."""
    deployers = sorted(folder.glob(f"{environment.name}-deployer*.json"))
    named = {f"Deployer{number if number > 1 else ''}": file for number, file in enumerate(deployers, start=1)}
    return {"ArtifactsBucket": folder / "artifacts-bucket.json", **named}


def policies(project: Path, environment: Environment) -> dict[str, Any]:
    """A template with all of them."""
    files = policy_files(project / "rendered" / "policies", environment)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The policies of environment {environment.name}.",
        "Resources": {
            name: {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": json.loads(file.read_text(encoding="utf-8"))},
            }
            for name, file in files.items()
        },
    }
