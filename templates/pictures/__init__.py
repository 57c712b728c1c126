"""Pictures of the system, drawn from the rendered templates and an environment's values."""
