"""`python -m bench corpus DIR...`: play other people's templates from their first change set to their deletion."""

from bench.corpus.command import main

__all__ = ["main"]
