"""RUNBOOK.md of a bundle: what whoever operates the stacks does, with the names that each environment has."""
