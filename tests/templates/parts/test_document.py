"""A document: the parts of a template, in reading order."""

import pytest
from troposphere import Equals, Output, Parameter, Ref
from troposphere.sns import Topic

from templates.parts.document import document


def test_the_parts_arrive_where_they_belong() -> None:
    parameter = Parameter("Name", Type="String")
    topic = Topic("Topic", TopicName=Ref(parameter))
    template = document(
        "A topic.",
        parameters=[parameter],
        resources=[topic],
        outputs=[Output("Arn", Value=Ref(topic))],
        metadata={"Owner": "ops"},
        rules={"Named": {"Assertions": []}},
        conditions={"Given": Equals(Ref(parameter), "")},
    )
    assert template.to_dict() == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A topic.",
        "Metadata": {"Owner": "ops"},
        "Parameters": {"Name": {"Type": "String"}},
        "Rules": {"Named": {"Assertions": []}},
        "Conditions": {"Given": {"Fn::Equals": [{"Ref": "Name"}, ""]}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
        "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}},
    }


def test_two_resources_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match=r'duplicate key "Topic"'):
        document("Two topics.", parameters=[], resources=[Topic("Topic"), Topic("Topic")], outputs=[])
