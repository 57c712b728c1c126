"""What was changed beside CloudFormation: how it is found, and how it is taken back."""
