"""TODO templates/rendering."""
