"""Which properties name files of this machine, checked against what the AWS CLI packages."""

from typing import Any

import pytest
from awscli.customizations.cloudformation import artifact_exporter

from deployment.template.local_files import Members, NamedFile, Url, is_local, named_files

# A nested stack's template is a template of the tree.
_EXPORTED = [
    exported
    for exported in artifact_exporter.RESOURCES_EXPORT_LIST
    if exported is not artifact_exporter.CloudFormationStackResource
]


def _resource(kind: str, path: str, value: Any) -> dict[str, Any]:
    for step in reversed(path.split(".")):
        value = {step: value}
    return {"Resources": {"It": {"Type": kind, "Properties": value}}}


@pytest.mark.parametrize("exported", _EXPORTED, ids=lambda exported: exported.__name__)
def test_everything_that_the_aws_cli_uploads_is_found_and_named_in_the_same_form(exported: Any) -> None:
    (named,) = named_files(_resource(exported.RESOURCE_TYPE, exported.PROPERTY_NAME, "./src"))
    assert named.path == ("Resources", "It", "Properties", *exported.PROPERTY_NAME.split("."))
    assert named.property.archived == exported.FORCE_ZIP
    if issubclass(exported, artifact_exporter.ResourceWithS3UrlDict):
        members = (exported.BUCKET_NAME_PROPERTY, exported.OBJECT_KEY_PROPERTY, exported.VERSION_PROPERTY)
        assert named.property.form == Members(*members)
    else:
        assert named.property.form is (Url.HTTPS if named.property.is_template else Url.S3)


@pytest.mark.parametrize(
    "value",
    [
        "s3://b/k",
        "https://b.s3.eu-west-1.amazonaws.com/k",
        "{{resolve:ssm:/code}}",
        {"Ref": "Code"},
        {"ZipFile": "x"},
        3,
    ],
)
def test_what_names_an_object_or_is_resolved_later_is_no_file(value: Any) -> None:
    assert not is_local(value)
    assert list(named_files(_resource("AWS::Glue::Job", "Command.ScriptLocation", value))) == []


def test_includes_are_found_wherever_they_are_called() -> None:
    call = {"Name": "AWS::Include", "Parameters": {"Location": "./snip.yaml"}}
    other = {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/snip.yaml"}}
    document = {
        "Transform": ["AWS::LanguageExtensions", call],
        "Resources": {
            "Fn::Transform": call,
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Fn::Transform": call}]}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Fn::Transform": other}},
        },
    }
    tail = ("Parameters", "Location")
    assert [named.path for named in named_files(document)] == [
        ("Transform", 1, *tail),
        ("Resources", "Fn::Transform", *tail),
        ("Resources", "Queue", "Properties", "Tags", 0, "Fn::Transform", *tail),
    ]
    (alone,) = named_files({"Transform": call, "Resources": {}})
    assert isinstance(alone, NamedFile)
    assert alone.path == ("Transform", *tail)
