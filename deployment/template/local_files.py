"""Where a template names a file of this machine that CloudFormation needs as an object in S3, nested stacks apart.

The properties are those that `aws cloudformation package` uploads, and their like:
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, TypeGuard

from cloudformation.template.transforms import FUNCTION, INCLUDE, resource_bodies


class Url(Enum):
    """How a text names an object: `s3://bucket/key`, or as a template is named."""

    S3 = "s3"
    HTTPS = "https"


@dataclass(frozen=True)
class Members:
    """The members of a mapping that names an object; `version` is None where the type takes none."""

    bucket: str
    key: str
    version: str | None


Form: TypeAlias = Url | Members


@dataclass(frozen=True)
class FileProperty:
    """A property that names an object. With `archived`, a single file becomes an archive; a folder always does."""

    path: tuple[str, ...]
    form: Form
    archived: bool = False
    is_template: bool = False


@dataclass(frozen=True)
class NamedFile:
    """A file that a template names: `path` are the keys and indexes that lead to its name."""

    path: tuple[str | int, ...]
    name: str
    property: FileProperty


def _text(name: str, *, archived: bool = False) -> FileProperty:
    return FileProperty(tuple(name.split(".")), Url.S3, archived)


def _mapping(name: str, bucket: str, key: str, version: str | None, *, archived: bool = False) -> FileProperty:
    return FileProperty(tuple(name.split(".")), Members(bucket, key, version), archived)


_MAPPING_TEMPLATES = (
    _text("RequestMappingTemplateS3Location"),
    _text("ResponseMappingTemplateS3Location"),
    _text("CodeS3Location"),
)
_CODE = ("S3Bucket", "S3Key", "S3ObjectVersion")
_DEFINITION = ("Bucket", "Key", "Version")
_PROPERTIES: dict[str, tuple[FileProperty, ...]] = {
    "AWS::ApiGateway::RestApi": (_mapping("BodyS3Location", *_DEFINITION),),
    "AWS::ApiGatewayV2::Api": (_mapping("BodyS3Location", *_DEFINITION),),
    "AWS::AppSync::FunctionConfiguration": _MAPPING_TEMPLATES,
    "AWS::AppSync::GraphQLSchema": (_text("DefinitionS3Location"),),
    "AWS::AppSync::Resolver": _MAPPING_TEMPLATES,
    "AWS::CloudFormation::ModuleVersion": (_text("ModulePackage"),),
    "AWS::CloudFormation::ResourceVersion": (_text("SchemaHandlerPackage"),),
    "AWS::CloudFormation::StackSet": (FileProperty(("TemplateURL",), Url.HTTPS, is_template=True),),
    "AWS::CodeCommit::Repository": (_mapping("Code.S3", "Bucket", "Key", "ObjectVersion", archived=True),),
    "AWS::ElasticBeanstalk::ApplicationVersion": (_mapping("SourceBundle", "S3Bucket", "S3Key", None),),
    "AWS::Glue::Job": (_text("Command.ScriptLocation"),),
    "AWS::Lambda::Function": (_mapping("Code", *_CODE, archived=True),),
    "AWS::Lambda::LayerVersion": (_mapping("Content", *_CODE, archived=True),),
    "AWS::Serverless::Api": (_text("DefinitionUri"),),
    "AWS::Serverless::Application": (FileProperty(("Location",), Url.HTTPS, is_template=True),),
    "AWS::Serverless::Function": (_text("CodeUri", archived=True),),
    "AWS::Serverless::HttpApi": (_text("DefinitionUri"),),
    "AWS::Serverless::LayerVersion": (_text("ContentUri", archived=True),),
    "AWS::Serverless::StateMachine": (_mapping("DefinitionUri", *_DEFINITION),),
    "AWS::StepFunctions::StateMachine": (_mapping("DefinitionS3Location", *_DEFINITION),),
}
# Nested stacks that Fn::ForEach makes have no names before CloudFormation has expanded it: they are no nested stacks
# here.
_REPEATED_STACK = {"AWS::CloudFormation::Stack": _PROPERTIES["AWS::CloudFormation::StackSet"]}
_LOCATION = FileProperty(("Location",), Url.S3)


def is_local(value: Any) -> TypeGuard[str]:
    """Whether a property's value is a file's name: text, no intrinsic, no URL, nothing that is resolved later."""
    return isinstance(value, str) and "://" not in value and not value.startswith(("{{resolve:", "arn:"))


def named_files(document: Mapping[str, Any]) -> Iterator[NamedFile]:
    """Each file that a template names, its nested stacks' templates apart."""
    for path, body in resource_bodies(document["Resources"]):
        known = _PROPERTIES | (_REPEATED_STACK if len(path) > 1 else {})
        for named in known.get(str(body.get("Type")), ()):
            yield from _named(document, ("Resources", *path, "Properties", *named.path), named)
    for path in _includes(document):
        yield from _named(document, (*path, "Parameters", "Location"), _LOCATION)


def _named(document: Any, path: tuple[str | int, ...], named: FileProperty) -> Iterator[NamedFile]:
    value = document
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if is_local(value):
        yield NamedFile(path, value, named)


def _includes(document: Mapping[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """Where AWS::Include is called: in the Transform section, and as a function anywhere."""
    declared = document.get("Transform")
    listed = {("Transform", at): entry for at, entry in enumerate(declared)} if isinstance(declared, list) else {}
    for path, call in [(("Transform",), declared), *listed.items(), *_calls(document, ())]:
        if isinstance(call, dict) and call.get("Name") == INCLUDE and isinstance(call.get("Parameters"), dict):
            yield path


def _calls(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in entries:
        if step == FUNCTION:
            yield (*path, step), child
        yield from _calls(child, (*path, step))
