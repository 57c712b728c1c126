"""TODO rehearsal/execution/tasks."""
