"""TODO rehearsal/change_sets."""
