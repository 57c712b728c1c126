"""Templates and files for S3: packaged under names made of their content, uploaded to a bucket, from a fresh tree."""
