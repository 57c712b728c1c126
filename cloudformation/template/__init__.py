"""TODO cloudformation/template."""
