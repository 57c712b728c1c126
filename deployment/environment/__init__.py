"""TODO deployment/environment."""
