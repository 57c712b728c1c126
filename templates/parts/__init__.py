"""TODO templates/parts."""
