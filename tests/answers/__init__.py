"""Answers that are not what AWS would say, at every call of every command."""
