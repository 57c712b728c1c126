"""Mutations of the code, one at a time, each against the tests that should fail for it: `make mutants`."""
