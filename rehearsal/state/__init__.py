"""TODO rehearsal/state."""
