"""What a stack is now, and what may be done to it."""

from cloudformation.statuses import StackStatus
from deployment.stack.stack import describe_stack, original_template, template_text
from deployment.template.template import parse_document
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.shapes import START, stack_arn, stacks

_GONE = refusal("ValidationError", "Stack with id shop-dev does not exist")


def test_a_stack_is_read_with_what_it_has() -> None:
    client = FakeClient(
        "cloudformation",
        describe_stacks=stacks(
            Parameters=[{"ParameterKey": "A", "ParameterValue": "1"}],
            Outputs=[{"OutputKey": "Url", "OutputValue": "https://x", "ExportName": "x-Url"}],
            Tags=[{"Key": "a", "Value": "b"}],
            EnableTerminationProtection=True,
            RoleARN="arn:aws:iam::111122223333:role/cloudformation",
        ),
    )
    stack = describe_stack(client, "shop-dev")
    assert stack
    assert (stack.arn, stack.status, stack.created) == (stack_arn(), StackStatus.CREATE_COMPLETE, START)
    assert (stack.parameters, stack.tags, stack.protected) == ({"A": "1"}, {"a": "b"}, True)
    assert stack.role == "arn:aws:iam::111122223333:role/cloudformation"
    assert [(each.name, each.value) for each in stack.outputs] == [("Url", "https://x")]


def test_what_does_not_exist_is_none() -> None:
    client = FakeClient("cloudformation", describe_stacks=_GONE, get_template=_GONE)
    assert describe_stack(client, "shop-dev") is None
    assert original_template(client, "shop-dev") is None


def test_a_template_is_text_or_nothing() -> None:
    assert original_template(FakeClient("cloudformation", get_template={"TemplateBody": "a: b"}), "x") == "a: b"
    assert original_template(FakeClient("cloudformation", get_template={}), "x") is None


def test_a_template_in_json_which_the_sdk_has_read_is_text_again() -> None:
    read = {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
    text = template_text({"TemplateBody": read})
    assert text is not None
    assert parse_document(text) == read
