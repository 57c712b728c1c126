"""What a stack is now, and what may be done to it."""

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class _Rehearsal:
    """A client of a rehearsal, which says in a header what it made up."""

    header: str

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        outputs = [{"OutputKey": name, "OutputValue": StackName} for name in ("Url", "Arn")]
        metadata = {"HTTPHeaders": {"x-rehearsal-made-up": self.header}}
        return {**stacks(Outputs=outputs), "ResponseMetadata": metadata}


def test_what_a_rehearsal_made_up_is_read_from_beside_its_answer() -> None:
    for header, expected in (
        ("Arn=App/Store, Arn=App/Look.Arn%20x, ...", {"Url": (), "Arn": ("App/Store", "App/Look.Arn x")}),
        ("", {"Url": (), "Arn": ()}),
    ):
        stack = describe_stack(_Rehearsal(header), "shop-dev")
        assert stack
        assert {output.name: output.made_up for output in stack.outputs} == expected


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
