"""TODO deployment/commands."""
