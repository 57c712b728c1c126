"""What a pipeline has in an account, in stacks of their own beside the system."""
