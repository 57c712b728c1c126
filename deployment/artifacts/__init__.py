"""TODO deployment/artifacts."""
