"""The bucket that a load balancer writes its access logs to.

Shape: Application Load Balancer guide, "Enable access logs for your Application Load Balancer".
"""

from awacs import s3 as s3_actions
from awacs.aws import Action, Bool, Condition, Deny, Principal, Statement
from troposphere import GetAtt, If, NoValue, Parameter, Ref, Retain, RetainExceptOnCreate, Sub
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

from templates.layers.parameters import app_name
from templates.parts.policies import allow_principal, conditional_document


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


def access_logs_bucket_policy(condition: str, bucket: Bucket, account_given: str, account: Parameter) -> BucketPolicy:
    """Give the policy that lets Elastic Load Balancing write, and refuses whatever comes without TLS.

    The prefix is AppName: two load balancers may share a bucket. Below it the delivery itself adds AWSLogs/<account>.
    """
    objects = Sub(f"${{{bucket.title}.Arn}}/${{{app_name.title}}}/AWSLogs/${{AWS::AccountId}}/*")
    deliver = allow_principal(
        Principal("Service", "logdelivery.elasticloadbalancing.amazonaws.com"), s3_actions.PutObject, on=[objects]
    )
    # In Regions opened before August 2022 the delivery may still come from an account of Elastic Load Balancing's own.
    deliver_as_account = allow_principal(
        Principal("AWS", Sub(f"arn:${{AWS::Partition}}:iam::${{{account.title}}}:root")),
        s3_actions.PutObject,
        on=[objects],
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
        PolicyDocument=conditional_document(deliver, If(account_given, deliver_as_account, NoValue), refuse_plain_http),
    )
