"""One run: prepared, approved, executed, followed to its outcome, and shown to a person."""
