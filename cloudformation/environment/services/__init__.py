"""Services of an environment: stacks of their own, attached to what its root exports."""
