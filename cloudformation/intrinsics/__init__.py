"""Intrinsic functions: the form of their arguments, and what they come to."""
