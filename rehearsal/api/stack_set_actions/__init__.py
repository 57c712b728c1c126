"""The API's actions on stack sets, their instances and their operations."""
