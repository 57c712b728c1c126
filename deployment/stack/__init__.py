"""TODO deployment/stack."""
