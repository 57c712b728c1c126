"""Templates are found from the root down; what cannot be read is reported as such, and nothing is read twice."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from deployment.artifacts.packaging import Artifact, Located, Package, Storage
from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.errors import Unreachable
from deployment.review.stack_templates import (
    Read,
    StackTemplates,
    documents,
    is_pinned,
    packaged,
    proposed,
    stored,
    template_urls,
)
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.review.judged import a_set, empty_set, path
from tests.deployment.shapes import STACK_TYPE, START, change_set, row, set_arn, stack_arn

_WAITING = Waiting(FakeTime().clock, POLLING)
_STORAGE = Storage("artifacts", "111122223333", "eu-west-1", "aws", "amazonaws.com", "shop-dev")


def _nesting(**urls: str) -> str:
    nested = (f"  {name}: {{Type: '{STACK_TYPE}', Properties: {{TemplateURL: {url}}}}}\n" for name, url in urls.items())
    return f"Resources:\n  Topic: {{Type: AWS::SNS::Topic}}\n{''.join(nested)}"


def _reading(**texts: str) -> Read:
    return lambda _, url: texts.get(url)


def test_every_level_is_found_and_what_cannot_be_read_is_left_out() -> None:
    found = documents(_nesting(A="a", B="b"), _reading(a=_nesting(C="c"), c=_nesting()))
    assert set(found) == {(), ("A",), ("A", "C")}
    assert set(found[ResourcePath(("A", "C"))]["Resources"]) == {"Topic"}


def test_what_was_packaged_is_read_by_its_url_without_a_call() -> None:
    client = FakeClient("cloudformation", describe_change_set=change_set("root"))
    tree = await_change_set(client, set_arn("root"), _WAITING)
    package = Package("", "", (Artifact("shop-dev/app-1.yaml", b"text", Located("v1")),))
    read = packaged(package, _STORAGE, client, tree)
    assert read(ResourcePath(("App",)), _STORAGE.url("shop-dev/app-1.yaml", "v1")) == "text"
    assert read(ResourcePath(("App",)), _STORAGE.url("shop-dev/app-1.yaml")) is None, "another version, perhaps"
    assert read(ResourcePath(("App",)), "https://elsewhere/app-1.yaml") is None


def test_what_is_stored_is_read_from_our_own_bucket_alone() -> None:
    s3 = FakeClient("s3", get_object={"Body": BytesIO(b"text")})
    read = stored(s3, _STORAGE)
    assert read(ResourcePath(("App",)), "https://elsewhere.s3.eu-west-1.amazonaws.com/shop-dev/app-1.yaml") is None
    assert s3.calls == []
    assert read(ResourcePath(("App",)), _STORAGE.url("shop-dev/app-1.yaml")) == "text"
    asked = {"Bucket": "artifacts", "Key": "shop-dev/app-1.yaml", "ExpectedBucketOwner": "111122223333"}
    assert s3.calls == [("get_object", asked)]


def test_what_is_stored_is_read_in_the_version_that_the_url_names() -> None:
    s3 = FakeClient("s3", get_object={"Body": BytesIO(b"text")})
    assert stored(s3, _STORAGE)(ROOT, _STORAGE.url("shop-dev/a b-1.yaml", "v+1")) == "text"
    [asked] = s3.named("get_object")
    assert (asked["Key"], asked["VersionId"]) == ("shop-dev/a b-1.yaml", "v+1")


def test_what_is_stored_no_more_is_not_read_and_an_outage_is_an_error() -> None:
    url = _STORAGE.url("shop-dev/app-1.yaml")
    gone = FakeClient("s3", get_object=refusal("NoSuchKey", "The specified key does not exist.", 404))
    assert stored(gone, _STORAGE)(ROOT, url) is None

    late = FakeClient("s3", get_object={"Body": _Cut()})
    with pytest.raises(Unreachable):
        stored(late, _STORAGE)(ROOT, url)


class _Cut(BytesIO):
    def read(self, _: int | None = -1) -> bytes:
        raise ReadTimeoutError(endpoint_url="https://artifacts")


def _standing(client: FakeClient, urls: dict[ResourcePath, str], **texts: str) -> StackTemplates:
    waiting = Waiting(FakeTime().clock, POLLING)
    plain = await_change_set(client, set_arn("root"), waiting)
    return StackTemplates(client, waiting, plain, _reading(**texts), urls)


def _client(**answers: Any) -> FakeClient:
    rows = [row("A", kind=STACK_TYPE, PhysicalResourceId=stack_arn("a")), row("New", kind=STACK_TYPE, action="Add")]
    below = {
        "LogicalResourceId": "C",
        "PhysicalResourceId": stack_arn("c"),
        "ResourceType": STACK_TYPE,
        "ResourceStatus": "CREATE_COMPLETE",
        "LastUpdatedTimestamp": START,
    }
    gone = below | {"LogicalResourceId": "D", "ResourceStatus": "DELETE_COMPLETE"}
    given = {
        "describe_change_set": change_set("root", *rows),
        "get_template": lambda StackName, **_: {"TemplateBody": f"of {StackName}"},  # noqa: N803
        "list_stack_resources": {"StackResourceSummaries": [below, gone]},
    }
    return FakeClient("cloudformation", **{**given, **answers})


def test_what_one_version_of_an_object_says_is_not_asked_for() -> None:
    client, layer = _client(), ResourcePath(("A",))
    url = "https://artifacts.s3.eu-west-1.amazonaws.com/a.yaml?versionId=1"
    assert _standing(client, {layer: url}, **{url: "same"}).read(layer, url) == "same"
    assert client.named("get_template") == []


@pytest.mark.parametrize("url", ["https://shared.s3.eu-west-1.amazonaws.com/a.yaml", "{'Fn::Sub': 'x?versionId=${V}'}"])
def test_what_is_behind_one_url_may_have_been_another_text(url: str) -> None:
    client, layer = _client(), ResourcePath(("A",))
    assert _standing(client, {layer: url}, **{url: "as it is now"}).read(layer, url) == f"of {stack_arn('a')}"


def test_what_cannot_be_compared_is_not_asked_for() -> None:
    client, layer = _client(), ResourcePath(("A",))
    assert _standing(client, {layer: "https://shared/a.yaml"}).read(layer, "https://shared/a.yaml") is None
    assert client.named("get_template") == []


def test_a_layer_that_no_change_set_lists_is_looked_up() -> None:
    client = _client()
    assert _standing(client, {}).read(ResourcePath(("C",)), "x") == f"of {stack_arn('c')}"
    assert client.named("list_stack_resources") == [{"StackName": stack_arn()}]


@pytest.mark.parametrize(
    ("query", "pinned"),
    [
        ("", False),
        ("?versionId=", False),
        ("?versionId=null", False),
        ("?versionId=a&versionId=null", False),
        ("?x=versionId=a", False),
        ("?versionId=a", True),
    ],
)
def test_a_url_names_a_version_that_nobody_can_write_over(query: str, pinned: bool) -> None:
    assert is_pinned(f"https://b.s3.eu-west-1.amazonaws.com/k.yaml{query}") is pinned


def test_what_a_url_without_a_version_led_to_is_read_of_the_stack() -> None:
    client, path = _client(), ResourcePath(("A",))
    assert _standing(client, {path: "u"}, u="another").read(path, "u") == f"of {stack_arn('a')}"


def test_what_changes_is_read_of_the_stack_itself() -> None:
    client = _client()
    standing = _standing(client, {ResourcePath(("A",)): "new"}, new="text")
    assert standing.read(ResourcePath(("A",)), "old") == f"of {stack_arn('a')}"
    assert standing.read(ResourcePath(("New",)), "old") is None
    assert client.named("list_stack_resources") == []


def test_stacks_below_a_layer_are_looked_up_once() -> None:
    client = _client()
    standing = _standing(client, {})
    assert standing.read(ResourcePath(("A", "C")), "x") == f"of {stack_arn('c')}"
    assert (
        standing.arn(ResourcePath(("A", "D"))),
        standing.lacks(ResourcePath(("A", "D"))),
        standing.lacks(ResourcePath(("A", "C"))),
    ) == (None, True, False)
    assert standing.lacks(ResourcePath(("B", "X"))) is False, "it was not looked up"
    assert client.named("list_stack_resources") == [{"StackName": stack_arn("a")}]


def test_a_layer_that_is_gone_has_nothing_below_it() -> None:
    client = _client(list_stack_resources=refusal("ValidationError", "Stack with id a does not exist"))
    standing = _standing(client, {})
    assert (standing.arn(ResourcePath(("A", "C"))), standing.lacks(ResourcePath(("A", "C")))) == (None, True)


def test_a_nested_stack_without_properties_has_a_url_that_nothing_can_be_read_of() -> None:
    bodies: dict[str, Any] = {"A": {"Type": STACK_TYPE}, "B": None, "C": {"Type": "AWS::SNS::Topic", "Properties": {}}}
    assert template_urls({"Resources": bodies}) == {"A": "None"}
    assert template_urls({"Resources": {"A": {"Type": STACK_TYPE, "Properties": None}}}) == {"A": "None"}
    assert template_urls({"Resources": None}) == template_urls({}) == {}
    assert set(documents(f"Resources: {{A: {{Type: '{STACK_TYPE}'}}}}", _reading(a="x"))) == {()}


def test_what_a_change_set_contains_is_read_of_it_once_and_all_else_elsewhere() -> None:
    client = FakeClient(
        "cloudformation",
        get_template=lambda ChangeSetName, **_: {"TemplateBody": f"of {ChangeSetName}"},  # noqa: N803
    )
    below = a_set()
    tree = a_set(below={"App": replace(below, arn=set_arn("app"))})
    read = proposed(client, tree, lambda at, url: f"{at} by {url}")
    assert [read(path("App"), "url") for _ in range(2)] == [f"of {set_arn('app')}"] * 2
    assert read(path("Other"), "url") == "Other by url"
    assert len(client.named("get_template")) == 1
    assert packaged(Package("", "", ()), _STORAGE, client, tree)(path("Other"), "url") is None
    assert packaged(Package("", "", ()), _STORAGE, client, tree)(path("App"), "url") == f"of {set_arn('app')}"


_A_ROW = row("A", kind=STACK_TYPE, PhysicalResourceId=stack_arn("a"))


@pytest.mark.parametrize(
    ("tree", "lacking"),
    [
        pytest.param(a_set(), "A", id="a root that lists nothing"),
        pytest.param(a_set(_A_ROW), "", id="a nested stack without a set"),
        pytest.param(a_set(_A_ROW, below={"A": empty_set()}), "", id="a nested stack without changes"),
        pytest.param(a_set(_A_ROW, below={"A": a_set(row("Topic"))}), "A/C", id="a nested stack with changes"),
        pytest.param(a_set(row("A", kind=STACK_TYPE, action="Add")), "A", id="a nested stack that does not exist yet"),
    ],
)
def test_a_nested_stack_is_lacking_where_a_change_set_lists_the_others_or_it_was_looked_up(
    tree: ChangeSet, lacking: str
) -> None:
    client = _client()
    standing = StackTemplates(client, Waiting(FakeTime().clock, POLLING), tree, _reading(), {})
    assert " ".join(at for at in ("A", "A/C") if standing.lacks(path(at))) == lacking
    assert client.named("list_stack_resources") == []


def test_what_is_looked_up_does_not_replace_what_a_change_set_lists() -> None:
    listed = a_set(row("C", kind=STACK_TYPE, PhysicalResourceId=stack_arn("listed")))
    client = _client()
    standing = StackTemplates(client, Waiting(FakeTime().clock, POLLING), listed, _reading(), {})
    assert (standing.arn(path("D")), standing.arn(path("C"))) == (None, stack_arn("listed"))
    assert [standing.arn(path(f"D/{name}")) for name in ("C", "D")] == [None, None]
    assert len(client.named("list_stack_resources")) == 1, "below a nested stack that does not exist there is none"


def test_a_stack_that_is_gone_while_it_is_read_has_no_template() -> None:
    client = _client(get_template=refusal("ValidationError", f"Stack with id {stack_arn('a')} does not exist"))
    assert _standing(client, {}).read(path("A"), "old") is None
