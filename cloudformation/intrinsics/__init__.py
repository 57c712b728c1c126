"""TODO cloudformation/intrinsics."""
