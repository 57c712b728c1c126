"""A made-up value has the parts that its template selects; what the template gives has what it has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rehearsal.play import Play

CONTAINER = {"Type": "AWS::MediaStore::Container", "Properties": {"ContainerName": "c"}}


def selected(index: int, delimiter: str, value: Any) -> Any:
    return {"Fn::Select": [index, {"Fn::Split": [delimiter, value]}]}


def output(value: Any, **resources: Any) -> tuple[str, str]:
    play = Play()
    stack = play.deploy({"Resources": resources, "Outputs": {"O": {"Value": value}}})
    return stack["StackStatus"], next((row["OutputValue"] for row in stack.get("Outputs", ())), "")


@pytest.mark.parametrize("written", [{"Fn::GetAtt": ["C", "Endpoint"]}, {"Fn::Sub": "${C.Endpoint}"}])
def test_an_endpoint_has_a_scheme_where_the_template_cuts_it_off(written: Any) -> None:
    status, host = output(selected(1, "://", written), C=CONTAINER)
    assert status == "CREATE_COMPLETE"
    assert host
    assert "://" not in host


def test_it_is_the_same_value_wherever_it_is_read() -> None:
    endpoint = {"Fn::GetAtt": ["C", "Endpoint"]}
    joined = {"Fn::Join": [" ", [selected(1, "://", endpoint), endpoint]]}
    _, both = output(joined, C=CONTAINER)
    host, whole = both.split(" ")
    assert whole == f"https://{host}"


def test_a_ref_has_as_many_parts_as_are_asked_for() -> None:
    status, part = output(selected(8, ":", {"Ref": "T"}), T={"Type": "AWS::SNS::Topic"})
    assert status == "CREATE_COMPLETE"
    assert part


def test_what_the_template_gives_is_not_lengthened() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "own-name"}}
    status, _ = output(selected(5, "-", {"Ref": "B"}), B=bucket)
    assert status == "ROLLBACK_COMPLETE"


def test_an_attribute_that_a_parameter_names_is_split_as_it_is() -> None:
    play = Play()
    arn = {"Fn::GetAtt": ["T", {"Ref": "Name"}]}
    body = {
        "Parameters": {"Name": {"Type": "String", "Default": "TopicArn"}},
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O": {"Value": selected(2, ":", arn)}},
    }
    assert play.deploy(body)["Outputs"][0]["OutputValue"] == "sns"
