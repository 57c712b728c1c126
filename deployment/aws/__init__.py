"""TODO deployment/aws."""
