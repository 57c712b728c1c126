"""TODO deployment/review."""
