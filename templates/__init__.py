"""The renderer: a system described in Python becomes the CloudFormation YAML in `rendered/`."""
