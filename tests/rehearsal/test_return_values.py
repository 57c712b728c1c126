"""What stacks show of Ref and Fn::GetAtt, and who takes it, on templates as people write them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rehearsal.play import Play

ACCOUNT_ARN = "ap-northeast-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/r"
SCHEMA = {"Name": "orders", "Compatibility": "NONE", "DataFormat": "AVRO"}
DEPLOYMENT = {
    **dict.fromkeys(("ApplicationId", "EnvironmentId", "ConfigurationProfileId", "DeploymentStrategyId"), "abc1234"),
    "ConfigurationVersion": "1",
}
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


GRAPH = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:m"
LAYER = {"LayerName": "tools", "Content": {"S3Bucket": "bucket", "S3Key": "k"}}
COUNTED = [
    ("Lambda::LayerVersion", LAYER, "layer:tools"),
    ("Lambda::Version", {"FunctionName": "f"}, "function:f"),
    ("StepFunctions::StateMachineVersion", {"StateMachineArn": GRAPH}, "stateMachine:m"),
    ("ECS::TaskDefinition", {"Family": "web"}, "task-definition/web"),
]


def revisions(*bodies: dict[str, Any]) -> list[dict[str, str]]:
    """Ref of every resource, without what all ARNs have, after each of the templates."""
    play, shown = Play(), []
    for body in bodies:
        out = {name: {"Value": {"Ref": name}} for name in body}
        stack = play.deploy({"Resources": body, "Outputs": out})
        assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), play.reasons()
        shown.append({row["OutputKey"]: row["OutputValue"].split("123456789012:")[1] for row in stack["Outputs"]})
    return shown


@pytest.mark.parametrize(("kind", "properties", "name"), COUNTED)
def test_what_one_name_stands_for_counts_up_whoever_makes_it(kind: str, properties: Any, name: str) -> None:
    body = {"Type": f"AWS::{kind}", "Properties": properties}
    after = revisions({"A": body}, {"B": body}, {"B": body, "C": body})
    assert after == [{"A": f"{name}:1"}, {"B": f"{name}:2"}, {"B": f"{name}:2", "C": f"{name}:3"}]


@pytest.mark.parametrize(("kind", "properties", "name"), COUNTED)
def test_a_replacement_that_keeps_its_name_is_the_next_revision(kind: str, properties: Any, name: str) -> None:
    changed = "Memory" if "Task" in kind else "Description"
    one, other = ({"Type": f"AWS::{kind}", "Properties": properties | {changed: text}} for text in "12")
    assert revisions({"A": one}, {"A": other}) == [{"A": f"{name}:1"}, {"A": f"{name}:2"}]


def test_versions_of_a_configuration_count_up_within_their_profile() -> None:
    def version(profile: str) -> tuple[str, dict[str, str]]:
        place = {"ApplicationId": "abcdefg", "ConfigurationProfileId": profile}
        return "AppConfig::HostedConfigurationVersion", {**place, "Content": "x", "ContentType": "text/plain"}

    shown = outputs(
        A=version("abcdefg"),
        B=version("abcdefg"),
        C=version("hijklmn"),
        out_All={"Fn::Join": ["", [{"Ref": name} for name in "ABC"]]},
    )
    assert sorted(shown["All"]) == ["1", "1", "2"]


def test_an_identity_provider_is_known_by_its_url() -> None:
    url = "https://token.actions.githubusercontent.com"
    provider = ref(P=("IAM::OIDCProvider", {"Url": url, "ClientIdList": ["sts.amazonaws.com"]}))
    assert provider == "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def test_a_node_group_is_known_by_its_cluster_and_its_name() -> None:
    group = {"ClusterName": "blue", "NodegroupName": "small", "NodeRole": ROLE, "Subnets": ["subnet-1"]}
    assert ref(N=("EKS::Nodegroup", group)) == "blue/small"


def test_names_stand_where_the_service_takes_an_object_of_its_own() -> None:
    place = {"CatalogId": {"Ref": "AWS::AccountId"}}
    shown = outputs(
        D=("Glue::Database", {**place, "DatabaseInput": {"Name": "sales"}}),
        T=("Glue::Table", {**place, "DatabaseName": {"Ref": "D"}, "TableInput": {"Name": "orders"}}),
        C=("Glue::Connection", {**place, "ConnectionInput": {"Name": "link", "ConnectionType": "JDBC"}}),
        out_All={"Fn::Sub": "${D}/${T}/${C}"},
    )
    assert shown["All"] == "sales/orders/link"


def test_arns_have_the_parts_of_what_they_belong_to() -> None:
    table = {
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TableName": "t",
    }
    target = {
        "MaxCapacity": 2,
        "MinCapacity": 1,
        "ResourceId": {"Fn::Sub": "table/${T}"},
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "ServiceNamespace": "dynamodb",
    }
    shown = outputs(
        T=("DynamoDB::Table", table),
        S=("ApplicationAutoScaling::ScalableTarget", target),
        P=(
            "ApplicationAutoScaling::ScalingPolicy",
            {"PolicyName": "p", "PolicyType": "StepScaling", "ScalingTargetId": {"Ref": "S"}},
        ),
        V=("StepFunctions::StateMachineVersion", {"StateMachineArn": GRAPH}),
        L=(
            "StepFunctions::StateMachineAlias",
            {"Name": "live", "RoutingConfiguration": [{"StateMachineVersionArn": {"Ref": "V"}, "Weight": 100}]},
        ),
        U=("Lambda::Url", {"TargetFunctionArn": "f", "AuthType": "NONE", "Qualifier": "live"}),
        K=("AppSync::ApiKey", {"ApiId": "abc"}),
        out_Stream={"Fn::GetAtt": ["T", "StreamArn"]},
        out_Policy={"Ref": "P"},
        out_Alias={"Ref": "L"},
        out_Url={"Ref": "U"},
        out_Key={"Ref": "K"},
        out_KeyText={"Fn::GetAtt": ["K", "ApiKey"]},
    )
    assert re.fullmatch(
        rf"arn:aws:dynamodb:{ACCOUNT_ARN}table/t/stream/20\d\d-\d\d-\d\dT[\d:]{{8}}\.000", shown["Stream"]
    )
    assert shown["Policy"].endswith(":resource/dynamodb/table/t:policyName/p")
    assert shown["Alias"] == f"{GRAPH}:live"
    assert shown["Url"] == f"arn:aws:lambda:{ACCOUNT_ARN}function:f:live"
    assert shown["Key"] == f"arn:aws:appsync:{ACCOUNT_ARN}apis/abc/apikey/{shown['KeyText']}"


HOST = r"ap-northeast-1\.amazonaws\.com"
KEY = "arn:aws:kms:us-west-2:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
BROKER = {
    "BrokerName": "b",
    "DeploymentMode": "SINGLE_INSTANCE",
    "EngineType": "RABBITMQ",
    "HostInstanceType": "mq.m5.large",
    "PubliclyAccessible": False,
    "Users": [{"Username": "somebody", "Password": "Abcdef-12345678"}],
}
FORMS = [
    ("ApiGatewayV2::Api", {"ProtocolType": "WEBSOCKET", "Name": "w"}, "ApiEndpoint", r"wss://[a-z0-9]{10}\.\S+"),
    (
        "ApiGatewayV2::DomainName",
        {"DomainName": "a.com"},
        "RegionalDomainName",
        rf"d-[a-z0-9]{{10}}\.execute-api\.{HOST}",
    ),
    ("ApiGateway::DomainName", {"DomainName": "a.com"}, "RegionalHostedZoneId", r"Z[A-Z0-9]{13}"),
    ("CodeCommit::Repository", {"RepositoryName": "r"}, "CloneUrlHttp", rf"https://git-codecommit\.{HOST}/v1/repos/r"),
    (
        "Cognito::UserPoolDomain",
        {"UserPoolId": "ap-northeast-1_Abcdefghi", "Domain": "sign-in"},
        "CloudFrontDistribution",
        r"d\w+\.cloudfront\.net",
    ),
    ("GlobalAccelerator::Accelerator", {"Name": "a"}, "DnsName", r"a[0-9a-f]{16}\.awsglobalaccelerator\.com"),
    (
        "GlobalAccelerator::Accelerator",
        {"Name": "a"},
        "AcceleratorArn",
        r"arn:aws:globalaccelerator::\d+:accelerator/[\w-]{36}",
    ),
    ("KMS::Key", {"KeyPolicy": {}, "MultiRegion": True}, "KeyId", r"mrk-[0-9a-f]{32}"),
    ("KMS::ReplicaKey", {"KeyPolicy": {}, "PrimaryKeyArn": KEY}, "KeyId", KEY.rpartition("/")[2]),
    ("SES::EmailIdentity", {"EmailIdentity": "a.com"}, "DkimDNSTokenName2", r"[a-z0-9]{32}\._domainkey\.a\.com"),
    (
        "Transfer::User",
        {"ServerId": "s-0123456789abcdef0", "UserName": "somebody", "Role": ROLE},
        "Arn",
        r"\S+:user/s-0123456789abcdef0/somebody",
    ),
    ("IoT::Certificate", {"Status": "ACTIVE"}, "Arn", r"arn:aws:iot:[\w-]+:\d+:cert/[0-9a-f]{64}"),
    (
        "IoT::CACertificate",
        {"Status": "ACTIVE", "CACertificatePem": "x"},
        "Arn",
        r"arn:aws:iot:[\w-]+:\d+:cacert/[0-9a-f]{64}",
    ),
    (
        "WAFv2::IPSet",
        {"Scope": "REGIONAL", "Name": "ips", "Addresses": ["10.0.0.0/8"], "IPAddressVersion": "IPV4"},
        "Arn",
        r"arn:aws:wafv2:ap-northeast-1:\d+:regional/ipset/ips/[0-9a-f-]{36}",
    ),
    (
        "WAFv2::RegexPatternSet",
        {"Scope": "CLOUDFRONT", "Name": "r", "RegularExpressionList": ["a"]},
        "Arn",
        r"arn:aws:wafv2:[\w-]+:\d+:global/regexpatternset/r/[0-9a-f-]{36}",
    ),
    ("Glue::Schema", SCHEMA, "Arn", r"arn:aws:glue:[\w-]+:\d+:schema/default-registry/orders"),
    ("Glue::Schema", {**SCHEMA, "Registry": {"Name": "r"}}, "Arn", r"arn:aws:glue:[\w-]+:\d+:schema/r/orders"),
    (
        "Glue::Schema",
        {**SCHEMA, "Registry": {"Arn": "arn:aws:glue:ap-northeast-1:123456789012:registry/r"}},
        "Arn",
        r"arn:aws:glue:[\w-]+:\d+:schema/r/orders",
    ),
    ("AppConfig::Deployment", DEPLOYMENT, "DeploymentNumber", "1"),
    ("AmazonMQ::Broker", BROKER, "AmqpEndpoints", rf"amqps://b-[0-9a-f-]{{36}}\.mq\.{HOST}:5671"),
]


@pytest.mark.parametrize(("kind", "properties", "attribute", "form"), FORMS)
def test_an_attribute_has_the_form_that_its_service_gives_it(
    kind: str, properties: Any, attribute: str, form: str
) -> None:
    value = {"Fn::GetAtt": ["R", attribute]}
    of_list = {"Fn::Select": [0, value]} if attribute.endswith("s") else value
    shown = outputs(R=(kind, properties), out_It=of_list)["It"]
    assert re.fullmatch(form, shown), shown
