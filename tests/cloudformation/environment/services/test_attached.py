"""A service as an environment of its own: what it takes over, what is its own, and what its template must say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.services.attached import (
    Attachment,
    Kind,
    NotAServiceError,
    attached,
    attachment,
    unknown_services,
)
from cloudformation.template.tree import PlainTree
from tests.cloudformation.environment.test_given_values import HEAD, reading

FILE = f"""{HEAD}artifacts_bucket: own-bucket
role: arn:aws:iam::111122223333:role/cloudformation
tags:
  application: shop
protect:
  - Alb/LoadBalancer
stack_policy:
  Statement:
    - {{Effect: Deny, Principal: "*", Action: "Update:*", Resource: "LogicalResourceId/Alb"}}
parameters:
  AppName: shop
  Secret: {{from_environment: SECRET}}
services:
  api:
    Image: api:1
    AppName: other
  mail-sender: {{}}
"""
STATED = {"Kind": "web", "Platform": "PlatformStackName", "Inherits": ["AppName"]}
DECLARED = {"PlatformStackName": {"Type": "String"}, "AppName": {"Type": "String"}, "Image": {"Type": "String"}}


def template(stated: Any = STATED) -> PlainTree:
    return PlainTree({"Metadata": {"Deployment": {"Service": stated}}, "Parameters": DECLARED, "Resources": {}})


def environment(folder: Path, text: str = FILE) -> Environment:
    read = reading(folder, text)
    assert read.problems == ()
    return read.environment


def test_a_service_stands_beside_its_platform(tmp_path: Path) -> None:
    platform = environment(tmp_path)
    own = attached(platform, "mail-sender", attachment(template())).environment
    assert (own.stack, own.platform, own.service) == ("shop-mail-sender", "shop", "mail-sender")
    assert (own.account, own.region, own.bucket, own.role) == (
        platform.account,
        platform.region,
        "own-bucket",
        platform.role,
    )
    assert (own.tags, own.services) == ({"application": "shop"}, {})
    assert (own.owner, own.folder, own.root) == ("shop", "shop/services/mail-sender", "services/mail-sender.yaml")
    assert (platform.owner, platform.folder, platform.root) == ("shop", "shop", "root.yaml")


def test_what_speaks_of_the_platforms_own_resources_stays_there(tmp_path: Path) -> None:
    platform = environment(tmp_path)
    own = attached(platform, "api", attachment(template())).environment
    assert platform.protect
    assert platform.operation.stack_policy
    assert (own.protect, own.operation.stack_policy) == ((), None)


def test_its_values_are_the_platforms_name_what_it_inherits_and_its_own(tmp_path: Path) -> None:
    platform = environment(tmp_path)
    values = {
        name: {key: setting.text for key, setting in attached(platform, name, told).environment.parameters.items()}
        for name in ("api", "mail-sender")
        for told in [attachment(template())]
    }
    assert values["mail-sender"] == {"PlatformStackName": "shop", "AppName": "shop"}
    assert values["api"] == {"PlatformStackName": "shop", "AppName": "other", "Image": "api:1"}


def test_a_value_is_told_at_its_line(tmp_path: Path) -> None:
    own = attached(environment(tmp_path), "api", attachment(template())).environment
    line = FILE.splitlines().index("    Image: api:1") + 1
    assert own.parameters["Image"].place.line == line
    assert own.place_of("parameters").line == line - 1


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        (None, "has no Metadata.Deployment.Service"),
        ([], "has no Metadata.Deployment.Service"),
        (STATED | {"Kind": "lambda"}, "Kind is 'lambda', not one of web, worker, job"),
        (STATED | {"Platform": "Stack"}, "Platform names no parameter"),
        (STATED | {"Inherits": "AppName"}, "Inherits is no list of parameters"),
        (STATED | {"Inherits": ["AppNam"]}, "Inherits names no parameter: AppNam; did you mean AppName?"),
        (STATED | {"Before": ["migrate"]}, "Before is no name of a job"),
    ],
)
def test_a_template_that_does_not_say_how_it_is_attached_is_refused(stated: Any, says: str) -> None:
    with pytest.raises(NotAServiceError, match=r".") as refused:
        attachment(template(stated))
    assert says in str(refused.value)


def test_a_template_says_of_what_kind_it_is() -> None:
    assert attachment(template(STATED | {"Before": "migrate"})) == Attachment(
        Kind.WEB, "PlatformStackName", ("AppName",), "migrate"
    )


def test_a_service_without_a_template_is_told_with_the_nearest(tmp_path: Path) -> None:
    [problem] = unknown_services(environment(tmp_path), ["api", "mail-sende"])
    assert "there is no template services/mail-sender.yaml; did you mean mail-sende?" in str(problem)
    assert list(unknown_services(environment(tmp_path), ["api", "mail-sender"])) == []
