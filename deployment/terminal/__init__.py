"""TODO deployment/terminal."""
