"""Change sets as they are made, nested and executed, and what an import takes in."""
