"""TODO rehearsal/execution/deletion."""
