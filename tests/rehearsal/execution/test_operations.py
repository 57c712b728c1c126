"""Whole operations on one stack: what begins them, in which order things happen, what ends them."""

from __future__ import annotations

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, nested, ref, template, topic, value


def failing(*paths: str, on: str = "create", reason: str = "no capacity", times: int | None = None) -> Scenario:
    return Scenario(tuple(ResourceFault(path, on, reason, times) for path in paths))


def test_a_creation_tells_its_story_in_the_order_of_aws() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    assert play.events() == [
        ("demo", "REVIEW_IN_PROGRESS"),
        ("demo", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_COMPLETE"),
        ("demo", "CREATE_COMPLETE"),
    ]
    assert play.reasons() == [
        ("demo", "REVIEW_IN_PROGRESS", "User Initiated"),
        ("demo", "CREATE_IN_PROGRESS", "User Initiated"),
        ("A", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
    ]


def test_resources_that_need_nothing_of_each_other_are_created_side_by_side() -> None:
    play = Play()
    play.deploy(template(A=topic(), B=topic()))
    own = [event for event in play.events() if event[0] != "demo"]
    assert own[:2] == [("A", "CREATE_IN_PROGRESS"), ("B", "CREATE_IN_PROGRESS")]


def test_a_resource_starts_when_what_it_refers_to_or_depends_on_is_complete() -> None:
    play = Play()
    play.deploy(template(C=topic(after="B"), B=topic(ref("A")), A=topic()))
    own = [event for event in play.events() if event[0] != "demo" and event[1] == "CREATE_COMPLETE"]
    assert [name for name, _ in own] == ["A", "B", "C"]
    assert play.events().index(("A", "CREATE_COMPLETE")) < play.events().index(("B", "CREATE_IN_PROGRESS"))


def test_a_replacement_creates_first_then_changes_dependants_then_cleans_up() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one"), B=value(attribute("A", "TopicName"))))
    before = len(play.events())
    play.deploy(template(A=topic(name="two"), B=value(attribute("A", "TopicName"))))
    assert play.events()[before:] == [
        ("demo", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_COMPLETE"),
        ("B", "UPDATE_IN_PROGRESS"),
        ("B", "UPDATE_COMPLETE"),
        ("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("A", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_COMPLETE"),
        ("demo", "UPDATE_COMPLETE"),
    ]


def test_an_update_in_place_has_a_cleanup_even_with_nothing_to_clean() -> None:
    play = Play()
    play.deploy(template(A=topic("one"), B=topic()))
    before = len(play.events())
    play.deploy(template(A=topic("two"), B=topic()))
    assert play.events()[before:] == [
        ("demo", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_COMPLETE"),
        ("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("demo", "UPDATE_COMPLETE"),
    ]


def test_a_deletion_takes_the_reverse_of_the_order_of_creation() -> None:
    play = Play()
    arn = play.deploy(template(A=topic(), B=topic(after="A"), C=topic(after="B")))["StackId"]
    before = len(play.events())
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.events(arn)[before:] == [
        ("demo", "DELETE_IN_PROGRESS"),
        ("C", "DELETE_IN_PROGRESS"),
        ("C", "DELETE_COMPLETE"),
        ("B", "DELETE_IN_PROGRESS"),
        ("B", "DELETE_COMPLETE"),
        ("A", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_COMPLETE"),
        ("demo", "DELETE_COMPLETE"),
    ]


def test_a_failed_creation_goes_back_and_stays_in_rollback_complete() -> None:
    play = Play(failing("B"))
    stack = play.deploy(template(A=topic(), B=topic(after="A")))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert play.events()[5:] == [
        ("B", "CREATE_IN_PROGRESS"),
        ("B", "CREATE_FAILED"),
        ("demo", "ROLLBACK_IN_PROGRESS"),
        ("A", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_COMPLETE"),
        ("demo", "ROLLBACK_COMPLETE"),
    ]


def test_the_rollback_of_a_creation_says_what_failed_and_who_asked() -> None:
    play = Play(failing("B"))
    play.deploy(template(A=topic(), B=topic(after="A")))
    assert ("B", "CREATE_FAILED", "no capacity") in play.reasons()
    assert (
        "demo",
        "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [B]. Rollback requested by user.",
    ) in play.reasons()


def test_on_stack_failure_delete_removes_the_stack_itself_without_any_rollback_status() -> None:
    play = Play(failing("B"))
    review = play.change_set(template(A=topic(), B=topic(after="A")), OnStackFailure="DELETE")
    arn = play.stack()["StackId"]
    play("ExecuteChangeSet", ChangeSetName=review)
    play.settle()
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert not [status for _, status in play.events(arn) if "ROLLBACK" in status]
    reason = "The following resource(s) failed to create: [B]. . Delete requested by user."
    assert ("demo", "DELETE_IN_PROGRESS", reason) in play.reasons(arn)


def test_on_stack_failure_delete_removes_the_nested_tree_too() -> None:
    play = Play(failing("C/Bad"))
    child = nested(play.put("child.yaml", template(Bad=topic(), Good=topic())))
    review = play.change_set(template(C=child), OnStackFailure="DELETE", IncludeNestedStacks=True)
    play("ExecuteChangeSet", ChangeSetName=review)
    play.settle()
    assert {found.status for found in play.cloud.world.state.stacks.values()} == {"DELETE_COMPLETE"}
    assert len(play.cloud.world.state.stacks) == 2


def test_on_stack_failure_do_nothing_leaves_the_stack_in_create_failed() -> None:
    play = Play(failing("B"))
    stack = play.deploy(template(A=topic(), B=topic(after="A")), OnStackFailure="DO_NOTHING")
    assert stack["StackStatus"] == "CREATE_FAILED"
    assert play.stack()["StackStatusReason"].startswith("The following resource(s) failed to create: [B].")


def test_an_output_with_an_attribute_that_no_such_type_has_fails_before_any_resource() -> None:
    play = Play()
    stack = play.deploy(template({"Wrong": attribute("A", "Invalid")}, A=value("x")))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert {name for name, _ in play.events()} == {"demo"}
    assert play.reasons()[-1] == (
        "demo",
        "ROLLBACK_IN_PROGRESS",
        "[Error] /Outputs/Wrong/Value/Fn::GetAtt: Resource type AWS::SSM::Parameter does not support attribute "
        "{Invalid}. Rollback requested by user.",
    )


def test_a_creation_whose_every_resource_is_switched_off_completes_empty() -> None:
    play = Play()
    off = template(A=topic(Condition="Never")) | {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}}
    assert play.deploy(off)["StackStatus"] == "CREATE_COMPLETE"
    assert {name for name, _ in play.events()} == {"demo"}


def test_a_failed_deletion_leaves_delete_failed_and_says_what_remains() -> None:
    play = Play(failing("A", on="delete"))
    play.deploy(template(A=topic(), B=topic(after="A")))
    play("DeleteStack", StackName="demo")
    play.settle()
    stack = play.stack()
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [A]. "
    assert ("A", "DELETE_FAILED", "no capacity") in play.reasons()


def test_steps_of_an_operation_that_is_over_are_passed_by() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    world = play.cloud.world
    stack = world.find("demo", "ap-northeast-1")
    assert stack is not None
    before = len(stack.events)
    world.agenda.add(0, stack.id, "an-operation-of-the-past", "A")
    world.agenda.add(0, "no such stack", "an-operation-of-the-past", "A")
    play.settle()
    assert len(stack.events) == before
