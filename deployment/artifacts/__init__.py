"""Templates on their way to S3: packaged under names of their content, in a bucket, from a fresh tree."""
