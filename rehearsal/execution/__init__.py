"""What an operation does to a stack, phase by phase, resource by resource, in simulated time."""
