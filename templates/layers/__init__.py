"""TODO templates/layers."""
