"""The reader of the sources, on sources of its own: what it must not miss."""

from pathlib import Path

from tests.deployment.operations import called_operations


def found(folder: Path, source: str) -> set[tuple[str, str]]:
    (folder / "module.py").write_text(source, encoding="utf-8")
    return called_operations(folder)


def test_every_way_of_naming_an_operation_is_seen(tmp_path: Path) -> None:
    source = """\
s3 = session.client("s3")
call(s3.list_objects_v2, Bucket="b")
s3.get_paginator("list_object_versions")
later = partial(s3.put_object, Body=b"")
"""
    assert found(tmp_path, source) == {("s3", "ListObjectsV2"), ("s3", "ListObjectVersions"), ("s3", "PutObject")}


def test_a_name_that_two_services_share_is_of_the_client_that_is_named(tmp_path: Path) -> None:
    source = """\
logs, ecs = session.client("logs"), session.client("ecs", attempts=2)
call(logs.tag_resource)
"""
    assert found(tmp_path, source) == {("logs", "TagResource")}


def test_a_function_of_the_same_name_is_no_call(tmp_path: Path) -> None:
    assert found(tmp_path, 'session.client("cloudformation")\nexecute_change_set(1)\n') == set()
