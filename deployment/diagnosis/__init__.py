"""TODO deployment/diagnosis."""
