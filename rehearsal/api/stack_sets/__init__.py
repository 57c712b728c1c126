"""The operations on stack sets and their instances."""
