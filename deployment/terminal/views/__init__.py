"""Views of an operation in progress: a live tree on a terminal, lines elsewhere."""
