"""The local CloudFormation as a whole: calls come in, time goes on, a command starts and stops it."""
