"""TODO cloudformation/parameters."""
