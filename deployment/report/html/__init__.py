"""TODO deployment/report/html."""
