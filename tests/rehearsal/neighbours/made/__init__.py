"""The resources of stacks in the services beside CloudFormation."""
