"""What is put into the artifacts bucket stays, whatever its owner's policies allow."""

from __future__ import annotations

from cloudformation.environment.delivery.artifacts_bucket import LIFECYCLE, VERSIONING, bucket_policy


def test_the_policy_denies_what_could_change_what_was_reviewed() -> None:
    statements = {one["Sid"]: one for one in bucket_policy("aws-cn", "artifacts")["Statement"]}
    assert {one["Effect"] for one in statements.values()} == {"Deny"}
    assert statements["NoDeletionOfVersions"]["Action"] == "s3:DeleteObjectVersion"
    assert statements["NoOverwriting"]["Resource"] == [
        "arn:aws-cn:s3:::artifacts/*.yaml",
        "arn:aws-cn:s3:::artifacts/_releases/*",
    ]
    assert statements["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_rule_lets_a_version_expire() -> None:
    assert VERSIONING == {"Status": "Enabled"}
    assert all(not any("Expiration" in key for key in rule) for rule in LIFECYCLE["Rules"])
