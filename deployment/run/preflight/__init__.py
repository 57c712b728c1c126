"""Whether the account is ready for the deployment: checked while the change set is created, before anything runs."""
