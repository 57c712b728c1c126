"""Change sets are asked for once, read whole, and judged by what CloudFormation says of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cloudformation.statuses import ChangeAction
from deployment.aws.clock import Waiting
from deployment.change_set.lifecycle import (
    Request,
    await_change_set,
    create_change_set,
    execute_change_set,
    has_changes,
)
from deployment.errors import AwsRefusal, ChangeSetFailed, ServiceUnavailable, WatchLost
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import (
    NO_CHANGES,
    STACK_TYPE,
    change_set,
    detail,
    nested_row,
    row,
    set_arn,
    stack_arn,
)

_REQUEST = Request(
    stack="shop-dev",
    create=True,
    template_url="https://b.s3.eu-west-1.amazonaws.com/root.yaml",
    parameters=(("A", "1"),),
    tags={"b": "2", "a": "1"},
    capabilities=frozenset({"CAPABILITY_IAM"}),
)
_GONE = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)


def _waiting() -> tuple[FakeTime, Waiting]:
    time = FakeTime()
    return time, Waiting(time.clock, POLLING)


def _by_name(*answers: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Describes each change set by its ARN."""
    bodies = {body["ChangeSetId"]: body for body in answers}
    return lambda **arguments: bodies[arguments["ChangeSetName"]]


def _tree(*answers: dict[str, Any]) -> Any:
    client = FakeClient("cloudformation", describe_change_set=_by_name(*answers))
    return await_change_set(client, set_arn("root"), _waiting()[1])


def test_a_change_set_is_asked_for_with_everything_said() -> None:
    client = FakeClient("cloudformation", create_change_set={"Id": set_arn("x"), "StackId": stack_arn()})
    assert create_change_set(client, _REQUEST, _waiting()[1], "1234") == (set_arn("x"), stack_arn())
    [asked] = client.named("create_change_set")
    assert asked["ChangeSetName"] == "deploy-shop-dev-1234"
    assert asked["ClientToken"] == "1234"
    assert asked["ChangeSetType"] == "CREATE"
    assert asked["IncludeNestedStacks"] is True
    assert asked["OnStackFailure"] == "ROLLBACK"
    assert asked["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert "UsePreviousTemplate" not in asked
    assert all("UsePreviousValue" not in parameter for parameter in asked["Parameters"])


def test_a_role_is_named_only_where_there_is_one() -> None:
    client = FakeClient("cloudformation", create_change_set={"Id": set_arn("x"), "StackId": stack_arn()})
    role = "arn:aws:iam::111122223333:role/cloudformation"
    for request in (_REQUEST, replace(_REQUEST, role=role)):
        create_change_set(client, request, _waiting()[1], "1234")
    assert [asked.get("RoleARN") for asked in client.named("create_change_set")] == [None, role]


def test_a_lost_reply_to_the_creation_is_found_again() -> None:
    client = FakeClient(
        "cloudformation",
        create_change_set=refusal("AlreadyExistsException", "ChangeSet deploy-1 already exists"),
        describe_change_set=change_set("root"),
    )
    assert create_change_set(client, _REQUEST, _waiting()[1], "1234") == (set_arn("root"), stack_arn())


_NO_ANSWER = refusal("ServiceUnavailable", "Service is unavailable", 503)


def test_what_became_of_an_unanswered_request_is_asked_until_there_is_an_answer() -> None:
    client = FakeClient(
        "cloudformation",
        create_change_set=_NO_ANSWER,
        execute_change_set=_NO_ANSWER,
        describe_change_set=[_NO_ANSWER, _NO_ANSWER, change_set("root", ExecutionStatus="EXECUTE_IN_PROGRESS")],
    )
    assert create_change_set(client, _REQUEST, _waiting()[1], "1234") == (set_arn("root"), stack_arn())
    execute_change_set(client, set_arn("root"), _waiting()[1], "token")
    assert len(client.named("create_change_set")) == len(client.named("execute_change_set")) == 1


def test_an_unanswered_request_that_did_nothing_is_a_failure() -> None:
    client = FakeClient("cloudformation", create_change_set=_NO_ANSWER, describe_change_set=_GONE)
    with pytest.raises(ServiceUnavailable) as caught:
        create_change_set(client, _REQUEST, _waiting()[1], "1234")
    assert caught.value.findings == ()


def test_what_cannot_be_found_out_is_told() -> None:
    client = FakeClient(
        "cloudformation",
        create_change_set=_NO_ANSWER,
        execute_change_set=_NO_ANSWER,
        describe_change_set=_NO_ANSWER,
    )
    with pytest.raises(ServiceUnavailable) as making:
        create_change_set(client, _REQUEST, _waiting()[1], "1234")
    assert making.value.findings == (
        "change set deploy-shop-dev-1234 may be left behind; the next deployment deletes it",
    )
    with pytest.raises(WatchLost, match=f"whether change set {set_arn('x')} is being executed is unknown") as executing:
        execute_change_set(client, set_arn("x"), _waiting()[1], "token")
    assert [finding.partition(":")[0] for finding in executing.value.findings] == [
        "AWS refused execute_change_set",
        "AWS refused describe_change_set",
    ]


def test_a_refused_creation_stays_refused() -> None:
    client = FakeClient("cloudformation", create_change_set=refusal("ValidationError", "Template error"))
    with pytest.raises(AwsRefusal, match="Template error"):
        create_change_set(client, _REQUEST, _waiting()[1], "1234")


def test_waiting_asks_again_ever_less_often() -> None:
    time, waiting = _waiting()
    pending = change_set("root", status="CREATE_PENDING")
    client = FakeClient("cloudformation", describe_change_set=[pending, pending, pending, change_set("root")])
    await_change_set(client, set_arn("root"), waiting)
    assert time.slept == [1.0, 1.5, 2.25]


def test_all_pages_are_read() -> None:
    first = change_set("root", row("A"), NextToken="more")
    both = [first, change_set("root", row("B"))]  # with the values of properties, and without
    client = FakeClient("cloudformation", describe_change_set=both * 2)
    found = await_change_set(client, set_arn("root"), _waiting()[1])
    assert [change.logical_id for change in found.changes] == ["A", "B"]
    assert client.named("describe_change_set")[1]["NextToken"] == "more"


def test_nested_change_sets_are_read_with_the_root() -> None:
    tree = _tree(
        change_set("root", nested_row("Network"), nested_row("App")),
        change_set("Network", status="FAILED", reason=NO_CHANGES),
        change_set("App", row("Group", detail("Name", before="a", after="b"))),
    )
    assert [path for path, _ in tree.walk()] == [(), ("Network",), ("App",)]
    assert tree.children["App"].changes[0].details[0].after == "b"


def test_changes_that_are_dropped_with_values_are_read_without() -> None:
    warned = change_set(
        "root", row("A"), reason="[WARN] --include-property-values option can return incomplete ChangeSet data because"
    )
    plain = change_set("root", row("A"), row("B"))
    client = FakeClient(
        "cloudformation",
        describe_change_set=lambda **arguments: warned if arguments["IncludePropertyValues"] else plain,
    )
    found = await_change_set(client, set_arn("root"), _waiting()[1])
    assert [change.logical_id for change in found.changes] == ["A", "B"]
    assert found.reason is None


def test_a_row_keeps_what_was_said_and_no_more() -> None:
    tree = _tree(change_set("root", row("A", action="Add", Replacement="True"), row("B", action="Remove")))
    add, remove = tree.changes
    assert (add.action, add.physical_id, add.policy) == (ChangeAction.ADD, None, None)
    assert (remove.action, remove.replacement, remove.details) == (ChangeAction.REMOVE, None, ())


@pytest.mark.parametrize(
    ("written", "read"),
    [('"text"', "text"), ('{"a":1}', '{"a": 1}'), ("[1", "[1"), ("{{changeSet:X}}", "{{changeSet:X}}"), ("7", "7")],
)
def test_values_that_travel_as_json_are_read_as_what_they_are(written: str, read: str) -> None:
    tree = _tree(change_set("root", row("A", detail("P", before=written, after="x"))))
    assert tree.changes[0].details[0].before == read


def test_details_without_a_path_are_named_by_what_they_say() -> None:
    metadata = {"Target": {"Attribute": "Metadata", "RequiresRecreation": "Never"}, "Evaluation": "Static"}
    named = {"Target": {"Attribute": "Properties", "Name": "TopicName"}, "ChangeSource": "DirectModification"}
    details = _tree(change_set("root", row("A", metadata, named))).changes[0].details
    assert [(each.path, each.name) for each in details] == [
        ("/Metadata", "Metadata"),
        ("/Properties/TopicName", "TopicName"),
    ]


def test_a_tree_with_changes_and_unchanged_children_can_be_executed() -> None:
    assert has_changes(
        _tree(
            change_set("root", nested_row("Network"), nested_row("App")),
            change_set("Network", status="FAILED", reason=NO_CHANGES),
            change_set("App", row("A")),
        )
    )


@pytest.mark.parametrize("reason", [NO_CHANGES, "No updates are to be performed."])
def test_no_changes_is_no_failure(reason: str) -> None:
    assert not has_changes(_tree(change_set("root", status="FAILED", reason=reason)))


def test_a_root_that_fails_only_over_unchanged_children_has_no_changes() -> None:
    reason = f"Nested change set {set_arn('App')} was not successfully created: Currently in FAILED."
    root = change_set("root", nested_row("App"), status="FAILED", reason=reason)
    assert not has_changes(_tree(root, change_set("App", status="FAILED", reason=NO_CHANGES)))


def test_a_failure_below_is_told_with_its_layer_and_its_own_words() -> None:
    arn = set_arn("deploy-1-App-ABC")
    reason = f"Nested change set {arn} was not successfully created: Currently in FAILED."
    tree = _tree(
        change_set("root", status="FAILED", reason=reason),
        change_set("deploy-1-App-ABC", status="FAILED", reason="Template format error: nonsense"),
    )
    with pytest.raises(ChangeSetFailed) as caught:
        has_changes(tree)
    assert caught.value.findings == ("deploy-1-App-ABC: Template format error: nonsense",)


def test_a_failure_of_the_root_is_told_as_such() -> None:
    with pytest.raises(ChangeSetFailed) as caught:
        has_changes(_tree(change_set("root", status="FAILED", reason="Transform failed")))
    assert caught.value.findings == ("root: Transform failed",)


def test_an_execution_that_began_already_is_no_failure() -> None:
    text = "ChangeSet [x] cannot be executed in its current execution status of [EXECUTE_IN_PROGRESS]"
    client = FakeClient("cloudformation", execute_change_set=refusal("InvalidChangeSetStatus", text))
    execute_change_set(client, set_arn("x"), _waiting()[1], "token")
    assert client.named("execute_change_set") == [{"ChangeSetName": set_arn("x"), "ClientRequestToken": "token"}]


def test_an_execution_that_is_refused_is_told() -> None:
    client = FakeClient("cloudformation", execute_change_set=refusal("InvalidChangeSetStatus", "... of [OBSOLETE]"))
    with pytest.raises(AwsRefusal, match="OBSOLETE"):
        execute_change_set(client, set_arn("x"), _waiting()[1], "token")


def test_a_third_page_is_asked_for_with_the_token_of_the_second() -> None:
    def described(**asked: Any) -> dict[str, Any]:
        following = {None: ("A", "2"), "2": ("B", "3"), "3": ("C", None)}
        logical_id, token = following[asked.get("NextToken")]
        return change_set("root", row(logical_id)) | ({"NextToken": token} if token else {})

    client = FakeClient("cloudformation", describe_change_set=described)
    read = await_change_set(client, set_arn("root"), _waiting()[1])
    assert [change.logical_id for change in read.changes] == ["A", "B", "C"]


def test_a_root_that_fails_over_something_else_than_its_children_has_failed_although_one_of_them_changes_nothing() -> (
    None
):
    root = change_set("root", nested_row("App"), nested_row("Net"), status="FAILED", reason="Something unheard of")
    tree = _tree(root, change_set("App", row("A")), change_set("Net", status="FAILED", reason=NO_CHANGES))
    with pytest.raises(ChangeSetFailed, match="could not create the change set"):
        has_changes(tree)


def test_a_change_set_is_named_after_the_stack_that_owns_it() -> None:
    client = FakeClient("cloudformation", create_change_set={"Id": set_arn("x"), "StackId": stack_arn()})
    for owner in (None, "platform"):
        create_change_set(client, replace(_REQUEST, owner=owner), _waiting()[1], "1234")
    own, owned = client.named("create_change_set")
    assert "shop-dev" in own["ChangeSetName"]
    assert "platform" in owned["ChangeSetName"]
    assert "shop-dev" not in owned["ChangeSetName"]
    assert [asked["StackName"] for asked in (own, owned)] == ["shop-dev", "shop-dev"]


def test_a_nested_set_that_the_reason_names_is_read_once_whatever_its_name() -> None:
    reason = f"Nested change set {set_arn('shop-dev-App-1X')} was not successfully created: Currently in FAILED."
    listed = row("App", kind=STACK_TYPE, nested="shop-dev-App-1X")
    below = change_set("shop-dev-App-1X", status="FAILED", reason="why")
    assert set(_tree(change_set("root", listed, status="FAILED", reason=reason), below).children) == {"App"}
    unlisted = _tree(change_set("root", status="FAILED", reason=reason), below)
    assert [child.reason for child in unlisted.children.values()] == ["why"]


def test_an_answer_that_does_not_say_whether_it_executes_leaves_that_open() -> None:
    described = {name: value for name, value in change_set("x").items() if name != "ExecutionStatus"}
    client = FakeClient("cloudformation", execute_change_set=_NO_ANSWER, describe_change_set=described)
    with pytest.raises(WatchLost):
        execute_change_set(client, set_arn("x"), _waiting()[1], "token")
