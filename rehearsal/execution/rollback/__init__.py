"""TODO rehearsal/execution/rollback."""
