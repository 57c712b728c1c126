"""The parameters of a template: declarations, constraints and values."""
