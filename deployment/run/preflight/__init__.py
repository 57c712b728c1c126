"""Whether the account is ready for what is to be deployed: asked beside the change set, before anything runs."""
