"""TODO cloudformation."""
