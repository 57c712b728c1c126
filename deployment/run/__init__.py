"""One run: prepared, approved, executed, followed to its outcome, and told to a person."""
