"""A bundle of a system of two layers, one of which reads the other: as the large ones are, and made in a moment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cloudformation.environment.delivery.artifacts_bucket import bucket_policy
from templates.bundle.bundle import bundle as made_bundle
from templates.bundle.files import json_file
from tests.deployment.this_process import RehearsalHere
from tests.handoff.ops import PROJECT, Ops, seal
from tests.handoff.quick_cli import quick_cli

ROOT = """\
# Rendered from root.py by render.py.
# Release: version 1.0.0, commit unknown, digest sha256:0000000000000000000000000000000000000000000000000000000000000000
# Release: without its sources, change values in config/ alone, and ask the people who made it for anything else.
AWSTemplateFormatVersion: "2010-09-09"

Metadata:
  Release:
    Version: "1.0.0"
    Commit: "unknown"
    Digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  Audience: everybody

Parameters:
  Words:
    Type: String
    Default: ""

  Name:
    Type: String

  Seconds:
    Type: Number
    Default: 30

  Password:
    Type: String
    NoEcho: true
    Default: unset

Resources:
  Store:
    Type: AWS::CloudFormation::Stack
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      TemplateURL: store.yaml
      Parameters:
        Words: !Ref Words
        Name: !Ref Name

  Reader:
    Type: AWS::CloudFormation::Stack
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      TemplateURL: "reader.yaml"
      Parameters:
        TopicArn: !GetAtt Store.Outputs.TopicArn
        Seconds: !Ref Seconds

Outputs:
  TopicArn:
    Value: !GetAtt Store.Outputs.TopicArn
"""
STORE = """\
AWSTemplateFormatVersion: "2010-09-09"

Parameters:
  Words:
    Type: String

  Name:
    Type: String

Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Ref Words
      TopicName: !Ref Name

Outputs:
  TopicArn:
    Description: The Topic that all of it is about.
    Value: !Ref Topic
"""
READER = """\
AWSTemplateFormatVersion: "2010-09-09"

Parameters:
  TopicArn:
    Type: String

  Seconds:
    Type: Number

Resources:
  Queue:
    Type: AWS::SQS::Queue
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      VisibilityTimeout: !Ref Seconds

  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref TopicArn
      Protocol: sqs
      Endpoint: !GetAtt Queue.Arn
"""
ENVIRONMENT = {
    "ENVIRONMENT": "dev",
    "SERVICE": "",
    "ACCOUNT": "123456789012",
    "REGION": "ap-northeast-1",
    "PARTITION": "aws",
    "PARTITION_SUFFIX": "amazonaws.com",
    "STACK": "small",
    "PLATFORM": "",
    "BUCKET": "cfn-artifacts-123456789012-ap-northeast-1",
    "FOLDER": "small",
    "ROOT": "root.yaml",
    "BUCKET_IS_OURS": "true",
    "ROLE_ARN": "",
    "CAPABILITIES": "",
    "TERMINATION_PROTECTION": "false",
    "PROTECT": "",
    "MONITORING_MINUTES": "",
    "CHANGE_SET_PREFIX": "deploy-small-",
    "NO_ECHO": "Password",
}


@cache
def _of_every_bundle() -> dict[str, bytes]:
    """The program, and the bodies of the calls that make the bucket, by their paths."""
    made = {file.path: file.content for file in made_bundle(PROJECT).files}
    policy = json_file("config/dev/bucket-policy.json", bucket_policy("aws", ENVIRONMENT["BUCKET"]))
    ours = {path: content for path, content in made.items() if path.startswith(("bin/", "policy/bucket/"))}
    return ours | {policy.path: policy.content}


def small_bundle(
    folder: Path,
    *,
    values: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    **settings: str,
) -> Path:
    """A sealed bundle; `values` are of parameters, `files` more of them or others, `settings` of environment.sh."""
    for name, content in _of_every_bundle().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    given = {"Words": "hello", "Name": "words", "Seconds": "30"} | dict(values or {})
    texts = {
        "templates/root.yaml": ROOT,
        "templates/store.yaml": STORE,
        "templates/reader.yaml": READER,
        "config/dev/environment.sh": "".join(f"{key}='{value}'\n" for key, value in (ENVIRONMENT | settings).items()),
        "config/dev/parameters.json": json.dumps(
            [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()], indent=2
        ),
        "config/dev/tags.json": json.dumps([{"Key": "environment", "Value": "dev"}]),
        **(files or {}),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "bin/deploy.sh").chmod(0o755)
    seal(folder)
    return folder


def with_values(bundle: Path, folder: Path, **values: str) -> Path:
    """A copy of a bundle with other values, sealed again."""
    shutil.copytree(bundle, folder)
    path = folder / "config/dev/parameters.json"
    rows = [row for row in json.loads(path.read_text()) if row["ParameterKey"] not in values]
    rows += [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    path.write_text(json.dumps(rows))
    seal(folder)
    return folder


@contextmanager
def small(folder: Path, *arguments: str) -> Iterator[Ops]:
    """Somebody with such a bundle, and a rehearsal."""
    bundle = small_bundle(folder / "a bundle, with $HOME and 'quotes'")
    with RehearsalHere(PROJECT, arguments) as rehearsal, quick_cli(folder) as programs:
        yield Ops(bundle, rehearsal.url(), programs)
