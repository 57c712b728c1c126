"""The bundle: what an operations team is given, which has CloudFormation and none of this project."""
