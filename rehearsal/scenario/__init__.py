"""TODO rehearsal/scenario."""
