"""What is rotated: the certificate, secrets, keys."""

from collections.abc import Iterator
from typing import Any

from cloudformation.unknown import shown
from templates.bundle.pages.markdown import Lines, bullets, commands, heading, paragraph
from templates.bundle.pages.stack_facts import CERTIFICATE, SERVICE, TASK_DEFINITION, StackFacts, shown_name, variable
from templates.layers.root import existing_certificate_arn
from templates.parts.parameters import kms_key_arn


def rotating(facts: StackFacts) -> Lines:
    lines = [*_certificate(facts), *_secrets(facts), *_keys(facts)]
    return [*heading(3, f"{facts.title}: rotate certificate, secrets and keys"), *lines] if lines else []


def _certificate(facts: StackFacts) -> Lines:
    given = facts.one.values.get(existing_certificate_arn.title) or ""
    certificates = facts.of(CERTIFICATE)
    if given:
        return [
            *paragraph(
                f"**The certificate** is an existing one, `{given}`. If ACM issued it, ACM renews it. If you imported",
                "it, import the new one over the same ARN before it expires: the stack does not change.",
            ),
            *commands(facts.aws("acm describe-certificate", f"--certificate-arn {given}", _DATES)),
            *paragraph(facts.console("Certificate Manager", "List certificates")),
        ]
    if not certificates:
        return []
    name = f'"{variable(certificates[0])}"'
    return [
        *paragraph(
            "ACM renews **the certificate** as long as its validation record is in the hosted zone. Never delete",
            "that record. If `RenewalStatus` is pending or failed, compare the record with the hosted zone.",
        ),
        *commands(facts.aws("acm describe-certificate", f"--certificate-arn {name}", _DATES)),
        *paragraph(facts.console("Certificate Manager", "List certificates")),
    ]


_DATES = "--query 'Certificate.[Status,NotAfter,RenewalSummary.RenewalStatus,DomainValidationOptions[].ResourceRecord]'"


def _secrets(facts: StackFacts) -> Lines:
    secrets = list(_places(facts))
    elsewhere = facts.one.given_elsewhere
    if not secrets and not elsewhere:
        return []
    lines = paragraph("**Secrets.**") if secrets or elsewhere else []
    if elsewhere:
        options = [f"--set-from-env {name}={_variable(setting)}" for name, setting in elsewhere.items()]
        lines += paragraph(
            "For a parameter whose value is in no file, set the environment variable to the new value and deploy.",
        )
        lines += commands(facts.program("plan", *options), when="secrets")
        lines += paragraph(facts.console(*facts.in_console, "Update stack", "Create a change set"))
    if secrets and facts.of(SERVICE):
        lines += bullets(f"`{name}` comes from {place}" for name, place in secrets)
        lines += paragraph(
            "Change the value there first. Tasks read it when they start: replace the running tasks.",
        )
        lines += _new_tasks(facts)
    return lines


def _new_tasks(facts: StackFacts) -> Lines:
    service = facts.of(SERVICE)[0]
    return [
        *commands(
            facts.aws(
                "ecs update-service",
                f'--cluster {facts.cluster} --service "{variable(service)}" --force-new-deployment',
                "--query 'service.deployments[0].rolloutState'",
            )
        ),
        *paragraph(
            facts.console(
                "Elastic Container Service", "Clusters", facts.cluster, "Services", shown_name(facts, service)
            ),
            "Choose *Update service, Force new deployment*.",
        ),
    ]


def _places(facts: StackFacts) -> Iterator[tuple[str, str]]:
    for task in facts.of(TASK_DEFINITION):
        containers: Any = task["ContainerDefinitions"]
        for container in containers if isinstance(containers, list) else []:
            secrets = container.get("Secrets")
            for secret in secrets if isinstance(secrets, list) else []:
                yield str(secret["Name"]), shown(secret["ValueFrom"])


def _variable(setting: Any) -> str:
    return setting.source.variable or "VARIABLE"


def _keys(facts: StackFacts) -> Lines:
    if not facts.declares(kms_key_arn.title):
        return []
    key = facts.one.values.get(kms_key_arn.title) or ""
    if not key:
        return paragraph("**Keys.** AWS owned keys encrypt logs and buckets, and AWS rotates them: nothing to do.")
    return [
        *paragraph(
            f"**Keys.** `{key}` encrypts the log groups. With rotation on, KMS creates new key material each year "
            "under",
            f"the same ARN: nothing to do. If you set another key ({kms_key_arn.title}), it encrypts what is "
            "written from",
            "then on; **never disable or delete the old key while you need the logs that it encrypted.**",
        ),
        *commands(facts.aws("kms get-key-rotation-status", f"--key-id {key}")),
        *paragraph(facts.console("Key Management Service", "Customer managed keys")),
    ]
