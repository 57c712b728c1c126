"""The bucket that a load balancer writes its logs to.

Shape: Application Load Balancer guide, "Enable access logs for your Application Load Balancer".
"""

from awacs import s3 as s3_actions
from awacs.aws import Action, Allow, ArnLike, Bool, Condition, Deny, Principal, Statement, StringEquals
from troposphere import GetAtt, If, Parameter, Ref, Retain, RetainExceptOnCreate, Sub
from troposphere.s3 import (
    AbortIncompleteMultipartUpload,
    Bucket,
    BucketEncryption,
    BucketPolicy,
    LifecycleConfiguration,
    LifecycleRule,
    OwnershipControls,
    OwnershipControlsRule,
    PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
)

from templates.load_balancer.parameters import LOGS_PREFIX, access_logs_prefix
from templates.parts.parameters import app_name
from templates.parts.policies import document

EVERY_LOAD_BALANCER = Sub("arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:loadbalancer/*")


def logs_prefix() -> If:
    """Give how the keys of all logs begin: two load balancers may share a bucket."""
    return If(LOGS_PREFIX, Ref(access_logs_prefix), Ref(app_name))


def access_logs_bucket(condition: str, retention: Parameter) -> Bucket:
    """Give the bucket; objects leave after `retention` days."""
    return Bucket(
        "AccessLogsBucket",
        Condition=condition,
        DeletionPolicy=RetainExceptOnCreate,
        UpdateReplacePolicy=Retain,
        # SSE-S3 is the only encryption that the log delivery supports.
        BucketEncryption=BucketEncryption(
            ServerSideEncryptionConfiguration=[
                ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=ServerSideEncryptionByDefault(SSEAlgorithm="AES256")
                )
            ]
        ),
        OwnershipControls=OwnershipControls(Rules=[OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]),
        PublicAccessBlockConfiguration=PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        ),
        LifecycleConfiguration=LifecycleConfiguration(
            Rules=[
                LifecycleRule(
                    Id="expire",
                    Status="Enabled",
                    ExpirationInDays=Ref(retention),
                    AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
                )
            ]
        ),
    )


def access_logs_bucket_policy(condition: str, bucket: Bucket) -> BucketPolicy:
    """Give the policy that lets the log delivery write for load balancers of this account and Region, over TLS only.

    AWS names the service principal for every Region; the Regions' own accounts are its legacy. Below the
    prefix the delivery itself adds AWSLogs/<account>.
    """
    objects = Sub(f"${{{bucket.title}.Arn}}/${{Prefix}}/AWSLogs/${{AWS::AccountId}}/*", Prefix=logs_prefix())
    deliver = Statement(
        Sid="DeliverLogs",
        Effect=Allow,
        Principal=Principal("Service", "logdelivery.elasticloadbalancing.amazonaws.com"),
        Action=[s3_actions.PutObject],
        Resource=[objects],
        # Without these the delivery could be had to write here for a load balancer of any account.
        Condition=Condition(
            [
                StringEquals("aws:SourceAccount", Ref("AWS::AccountId")),
                ArnLike("aws:SourceArn", EVERY_LOAD_BALANCER),
            ]
        ),
    )
    refuse_plain_http = Statement(
        Sid="RefusePlainHttp",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[Action("s3", "*")],
        Resource=[GetAtt(bucket, "Arn"), Sub(f"${{{bucket.title}.Arn}}/*")],
        Condition=Condition(Bool("aws:SecureTransport", "false")),
    )
    return BucketPolicy(
        "AccessLogsBucketPolicy",
        Condition=condition,
        Bucket=Ref(bucket),
        PolicyDocument=document(deliver, refuse_plain_http),
    )
