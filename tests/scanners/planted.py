"""A template with faults, scanned beside the real ones: a tool that finds nothing in it is not believed.

A bucket that says nothing of public access, and a property that buckets do not have.
"""

from __future__ import annotations

from tests.scanners.resolved import ResolvedLayer

ENVIRONMENT = "planted"

PLANTED = ResolvedLayer(
    ENVIRONMENT,
    "ap-northeast-1",
    "bucket",
    {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Faults that every scanner must find.",
        "Resources": {"Open": {"Type": "AWS::S3::Bucket", "Properties": {"Versioning": "Enabled"}}},
    },
)
