"""What a deletion leaves: as the templates say of each resource that the environment has."""

from __future__ import annotations

from templates.bundle.pages.leaving import deleting
from tests.own_system import DEV, PROD
from tests.templates.bundle.pages.stacks import platform, service


def test_what_the_templates_retain_stays_and_says_what_is_in_it() -> None:
    text = "\n".join(deleting(platform()))
    assert "`Alb/AccessLogsBucket` (AWS::S3::Bucket) with the objects in it: its DeletionPolicy is" in text
    assert f"`{PROD.bucket}`" in text
    assert "AccessLogsBucket" not in "\n".join(deleting(platform("dev")))


def test_protections_are_lifted_first_where_there_are_any() -> None:
    text = "\n".join(deleting(platform()))
    assert (
        text.index("AlbDeletionProtection=false") < text.index("protect --env prod --off") < text.index("```sh delete")
    )
    assert not DEV.termination_protection
    assert "unprotect" not in "\n".join(deleting(platform("dev")))


def test_a_service_is_deleted_by_itself() -> None:
    assert "bin/deploy.sh delete --env prod --service api" in deleting(service())
