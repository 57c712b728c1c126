"""What somebody changed behind CloudFormation's back, and how it is told."""
