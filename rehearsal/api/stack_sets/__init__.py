"""TODO rehearsal/api/stack_sets."""
