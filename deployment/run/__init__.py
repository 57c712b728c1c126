"""TODO deployment/run."""
