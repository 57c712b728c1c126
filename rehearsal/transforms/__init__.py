"""TODO rehearsal/transforms."""
