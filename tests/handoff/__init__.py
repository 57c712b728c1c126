"""A bundle in the hands of people who have a shell and the AWS CLI, and not this project."""
