"""Templates are named by their bytes, and a URL names one version of them."""

from __future__ import annotations

from hashlib import sha256

from cloudformation.environment.delivery.artifact_names import bucket_host, object_url, template_key


def test_a_key_is_made_of_folder_file_and_bytes() -> None:
    assert template_key("shop-dev", "root", b"text") == f"shop-dev/root-{sha256(b'text').hexdigest()}.yaml"


def test_a_url_quotes_what_a_url_must_and_names_the_version() -> None:
    host = bucket_host("artifacts", "cn-north-1", "amazonaws.com.cn")
    assert host == "artifacts.s3.cn-north-1.amazonaws.com.cn"
    assert object_url(host, "a b/c.yaml") == f"https://{host}/a%20b/c.yaml"
    assert object_url(host, "c.yaml", "x/y+z=") == f"https://{host}/c.yaml?versionId=x%2Fy%2Bz%3D"
