"""config/: what an environment sends beside the templates, in the form of each program that sends it.

    environment.sh        what bin/deploy.sh reads: lines NAME='value'
    parameters.json       aws cloudformation create-change-set --parameters file://
    overrides.json        aws cloudformation deploy --parameter-overrides file://
    tags.json             --tags file:// of create-change-set, create-stack, update-stack
    deploy-tags.json      --tags file:// of aws cloudformation deploy
    codepipeline.json     the template configuration of CodePipeline's CloudFormation action
    deployment.json       the stack deployment file of Git sync
    secrets.txt           parameters whose value is in no file: KEY=VARIABLE, an environment variable

Beside these, only where the environment says something of it: notifications.json, rollback-triggers.json,
stack-policy.json; and what a creation sends, where that is something else: parameters.at-creation.json,
overrides.at-creation.json, codepipeline.at-creation.json.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/git-sync-concepts-terms.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.environment.delivery.artifacts_bucket import bucket_policy
from cloudformation.environment.delivery.change_set_names import OURS, change_set_name
from templates.bundle.deployables import Deployable
from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile, assignments, json_file, text_file
from templates.rendering.environment import parameter_rows

PUBLISHED = "published/root.yaml"
"""Where bin/deploy.sh publish puts the root that names every other template by its URL."""


def configuration(one: Deployable) -> Iterator[BundleFile]:
    """All files of one stack."""
    folder, tags = f"config/{one.folder}", one.environment.tags
    yield assignments(f"{folder}/environment.sh", environment_variables(one))
    yield json_file(f"{folder}/tags.json", [{"Key": key, "Value": value} for key, value in sorted(tags.items())])
    # That command takes a tag apart at its first equals sign.
    if not any("=" in key for key in tags):
        yield json_file(f"{folder}/deploy-tags.json", [f"{key}={value}" for key, value in sorted(tags.items())])
    yield from _values(folder, "", one, one.values)
    if one.at_creation != one.values:
        yield from _values(folder, ".at-creation", one, one.at_creation)
    yield json_file(f"{folder}/deployment.json", _git_sync(one))
    yield from _operation(folder, one)
    if one.given_elsewhere:
        yield text_file(f"{folder}/secrets.txt", "".join(_secrets(one)))
    if one.environment.service is None:
        policy = bucket_policy(one.partition.name, one.environment.bucket)
        yield json_file(f"{folder}/bucket-policy.json", policy)


def environment_variables(one: Deployable) -> dict[str, str]:
    """What bin/deploy.sh reads of a stack."""
    environment, partition = one.environment, one.partition
    minutes = environment.operation.monitoring_minutes
    return {
        "ENVIRONMENT": environment.name,
        "SERVICE": environment.service or "",
        "ACCOUNT": environment.account,
        "REGION": environment.region,
        "PARTITION": partition.name,
        "PARTITION_SUFFIX": partition.dns_suffix,
        "STACK": environment.stack,
        "PLATFORM": environment.platform or "",
        "BUCKET": environment.bucket,
        "FOLDER": environment.folder,
        "ROOT": environment.root,
        "BUCKET_IS_OURS": "true",  # one that is not there is made, however it is called
        "ROLE_ARN": environment.role or "",
        "CAPABILITIES": " ".join(one.capabilities),
        "TERMINATION_PROTECTION": "true" if environment.termination_protection else "false",
        "PROTECT": " ".join(_protected(one)),
        "MONITORING_MINUTES": "" if minutes is None else str(minutes),
        "CHANGE_SET_PREFIX": change_set_name(OURS, environment.owner, ""),
        "NO_ECHO": " ".join(one.no_echo),
    }


def _protected(one: Deployable) -> tuple[str, ...]:
    """The paths that are protected; raises BundleError for one that cannot be in a list separated by blanks."""
    for entry in one.environment.protect:
        if not entry or entry.split() != [entry]:
            raise BundleError(
                f"protect: {entry!r} is not the path of a resource, so it protects nothing",
                f"fix it in params/{one.environment.name}.yaml",
            )
    return one.environment.protect


def _values(folder: str, ending: str, one: Deployable, values: Mapping[str, str | None]) -> Iterator[BundleFile]:
    yield json_file(f"{folder}/parameters{ending}.json", parameter_rows(values))
    # What is left out of these keeps the value that the stack has.
    given = {name: value for name, value in values.items() if value is not None}
    yield json_file(f"{folder}/overrides{ending}.json", [f"{name}={value}" for name, value in given.items()])
    yield json_file(f"{folder}/codepipeline{ending}.json", _code_pipeline(one, given))


def _code_pipeline(one: Deployable, given: Mapping[str, str]) -> dict[str, Any]:
    policy = one.environment.operation.stack_policy
    stated = {} if policy is None else {"StackPolicy": json.loads(policy)}
    return {"Parameters": dict(given), "Tags": dict(sorted(one.environment.tags.items()))} | stated


def _git_sync(one: Deployable) -> dict[str, Any]:
    given = {name: value for name, value in one.values.items() if value is not None}
    root = PUBLISHED if one.environment.service is None else f"templates/{one.environment.root}"
    return {
        "template-file-path": root,
        "parameters": given,
        "tags": dict(sorted(one.environment.tags.items())),
    }


def _operation(folder: str, one: Deployable) -> Iterator[BundleFile]:
    said = one.environment.operation
    if said.notifications is not None:
        yield json_file(f"{folder}/notifications.json", list(said.notifications))
    if said.triggers is not None:
        triggers = [{"Arn": trigger.arn, "Type": trigger.type} for trigger in said.triggers]
        yield json_file(f"{folder}/rollback-triggers.json", triggers)
    if said.stack_policy is not None:
        yield text_file(f"{folder}/stack-policy.json", said.stack_policy + "\n")


def _secrets(one: Deployable) -> Iterator[str]:
    for name, setting in one.given_elsewhere.items():
        yield f"{name}={setting.source.variable if setting.source else ''}\n"
