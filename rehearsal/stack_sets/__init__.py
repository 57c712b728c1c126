"""Stack sets, their instances and their operations."""
