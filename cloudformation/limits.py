"""CloudFormation's quotas on templates, and those of IAM and S3 that they meet, as far as they are held here.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

# The page says 1 MB; the refusal names a million bytes (aws-samples/aws-vpc-cidr-mgmt#10).
TEMPLATE_BYTES = 1_000_000
TEMPLATE_BYTES_IN_REQUEST = 51_200
RESOURCES = 500
# Of each of Parameters, Mappings and Outputs.
NAMED_ENTRIES = 200
DESCRIPTION_BYTES = 1024
PARAMETER_VALUE_BYTES = 4096
# Of one stack, those that failed included. The page does not say it; public reports do (awsdocs/aws-cloudformation-
# user-guide#512, awslabs/seed-farmer#441), and CreateChangeSet then answers `ChangeSet limit exceeded for stack`.
CHANGE_SETS = 1000
OBJECT_BYTES = 5 * 1024**3
"""What S3 takes in one request: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html."""

# IAM counts no white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MANAGED_POLICY_CHARACTERS = 6_144
INLINE_POLICIES_CHARACTERS = 10_240
"""All inline policies of a role together."""
TRUST_POLICY_CHARACTERS = 2_048
MANAGED_POLICIES_OF_ROLE = 10
"""Before anybody asks for more."""
