"""TODO rehearsal/control."""
