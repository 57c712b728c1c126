"""Templates to play with: small resources that know how to be updated, replaced, chained and nested."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def template(outputs: Json | None = None, parameters: Json | None = None, **resources: Json) -> Json:
    """A template of these resources; `parameters` are names with defaults, `outputs` names with values."""
    document: Json = {"Resources": resources}
    if parameters:
        document["Parameters"] = {key: {"Type": "String", "Default": value} for key, value in parameters.items()}
    if outputs:
        document["Outputs"] = {
            key: value if isinstance(value, dict) and "Value" in value else {"Value": value}
            for key, value in outputs.items()
        }
    return document


def topic(show: Any = None, name: Any = None, after: Any = None, **members: Any) -> Json:
    """A topic: `show` may change in place, another `name` replaces it, `after` is a DependsOn."""
    properties = {"DisplayName": show, "TopicName": name}
    entry: Json = {
        "Type": "AWS::SNS::Topic",
        "Properties": {key: value for key, value in properties.items() if value is not None},
        **members,
    }
    if after is not None:
        entry["DependsOn"] = after
    return entry


def value(text: Any, **members: Any) -> Json:
    """A Systems Manager parameter with that value."""
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": text}, **members}


def nested(url: str, after: Any = None, parameters: Json | None = None, **members: Any) -> Json:
    """A nested stack; `members` such as TimeoutInMinutes go to its properties, policies beside them."""
    policies: Json = {key: members.pop(key) for key in ("DeletionPolicy", "UpdateReplacePolicy") if key in members}
    entry: Json = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, **({"Parameters": parameters} if parameters else {}), **members},
        **policies,
    }
    if after is not None:
        entry["DependsOn"] = after
    return entry


def ref(name: str) -> Json:
    return {"Ref": name}


def attribute(name: str, wanted: str) -> Json:
    return {"Fn::GetAtt": [name, wanted]}


def export(value: Any, name: str) -> Json:
    return {"Value": value, "Export": {"Name": name}}


def imported(name: str) -> Json:
    return {"Fn::ImportValue": name}
