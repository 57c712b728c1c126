"""Templates that name files by a local path, as `aws cloudformation package` takes them: each path becomes an object.

A path into `node_modules` that does not exist is looked up among the folder's packages, as if npm had installed them:
`@scope/name` is in the folder of that name, or in that of a downloaded release, `@scope-name@version`.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

BUCKET = "corpus-of-templates"
_MODULES = "node_modules/"
_URLS = ("http:", "https:", "s3:")
_TEMPLATES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
# What the command writes for an artifact: an object with these members, or a URI.
_OBJECTS = {
    ("AWS::Lambda::Function", "Code"): ("S3Bucket", "S3Key"),
    ("AWS::Lambda::LayerVersion", "Content"): ("S3Bucket", "S3Key"),
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): ("Bucket", "Key"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"): ("S3Bucket", "S3Key"),
}
_URIS = {
    ("AWS::Serverless::Function", "CodeUri"),
    ("AWS::Serverless::LayerVersion", "ContentUri"),
    ("AWS::Serverless::Api", "DefinitionUri"),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"),
}


def with_objects(document: Mapping[str, Any], path: PurePosixPath, folder: Path) -> str | None:
    """A template of the folder with objects in the place of local paths; None if it has no such path."""
    resources = document["Resources"]
    changed = {name: _uploaded(entry, path.parent, folder) for name, entry in resources.items()}
    return None if changed == resources else json.dumps({**document, "Resources": changed}, default=str)


def _uploaded(entry: Any, where: PurePosixPath, folder: Path) -> Any:
    properties = entry.get("Properties") if isinstance(entry, dict) else None
    if not isinstance(properties, dict):
        return entry
    changed = {name: _artifact(entry.get("Type"), name, value, where, folder) for name, value in properties.items()}
    return {**entry, "Properties": changed}


def _artifact(kind: Any, name: str, value: Any, where: PurePosixPath, folder: Path) -> Any:
    if not isinstance(value, str) or value.startswith(_URLS):
        return value
    if _TEMPLATES.get(kind) == name:
        return f"https://{BUCKET}.s3.amazonaws.com/{_file(value, where, folder)}"
    if (kind, name) in _OBJECTS:
        bucket, key = _OBJECTS[kind, name]
        return {bucket: BUCKET, key: posixpath.basename(value.rstrip("/")) or "artifact"}
    return f"s3://{BUCKET}/{posixpath.basename(value.rstrip('/')) or 'artifact'}" if (kind, name) in _URIS else value


def _file(value: str, where: PurePosixPath, folder: Path) -> str:
    path = posixpath.normpath(posixpath.join(where.as_posix(), value))
    if (folder / path).is_file() or _MODULES not in path:
        return path
    scope, _, module = path.rpartition(_MODULES)[2].partition("/")
    name, _, within = module.partition("/")
    downloaded = (file for file in folder.glob(f"{scope}-{name}@*/{within}") if file.is_file())
    found = next(downloaded, folder / scope / module)
    return found.relative_to(folder).as_posix() if found.is_file() else path
