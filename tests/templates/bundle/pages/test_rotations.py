"""What is renewed: the certificate, secrets and keys that an environment has, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from cloudformation.environment.findings import Place
from cloudformation.environment.value_sources import Setting, variable
from templates.bundle.pages.rotations import rotating
from templates.bundle.pages.stack_facts import StackFacts
from tests.templates.bundle.pages.stacks import platform, service

CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/a"
KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/a"


def test_a_certificate_that_is_requested_renews_itself_and_one_s_own_is_imported_again() -> None:
    assert 'describe-certificate --certificate-arn "$CERT_CERTIFICATE"' in "\n".join(rotating(platform()))
    own = "\n".join(rotating(platform(ExistingCertificateArn=CERTIFICATE)))
    assert f"--certificate-arn {CERTIFICATE}" in own
    assert "CERT_CERTIFICATE" not in own


def test_secrets_of_a_service_are_named_and_its_tasks_start_anew() -> None:
    text = "\n".join(rotating(service()))
    assert "`DB_PASSWORD` comes from" in text
    assert "shop/db" in text
    assert f'aws ecs update-service --cluster {platform().cluster} --service "$SERVICE" --force-new-deployment' in text


def test_a_parameter_that_comes_from_the_environment_is_given_again() -> None:
    own = platform().one
    settings = {**own.environment.parameters, "Password": Setting("", Place("x"), source=variable("DB_PASSWORD"))}
    text = "\n".join(rotating(StackFacts(replace(own, environment=own.environment._replace(parameters=settings)))))
    assert "bin/deploy.sh plan --env prod --set-from-env Password=DB_PASSWORD" in text


def test_a_key_of_one_s_own_is_named_and_warned_of() -> None:
    assert "AWS rotates them" in "\n".join(rotating(platform()))
    assert f"get-key-rotation-status --key-id {KEY}" in "\n".join(rotating(platform(KmsKeyArn=KEY)))
