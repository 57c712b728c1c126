"""What an operation does to a stack, phase by phase, resource by resource, in virtual time."""
