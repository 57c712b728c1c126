"""The controls of Amazon S3, over the bucket of access logs: what breaks each, and that alone."""

from typing import Any

import pytest

from tests.own_system import PROD
from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    Documents,
    add,
    difference,
    drop,
    environment,
    put,
    states,
    system,
)

BUCKET, POLICY = ("alb", "AccessLogsBucket"), ("alb", "AccessLogsBucketPolicy")
BLOCK = (*BUCKET, "PublicAccessBlockConfiguration")
OF_A_BUCKET = ["S3.2", "S3.3", "S3.5", "S3.6", "S3.8", "S3.9", "S3.12", "S3.13", "S3.14", "S3.17"]
EXPIRED = (*BUCKET, "LifecycleConfiguration", "Rules")
OWNED = (*BUCKET, "OwnershipControls", "Rules")
VERSIONS = (*BUCKET, "VersioningConfiguration")
ENCRYPTED = (*BUCKET, "BucketEncryption", "ServerSideEncryptionConfiguration")


def statement(number: int, *path: str, value: Any) -> Change:
    return put(*POLICY, "PolicyDocument", "Statement", number, *path, value=value)


def allowed(principal: Any, *actions: str) -> Change:
    def change(templates: Documents) -> None:
        document = templates["alb"]["Resources"]["AccessLogsBucketPolicy"]["Properties"]["PolicyDocument"]
        document["Statement"].append(
            {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": "*"}
        )

    return change


BREAKS = {
    "S3.5": drop(*POLICY),
    "S3.6": allowed({"AWS": "arn:aws:iam::999999999999:root"}, "s3:PutBucketPolicy"),
    "S3.9": drop(*BUCKET, "LoggingConfiguration"),
    "S3.12": put(*OWNED, value=[{"ObjectOwnership": "ObjectWriter"}]),
    "S3.13": put(*EXPIRED, value=[{"Status": "Disabled", "ExpirationInDays": 1}]),
    "S3.14": put(*VERSIONS, value={"Status": "Suspended"}),
    "S3.17": put(*ENCRYPTED, value=[{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]),
}
LEFT_OPEN = {
    "S3.9": put(*BUCKET, "LoggingConfiguration", value=NOT_KNOWN_BEFORE),
    "S3.12": put(*OWNED, value=NOT_KNOWN_BEFORE),
    "S3.13": put(*EXPIRED, value=[{"Status": NOT_KNOWN_BEFORE}]),
    "S3.14": put(*VERSIONS, value=NOT_KNOWN_BEFORE),
    "S3.17": put(*ENCRYPTED, value=NOT_KNOWN_BEFORE),
}


@pytest.mark.parametrize("control", BREAKS)
def test_one_property_makes_one_control_fail(control: str) -> None:
    expected = {control: ("passes", "fails")}
    # A bucket without a policy grants nothing to others, and refuses nothing.
    assert difference(BREAKS[control]) == expected


@pytest.mark.parametrize("control", LEFT_OPEN)
def test_what_is_not_known_does_not_pass(control: str) -> None:
    assert difference(LEFT_OPEN[control]) == {control: ("passes", "not known")}


@pytest.mark.parametrize(
    ("setting", "controls"),
    [
        ("IgnorePublicAcls", ["S3.2", "S3.3", "S3.8"]),
        ("RestrictPublicBuckets", ["S3.2", "S3.3", "S3.8"]),
        ("BlockPublicAcls", ["S3.8"]),
        ("BlockPublicPolicy", ["S3.8"]),
    ],
)
def test_each_setting_of_the_block_counts(setting: str, controls: list[str]) -> None:
    assert difference(put(*BLOCK, setting, value=False)) == dict.fromkeys(controls, ("passes", "fails"))
    assert difference(put(*BLOCK, setting, value=NOT_KNOWN_BEFORE)) == dict.fromkeys(controls, ("passes", "not known"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("Effect",), "Allow"),
        (("Action",), ["s3:GetObject"]),
        (("Principal",), {"AWS": f"arn:aws:iam::{PROD.account}:root"}),
        (("Condition",), {"Bool": {"aws:SecureTransport": "true"}}),
        (("Condition",), {}),
    ],
)
def test_a_refusal_of_plain_http_that_is_not_whole_is_none(path: tuple[str, ...], value: Any) -> None:
    assert difference(statement(1, *path, value=value))["S3.5"] == ("passes", "fails")


def test_a_policy_that_is_not_known_does_not_pass() -> None:
    unknown = put(*POLICY, "PolicyDocument", value=NOT_KNOWN_BEFORE)
    assert difference(unknown) == {"S3.5": ("passes", "not known"), "S3.6": ("passes", "not known")}


def test_a_policy_of_another_bucket_refuses_nothing_here() -> None:
    assert difference(put(*POLICY, "Bucket", value="another")) == {"S3.5": ("passes", "fails")}


@pytest.mark.parametrize(
    "change",
    [
        allowed({"AWS": f"arn:aws:iam::{PROD.account}:root"}, "s3:PutBucketPolicy"),
        allowed({"AWS": "999999999999"}, "s3:GetObject"),
        allowed({"Service": "logging.s3.amazonaws.com"}, "s3:PutObjectAcl"),
    ],
)
def test_the_own_account_services_and_harmless_actions_are_no_harm(change: Change) -> None:
    assert difference(change) == {}


@pytest.mark.parametrize("action", ["s3:*", "s3:Put*", "*", "S3:PUTBUCKETACL"])
@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["arn:aws:iam::999999999999:role/a"]}])
def test_a_pattern_that_covers_what_is_not_for_others_fails(principal: Any, action: str) -> None:
    assert difference(allowed(principal, action)) == {"S3.6": ("passes", "fails")}


def test_without_a_bucket_there_is_nothing_to_judge() -> None:
    found = states(system(environment(AccessLogsMode="none")))
    assert {name: found[name] for name in OF_A_BUCKET} == dict.fromkeys(OF_A_BUCKET, "nothing there")


def test_a_bucket_that_says_nothing_of_public_access_is_not_claimed_to_block_it() -> None:
    silent = drop(*BLOCK)
    assert set(difference(silent)) == {"S3.2", "S3.3", "S3.8"}
    assert {after for _, after in difference(silent).values()} == {"not known"}


@pytest.mark.parametrize(
    ("control", "type_name"), [("S3.19", "AWS::S3::AccessPoint"), ("S3.25", "AWS::S3Express::DirectoryBucket")]
)
def test_a_resource_that_nobody_judges_does_not_pass(control: str, type_name: str) -> None:
    assert difference(add("alb", "Another", type_name)) == {control: ("nothing there", "not known")}


def test_what_is_the_account_s_is_never_said_to_pass() -> None:
    assert states(system(environment()))["S3.1"] == "account"


REFUSED = (*POLICY, "PolicyDocument", "Statement", 1)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (put(*REFUSED, "Resource", value="arn:aws:s3:::another/*"), "not known"),
        (put(*REFUSED, "Resource", value={"Fn::Sub": "${AccessLogsBucket.Arn}/only/*"}), "not known"),
        (put(*REFUSED, "Condition", "StringEquals", value={"aws:SourceVpc": "vpc-1"}), "fails"),
        (put(*REFUSED, "Condition", "Bool", "aws:ViaAWSService", value="true"), "fails"),
    ],
)
def test_a_denial_of_some_plain_requests_is_none_of_all(change: Change, state: str) -> None:
    assert difference(change) == {"S3.5": ("passes", state)}


@pytest.mark.parametrize(
    "everything", [{"Fn::Sub": "${AccessLogsBucket.Arn}*"}, {"Fn::Sub": "arn:aws:s3:::${AccessLogsBucket}*"}, "*"]
)
def test_a_denial_of_all_plain_requests_passes_however_it_names_the_bucket(everything: Any) -> None:
    assert difference(put(*REFUSED, "Resource", value=everything)) == {}


def test_an_account_is_ours_where_its_number_stands_in_its_place() -> None:
    other = f"arn:aws:iam::999999999999:role/of-{PROD.account}"
    assert difference(allowed({"AWS": other}, "s3:PutBucketPolicy")) == {"S3.6": ("passes", "fails")}
    assert difference(allowed({"AWS": f"arn:aws:iam::{PROD.account}:role/x"}, "s3:PutBucketPolicy")) == {}


def test_everybody_but_some_are_others() -> None:
    def change(templates: Documents) -> None:
        document = templates["alb"]["Resources"]["AccessLogsBucketPolicy"]["Properties"]["PolicyDocument"]
        ours = {"AWS": "arn:aws:iam::123456789012:root"}
        document["Statement"].append({"Effect": "Allow", "NotPrincipal": ours, "Action": "s3:*", "Resource": "*"})

    assert difference(change) == {"S3.6": ("passes", "fails")}


def test_a_policy_that_may_be_of_the_bucket_counts() -> None:
    open_to_all = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
    second = add("alb", "Second", "AWS::S3::BucketPolicy", Bucket="written-out", PolicyDocument=open_to_all)
    assert difference(second) == {"S3.6": ("passes", "not known")}
    assert difference(put(*BUCKET, "BucketName", value="written-out"), second) == {"S3.6": ("passes", "fails")}
