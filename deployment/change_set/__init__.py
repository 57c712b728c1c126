"""A change set with its nested ones: made, described, executed, deleted, and what is left of earlier ones."""
