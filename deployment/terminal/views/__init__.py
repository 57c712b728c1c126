"""What shows an operation while it goes on: a live tree on a terminal, lines elsewhere."""
