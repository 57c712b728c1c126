"""TODO deployment/template."""
