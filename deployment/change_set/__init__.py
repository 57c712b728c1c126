"""TODO deployment/change_set."""
