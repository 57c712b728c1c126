"""A tree of templates as files, and the values in it."""
