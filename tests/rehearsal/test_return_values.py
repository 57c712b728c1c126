"""What stacks show of Ref and Fn::GetAtt, and who takes it, on templates as people write them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rehearsal.play import Play

ACCOUNT_ARN = "ap-northeast-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/r"
FUNCTION = {"Code": {"ZipFile": "x"}, "Handler": "i.h", "Runtime": "python3.12", "Role": ROLE}


def outputs(**resources: Any) -> dict[str, str]:
    """The outputs of a stack: `(type, properties)` by logical id, and `out_NAME` for what is put out."""
    shown = {name[4:]: {"Value": value} for name, value in resources.items() if name.startswith("out_")}
    made = {
        name: {"Type": f"AWS::{entry[0]}", "Properties": entry[1]}
        for name, entry in resources.items()
        if not name.startswith("out_")
    }
    play = Play()
    stack = play.deploy({"Resources": made, "Outputs": shown})
    assert stack["StackStatus"] == "CREATE_COMPLETE", play.reasons()
    return {row["OutputKey"]: row["OutputValue"] for row in stack["Outputs"]}


def ref(**entry: Any) -> str:
    return outputs(**entry, out_It={"Ref": next(reversed(entry))})["It"]


def test_the_url_of_an_api_has_the_name_of_its_stage() -> None:
    url = outputs(
        Api=("ApiGateway::RestApi", {"Name": "a"}),
        D=("ApiGateway::Deployment", {"RestApiId": {"Ref": "Api"}}),
        Stage=("ApiGateway::Stage", {"RestApiId": {"Ref": "Api"}, "StageName": "prod", "DeploymentId": {"Ref": "D"}}),
        out_Url={"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}/"},
    )["Url"]
    assert re.fullmatch(r"https://[a-z0-9]{10}\.execute-api\.ap-northeast-1\.amazonaws\.com/prod/", url), url


HTTP_API = {"ApiId": "a1b2c3d4e5", "IntegrationType": "HTTP_PROXY", "PayloadFormatVersion": "1.0"}
WINDOW = {"Name": "nightly", "AllowUnassociatedTargets": True, "Cutoff": 1, "Duration": 2, "Schedule": "rate(7 days)"}
PARTS = [
    ("ApiGateway::Resource", {"RestApiId": "a", "ParentId": "b", "PathPart": "c"}, r"[a-z0-9]{6}"),
    ("ApiGateway::Authorizer", {"RestApiId": "a", "Name": "n", "Type": "TOKEN"}, r"[a-z0-9]{6}"),
    ("ApiGateway::Model", {"RestApiId": "a", "Name": "Pet"}, r"Pet"),
    ("ApiGatewayV2::Integration", HTTP_API, r"[a-z0-9]{7}"),
    ("ApiGatewayV2::Stage", {"ApiId": "a", "StageName": "$default"}, r"\$default"),
    ("Cognito::UserPoolClient", {"UserPoolId": "ap-northeast-1_Abcdefghi"}, r"[a-z0-9]{26}"),
    ("Cognito::UserPoolDomain", {"UserPoolId": "ap-northeast-1_Abcdefghi", "Domain": "sign-in"}, r"sign-in"),
    ("Logs::LogStream", {"LogGroupName": "group", "LogStreamName": "stream"}, r"stream"),
    ("CodeDeploy::DeploymentGroup", {"ApplicationName": "a", "DeploymentGroupName": "g", "ServiceRoleArn": ROLE}, "g"),
    ("SSM::MaintenanceWindow", WINDOW, r"mw-[0-9a-f]{17}"),
    ("EC2::TransitGateway", {}, r"tgw-[0-9a-f]{17}"),
    ("Events::Rule", {"Name": "r", "EventBusName": "orders", "EventPattern": {}}, r"orders\|r"),
    ("Events::Rule", {"Name": "r", "EventBusName": "default", "EventPattern": {}}, r"r"),
    ("KinesisFirehose::DeliveryStream", {"DeliveryStreamName": "d"}, r"d"),
]


@pytest.mark.parametrize(("kind", "properties", "shape"), PARTS)
def test_ref_is_the_part_of_an_identifier_that_aws_documents(kind: str, properties: Any, shape: str) -> None:
    text = ref(R=(kind, properties))
    assert re.fullmatch(shape, text), text


def test_a_layer_and_an_alias_are_taken_by_who_needs_them() -> None:
    shown = outputs(
        L=("Lambda::LayerVersion", {"LayerName": "tools", "Content": {"S3Bucket": "bucket", "S3Key": "k"}}),
        F=("Lambda::Function", {**FUNCTION, "FunctionName": "f", "Layers": [{"Ref": "L"}]}),
        A=("Lambda::Alias", {"FunctionName": {"Ref": "F"}, "FunctionVersion": "$LATEST", "Name": "live"}),
        P=("Lambda::Permission", {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "A"}, "Principal": "s"}),
        out_Layer={"Ref": "L"},
        out_Alias={"Ref": "A"},
    )
    assert shown == {
        "Layer": f"arn:aws:lambda:{ACCOUNT_ARN}layer:tools:1",
        "Alias": f"arn:aws:lambda:{ACCOUNT_ARN}function:f:live",
    }


def test_a_client_of_a_pool_is_taken_by_an_identity_pool() -> None:
    client = {"ClientId": {"Ref": "C"}, "ProviderName": {"Fn::GetAtt": ["U", "ProviderName"]}}
    pool = ref(
        U=("Cognito::UserPool", {}),
        C=("Cognito::UserPoolClient", {"UserPoolId": {"Ref": "U"}}),
        I=("Cognito::IdentityPool", {"AllowUnauthenticatedIdentities": False, "CognitoIdentityProviders": [client]}),
    )
    assert re.fullmatch(r"ap-northeast-1:[0-9a-f-]{36}", pool), pool


def test_the_arn_of_a_connection_and_of_a_rule_have_their_parts() -> None:
    shown = outputs(
        C=("Events::Connection", {"Name": "c"}),
        R=("Events::Rule", {"Name": "r", "EventBusName": "orders", "EventPattern": {}}),
        D=(
            "Events::ApiDestination",
            {
                "ConnectionArn": {"Fn::GetAtt": ["C", "Arn"]},
                "HttpMethod": "GET",
                "InvocationEndpoint": "https://example.com/",
            },
        ),
        out_Connection={"Fn::GetAtt": ["C", "Arn"]},
        out_Rule={"Fn::GetAtt": ["R", "Arn"]},
    )
    assert re.fullmatch(rf"arn:aws:events:{ACCOUNT_ARN}connection/c/[0-9a-f-]{{36}}", shown["Connection"])
    assert shown["Rule"] == f"arn:aws:events:{ACCOUNT_ARN}rule/orders/r"


@pytest.mark.parametrize(
    ("kind", "attribute", "service"),
    [
        ("KinesisFirehose::DeliveryStream", "Arn", "firehose"),
        ("OpenSearchService::Domain", "Arn", "es"),
        ("CloudTrail::EventDataStore", "EventDataStoreArn", "cloudtrail"),
    ],
)
def test_an_arn_names_the_service_and_not_the_types_second_word(kind: str, attribute: str, service: str) -> None:
    shown = outputs(R=(kind, {}), out_Arn={"Fn::GetAtt": ["R", attribute]})["Arn"]
    assert shown.startswith(f"arn:aws:{service}:{ACCOUNT_ARN}"), shown


def test_a_wait_condition_is_named_after_its_handle() -> None:
    condition = ref(
        Handle=("CloudFormation::WaitConditionHandle", {}),
        Wait=("CloudFormation::WaitCondition", {"Handle": {"Ref": "Handle"}, "Timeout": "60"}),
    )
    assert re.fullmatch(r"arn:aws:cloudformation:\S+:stack/demo/[0-9a-f-]{36}/Handle", condition), condition
