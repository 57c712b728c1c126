"""How rendered templates reach CloudFormation: packaged, reviewed as one change set, executed, watched."""
