"""The services around CloudFormation, which moto plays behind the same port."""
