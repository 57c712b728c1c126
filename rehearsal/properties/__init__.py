"""TODO rehearsal/properties."""
