"""Drift: changes made outside CloudFormation, and how they are reported."""
