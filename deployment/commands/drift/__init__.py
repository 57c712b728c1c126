"""What was changed outside CloudFormation: how it is found, and how it is reverted."""
