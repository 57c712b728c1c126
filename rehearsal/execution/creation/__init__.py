"""TODO rehearsal/execution/creation."""
